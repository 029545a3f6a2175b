/**
 * Images as pooling and interpolation see them: a plane of depth x height x width for each sample and channel, whatever
 * the number of axes and the memory format.
 *
 * @module
 */
import { toTriple } from '../../conv/spec.js'
import { convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type DType, isHalf } from '../../tensor/dtype.js'
import { hasFormat, type MemoryFormat, type Shape, suggestedFormat } from '../../tensor/layout.js'
import { allocate, allocateUnwritten, type Tensor } from '../../tensor/tensor.js'

/** The number of spatial axes. */
export type Rank = 1 | 2 | 3

/** The elements that the loops read and write. */
export type Floats = Float32Array | Float64Array

/** Where the planes of a tensor lie. Element i of a plane, in row-major order, is `step * i` after its start. */
export interface Planes {
  readonly data: Floats
  /** How many planes: samples times channels. */
  readonly count: number
  readonly channels: number
  /** Depth, height, width; axes that are not there have size 1. */
  readonly spatial: readonly [number, number, number]
  readonly offset: number
  readonly sampleStride: number
  readonly channelStride: number
  readonly step: number
}

/** Where the first element of a plane lies. */
export function planeStart({ offset, channels, sampleStride, channelStride }: Planes, plane: number): number {
  const sample = Math.floor(plane / channels)
  return offset + sample * sampleStride + (plane - sample * channels) * channelStride
}

/** Whether all planes lie one behind the other, from the tensor's first element on. */
export function isContiguous({ step, channels, channelStride, sampleStride, spatial }: Planes): boolean {
  const size = spatial[0] * spatial[1] * spatial[2]
  return step === 1 && channelStride === size && sampleStride === channels * size
}

/** channels_last where the tensor has a batch and says so. */
function formatOf({ ndim, shape, strides }: Tensor, rank: Rank): MemoryFormat {
  return ndim === rank + 2 ? suggestedFormat(shape, strides) : 'contiguous'
}

/** 16-bit floats are computed in float32. */
function loopDType(dtype: DType): DType {
  return isHalf(dtype) ? 'float32' : dtype
}

/** The planes of a tensor [N, C, ...] or [C, ...]; of a copy where the tensor itself has gaps or 16-bit floats. */
export function planesOf(tensor: Tensor, rank: Rank): Planes {
  const { shape, strides, ndim, dtype } = tensor
  const format = formatOf(tensor, rank)
  const working = loopDType(dtype)
  const asItIs = dtype === working && hasFormat(shape, strides, format)
  const { storage, offset } = asItIs ? tensor : convert(tensor, working, format)
  const channels = shape[ndim - rank - 1]!
  const spatial = toTriple(shape.slice(-rank), 1)
  const size = spatial[0] * spatial[1] * spatial[2]
  const samples = ndim === rank + 2 ? shape[0]! : 1
  const isLast = format === 'channels_last'
  return {
    data: storage.data as Floats,
    count: samples * channels,
    channels,
    spatial,
    offset,
    sampleStride: size * channels,
    channelStride: isLast ? 1 : size,
    step: isLast ? channels : 1,
  }
}

/**
 * A tensor with other spatial sizes, its planes filled from those of `input`; in the input's dtype and memory format.
 *
 * @param fill does the work; the planes it is to fill hold zeros, or whatever if it writes to `'all'` of their elements
 * @param others what `fill` reads or writes besides. Default: nothing
 * @param written which elements `fill` writes to. Default: some
 */
export function mapPlanes(
  input: Tensor,
  rank: Rank,
  spatial: Shape,
  fill: (from: Planes, to: Planes) => void,
  others: readonly Tensor[] = [],
  written: 'some' | 'all' = 'some',
): Tensor {
  const { dtype, device } = input
  const memoryFormat = formatOf(input, rank)
  const shape = [...input.shape.slice(0, -rank), ...spatial.slice(-rank)]
  if (device === 'meta') return allocate(shape, dtype, { device, memoryFormat })
  if (isDeferring())
    return deferred([input, ...others], { shape, dtype, memoryFormat }, ([own]) =>
      mapPlanes(own!, rank, spatial, fill, [], written),
    )
  const working = loopDType(dtype)
  const out =
    written === 'all' ? allocateUnwritten(shape, working, memoryFormat) : allocate(shape, working, { memoryFormat })
  if (out.numel() > 0) fill(planesOf(input, rank), planesOf(out, rank))
  return out.dtype === dtype ? out : convert(out, dtype)
}
