/**
 * A batch norm behind a convolution, after training: for each channel it is a factor and a summand, which can be put into the
 * convolution's weight and bias, as `fuseConvBnEval` does (`fusion.ts`). It is done anew when one of them has changed.
 *
 * With running mean m, running variance v, and the norm's weight g and bias b, for output channel o:
 *
 *     factor(o) = g(o) / sqrt(v(o) + eps)
 *     weight(o) = conv.weight(o) * factor(o)
 *     bias(o) = (conv.bias(o) - m(o)) * factor(o) + b(o)
 *
 * The results are those of both layers but for rounding, so it is done only where reduced precision is allowed.
 *
 * @module
 */
import { isReducedPrecisionAllowed } from '../backends/settings.js'
import { contiguousData } from '../tensor/copy.js'
import { deferred, isDeferring } from '../tensor/deferral.js'
import { hasFormat, numelOf } from '../tensor/layout.js'
import { allocateUnwritten, Tensor, viewOf, wrapArray } from '../tensor/tensor.js'

/** What a batch norm does to each channel, where that is known before it sees its input. */
export interface FixedNorm {
  readonly mean: Tensor
  readonly variance: Tensor
  readonly weight: Tensor | null
  readonly bias: Tensor | null
  readonly eps: number
}

/** A weight and a bias, as a convolution has them. */
export interface Filters {
  readonly weight: Tensor
  readonly bias: Tensor | null
}

type Floats = Float32Array | Float64Array

/** What was made last of a weight and a norm. */
interface Entry {
  readonly eps: number
  readonly sources: readonly Source[]
  /** `null` where the two layers are to be computed one after the other. */
  readonly filters: Filters | null
}

/** The tensor that something was made of, as it was then. */
interface Source extends Partial<Pick<Tensor, 'storage' | 'offset' | 'shape' | 'strides'>> {
  readonly contents?: number
}

/** By the convolution's weight, and by the norm's variance: several norms may share a convolution. */
const entries = new WeakMap<Tensor, WeakMap<Tensor, Entry>>()

/** Weights below 1e28 times a factor below this are no infinity. */
const LARGEST_FACTOR = 1e10

/** The convolution's filters with the norm in them; `null` where the two are to be computed one after the other. */
export function foldNorm(filters: Filters, norm: FixedNorm): Filters | null {
  if (!isReducedPrecisionAllowed()) return null
  const tensors = [filters.weight, filters.bias, norm.weight, norm.bias, norm.mean, norm.variance]
  const ofWeight = entries.get(filters.weight) ?? new WeakMap<Tensor, Entry>()
  const known = ofWeight.get(norm.variance)
  if (known && isUpToDate(known, tensors, norm.eps)) return known.filters
  const folded = isUsual(filters, norm) ? fold(filters, norm, known?.filters?.weight) : null
  entries.set(
    filters.weight,
    ofWeight.set(norm.variance, { eps: norm.eps, sources: tensors.map(sourceOf), filters: folded }),
  )
  return folded
}

/** Whether all is as modules make it, and nothing changes without a trace: what is not, the layers themselves refuse or compute. */
function isUsual({ weight, bias }: Filters, norm: FixedNorm): boolean {
  const channels = weight.shape[0]
  const tracked = ({ dtype, device, storage }: Tensor) =>
    dtype === weight.dtype && device === 'cpu' && !storage.isShared && !storage.isCopied
  const perChannel = [bias, norm.weight, norm.bias, norm.mean, norm.variance].every(
    own => own === null || (own instanceof Tensor && own.ndim === 1 && own.shape[0] === channels && tracked(own)),
  )
  return perChannel && tracked(weight) && typeof norm.eps === 'number' && isByChannel(weight)
}

/** Whether the elements of each output channel are neighbours, those of the first one before those of the next. */
function isByChannel({ shape, strides }: Tensor): boolean {
  return hasFormat(shape, strides, 'contiguous') || hasFormat(shape, strides, 'channels_last')
}

const sourceOf = (tensor: Tensor | null): Source => {
  if (!tensor) return {}
  const { storage, offset, shape, strides } = tensor
  return { storage, offset, shape, strides, contents: storage.contents }
}

function isUpToDate({ eps, sources, filters }: Entry, tensors: readonly (Tensor | null)[], ownEps: number): boolean {
  const isAsBefore = ({ storage, offset, shape, strides, contents }: Source, i: number) => {
    const own = tensors[i]
    if (!own) return storage === undefined
    const isSameView =
      own.storage === storage && own.offset === offset && own.shape === shape && own.strides === strides
    return isSameView && storage.contents === contents
  }
  return eps === ownEps && !filters?.weight.storage.hasFailed && sources.every(isAsBefore)
}

/** @param old a weight that was made before, and is of no use any more */
function fold({ weight, bias }: Filters, norm: FixedNorm, old: Tensor | undefined): Filters | null {
  const [mean, variance] = [norm.mean, norm.variance].map(own => contiguousData(own) as Floats)
  const [b, gain, shift] = [bias, norm.weight, norm.bias].map(own => own && (contiguousData(own) as Floats))
  const factors = Float64Array.from(variance!, (value, o) => (gain ? gain[o]! : 1) / Math.sqrt(value + norm.eps))
  const summands = factors.map((factor, o) => ((b ? b[o]! : 0) - mean![o]!) * factor + (shift ? shift[o]! : 0))
  const summed = weight.dtype === 'float32' ? Float32Array.from(summands) : summands
  // an infinity times a weight of 0 is not what it is times a sum of 0
  if (!factors.every(own => Math.abs(own) <= LARGEST_FACTOR) || !summed.every(Number.isFinite)) return null
  return { weight: scaleChannels(weight, factors, old), bias: wrapArray(summed, [factors.length], weight.dtype) }
}

/** The weight times a factor for each channel, as it lies in memory: later, where work is put off. */
function scaleChannels(weight: Tensor, factors: Float64Array, old: Tensor | undefined): Tensor {
  const { shape, strides, dtype } = weight
  const flat = [numelOf(shape)]
  const make = (from: Tensor) => {
    const to = allocateUnwritten(flat, dtype)
    writeScaled(to, from, factors)
    return to
  }
  if (isDeferring()) {
    const later = deferred([weight], { shape: flat, dtype }, ([own]) => make(own!))
    return viewOf(later, shape, strides, 0)
  }
  if (!old || old.storage.hasFailed) return viewOf(make(weight), shape, strides, 0)
  // in the same memory, by which kernels know that the weight changes
  writeScaled(old, weight, factors)
  old.storage.version++
  return viewOf(old, shape, strides, 0)
}

function writeScaled({ storage }: Tensor, from: Tensor, factors: Float64Array): void {
  const [source, target] = [from.storage.data as Floats, storage.dataToWrite as Floats]
  const perChannel = numelOf(from.shape) / factors.length
  for (const [o, factor] of factors.entries()) {
    const end = (o + 1) * perChannel
    for (let i = o * perChannel, k = from.offset + i; i < end; i++, k++) target[i] = source[k]! * factor
  }
}
