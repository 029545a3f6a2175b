/**
 * Resizing of signals, images and volumes: `torch.nn.functional.interpolate`.
 *
 * @module
 */
import { describeValue } from '../conv/arguments.js'
import { NotImplementedError, RuntimeError, ValueError } from '../errors.js'
import { dtypeInfo, isFloating } from '../tensor/dtype.js'
import { formatShape } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { adaptiveAvgPool } from './adaptive-pool.js'
import { resample } from './interpolate-resample.js'
import { type AxisTaps, axisTaps, ONE_TAP, type TapKind } from './interpolate-taps.js'
import { checkTensor } from './operand.js'
import { checkOptions } from './options.js'
import type { Rank } from './pool-planes.js'

/** How the elements between are computed. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area'

/** Options of {@link interpolate}. Numbers hold for every axis; lists give one for each. */
export interface InterpolateOptions {
  /** The spatial size of the result; this or `scaleFactor` is required. */
  size?: number | readonly number[] | null
  /** By how much each axis grows: the result has floor(size * scaleFactor) elements. */
  scaleFactor?: number | readonly number[] | null
  /** Default: `'nearest'`. */
  mode?: InterpolateMode
  /** Whether the corner pixels' centres stay at the corners (the linear and cubic modes only). Default: false. */
  alignCorners?: boolean | null
  /** Compute with (result's size) / (input's size) rather than with the factor as it was given. Default: false. */
  recomputeScaleFactor?: boolean | null
  /** Only `false` is supported. */
  antialias?: boolean
}

const OPTIONS = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor', 'antialias']
const SHARP: readonly string[] = ['nearest', 'area', 'nearest-exact']

/** The kernel of a mode, for each number of spatial axes that has the mode. */
const KERNELS: Record<string, Partial<Record<number, TapKind>>> = {
  nearest: { 1: 'nearest', 2: 'nearest', 3: 'nearest' },
  'nearest-exact': { 1: 'nearest-exact', 2: 'nearest-exact', 3: 'nearest-exact' },
  linear: { 1: 'linear' },
  bilinear: { 2: 'linear' },
  bicubic: { 2: 'cubic' },
  trilinear: { 3: 'linear' },
}

/**
 * Makes an image larger or smaller.
 *
 * @param input [N, C, L], [N, C, H, W] (the only one for `'bilinear'` and `'bicubic'`) or [N, C, D, H, W]
 * @throws ValueError, NotImplementedError or RuntimeError with PyTorch's messages
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 * @example interpolate(randn(1, 3, 5, 7), { scaleFactor: 2, mode: 'bilinear' }).shape // [1, 3, 10, 14]
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { shape, ndim, dtype } = checkTensor('interpolate', 'input', input)
  const { mode = 'nearest', alignCorners = null, antialias = false } = checkOptions('interpolate', options, OPTIONS)
  if (SHARP.includes(mode) && alignCorners !== null) {
    throw new ValueError(
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    )
  }
  const { output, factors } = resultSize(shape.slice(2), options)
  if (antialias) refuseAntialias(mode, ndim)
  const rank = (ndim - 2) as Rank
  if (mode === 'area' && rank >= 1 && rank <= 3) return adaptiveAvgPool(rank, input, output)
  const kind = KERNELS[mode]?.[rank]
  if (kind === undefined) throw unsupported(ndim, mode)
  const spatial = shape.slice(2)
  if ([...spatial, ...output].some(size => size <= 0)) {
    const text = (sizes: readonly number[]) =>
      `(${sizes.map((size, axis) => `${['D', 'H', 'W'][axis + 3 - rank]}: ${size}`).join(', ')})`
    throw new RuntimeError(
      `Input and output sizes should be greater than 0, but got input ${text(spatial)} output ${text(output)}`,
    )
  }
  if (shape[1] === 0) {
    throw new RuntimeError(`Non-empty ${ndim}D data tensor expected but got a tensor with sizes ${formatShape(shape)}`)
  }
  if (!isFloating(dtype)) {
    const kernel = `compute_indices_weights_${kind.split('-')[0]}`
    throw new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  const axes = output.map((size, axis) =>
    axisTaps({
      kind,
      input: spatial[axis]!,
      output: size,
      factor: factors?.[axis] ?? null,
      alignCorners: alignCorners ?? false,
      double: dtype === 'float64',
    }),
  )
  const three = [...new Array<AxisTaps>(3 - rank).fill(ONE_TAP), ...axes] as unknown as [AxisTaps, AxisTaps, AxisTaps]
  const title = mode === 'nearest-exact' ? 'NearestExact' : mode[0]!.toUpperCase() + mode.slice(1)
  return resample(input, { rank, axes: three, operation: `Upsample${title}${rank}D` })
}

/** The spatial size of the result, and the factors that the positions are computed with (`null`: from the sizes). */
function resultSize(
  spatial: readonly number[],
  { size = null, scaleFactor = null, recomputeScaleFactor, mode }: InterpolateOptions,
): { output: readonly number[]; factors: readonly number[] | null } {
  if (size !== null && scaleFactor !== null) throw new ValueError('only one of size or scale_factor should be defined')
  const given = `but got input with spatial dimensions of ${formatShape(spatial)} and`
  if (size !== null) {
    if (Array.isArray(size) && size.length !== spatial.length) {
      throw new ValueError(
        `Input and output must have the same number of spatial dimensions, ${given} output size of ${describeValue(size)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`,
      )
    }
    if (recomputeScaleFactor) throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.')
    return { output: perAxis('size', size, spatial.length, Number.isSafeInteger), factors: null }
  }
  if (scaleFactor === null) throw new ValueError('either size or scale_factor should be defined')
  if (Array.isArray(scaleFactor) && scaleFactor.length !== spatial.length) {
    throw new ValueError(
      `Input and scale_factor must have the same number of spatial dimensions, ${given} scale_factor of shape ${describeValue(scaleFactor)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
    )
  }
  const factors = perAxis('scaleFactor', scaleFactor, spatial.length, Number.isFinite)
  const output = spatial.map((own, axis) => Math.trunc(own * factors[axis]!))
  return { output, factors: recomputeScaleFactor || mode === 'area' ? null : factors }
}

function perAxis(name: string, value: unknown, axes: number, accepts: (entry: unknown) => boolean): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array(axes).fill(value)
  if (list.every(accepts)) return list as readonly number[]
  const kind = name === 'size' ? 'an integer' : 'a number'
  throw new TypeError(
    `interpolate(): argument '${name}' must be ${kind} or a list with one for each axis, but got ${name}=${describeValue(value)}`,
  )
}

function refuseAntialias(mode: string, ndim: number): never {
  if (ndim === 4 && (mode === 'bilinear' || mode === 'bicubic')) {
    throw new NotImplementedError(`interpolate(): antialias=true is not implemented (mode '${mode}')`)
  }
  throw new ValueError(
    `Anti-alias option is only supported for bilinear and bicubic modes, but got mode='${mode}' and ${ndim}D input`,
  )
}

const INPUT_OF: Record<string, number> = { linear: 3, bilinear: 4, trilinear: 5 }

function unsupported(ndim: number, mode: string): NotImplementedError {
  const wanted = INPUT_OF[mode]
  if (wanted !== undefined && ndim >= 3 && ndim <= 5) {
    return new NotImplementedError(`Got ${ndim}D input, but ${mode} mode needs ${wanted}D input`)
  }
  return new NotImplementedError(
    `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
  )
}
