/**
 * A batch norm behind a convolution, after training: for each channel it is a factor and a summand, which can be put into the
 * convolution's weight and bias. That is done once for each version of them.
 *
 * With running mean m, running variance v, and the norm's weight g and bias b, for output channel o:
 *
 *     weight(o) = conv.weight(o) * g(o) / sqrt(v(o) + eps)
 *     bias(o) = (conv.bias(o) - m(o)) * g(o) / sqrt(v(o) + eps) + b(o)
 *
 * The results are those of both layers but for rounding, so it is done only where reduced precision is allowed.
 *
 * @module
 */
import { isReducedPrecisionAllowed } from '../backends/settings.js'
import { contiguousData } from '../tensor/copy.js'
import type { Storage } from '../tensor/storage.js'
import { type Tensor, wrapArray } from '../tensor/tensor.js'

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

/** What was made of a weight last, and of what else. */
interface Entry {
  readonly eps: number
  readonly sources: readonly Source[]
  /** `null` where the factors are not finite: an infinity times a weight of 0 is not what it is times a sum of 0. */
  readonly filters: Filters | null
}

interface Source {
  readonly tensor: Tensor | null
  readonly storage: Storage | undefined
  readonly contents: number | undefined
}

const entries = new WeakMap<Tensor, Entry>()

/** The convolution's filters with the norm in them; `null` where the two are to be computed one after the other. */
export function foldNorm(filters: Filters, norm: FixedNorm): Filters | null {
  const tensors = [filters.weight, filters.bias, norm.weight, norm.bias, norm.mean, norm.variance]
  if (!isReducedPrecisionAllowed() || !tensors.every(own => own === null || isKnown(own, filters.weight))) return null
  const known = entries.get(filters.weight)
  if (known && known.eps === norm.eps && known.sources.every(isAsBefore, tensors)) return known.filters
  const folded = fold(filters, norm)
  const sources = tensors.map(tensor => ({ tensor, storage: tensor?.storage, contents: tensor?.storage.contents }))
  entries.set(filters.weight, { eps: norm.eps, sources, filters: folded })
  return folded
}

/** Whether it has elements of the weight's dtype, which do not change without a trace. */
function isKnown({ dtype, device, storage }: Tensor, weight: Tensor): boolean {
  return dtype === weight.dtype && device === 'cpu' && !storage.isShared && !storage.isCopied
}

function isAsBefore(this: readonly (Tensor | null)[], { tensor, storage, contents }: Source, i: number): boolean {
  const own = this[i]!
  return own === tensor && own?.storage === storage && own?.storage.contents === contents
}

function fold({ weight, bias }: Filters, norm: FixedNorm): Filters | null {
  const [w, mean, variance] = [weight, norm.mean, norm.variance].map(own => contiguousData(own) as Floats)
  const [b, gain, shift] = [bias, norm.weight, norm.bias].map(own => own && (contiguousData(own) as Floats))
  const factors = Float64Array.from(variance!, (value, o) => (gain?.[o] ?? 1) / Math.sqrt(value + norm.eps))
  const summands = factors.map((factor, o) => ((b?.[o] ?? 0) - mean![o]!) * factor + (shift?.[o] ?? 0))
  if (!factors.every(Number.isFinite) || !summands.every(Number.isFinite)) return null
  const perChannel = w!.length / factors.length
  const scaled = w!.slice()
  for (const [o, factor] of factors.entries()) {
    for (let i = o * perChannel; i < (o + 1) * perChannel; i++) scaled[i]! *= factor
  }
  const { dtype } = weight
  const summed = dtype === 'float32' ? Float32Array.from(summands) : summands
  return { weight: wrapArray(scaled, weight.shape, dtype), bias: wrapArray(summed, [factors.length], dtype) }
}
