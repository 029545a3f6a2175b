/**
 * A convolution, the batch norm and the activation behind it in one pass, where nobody sees what is between them.
 *
 * @module
 */
import { isRecording } from '../autograd/modes.js'
import type { Activation } from '../conv/epilogue.js'
import { Tensor } from '../tensor/tensor.js'
import { type Filters, type FixedNorm, foldNorm } from './foldedNorm.js'
import { isDiscreet, type Module } from './module.js'

/** A module that convolves, and can do by the way what comes next. */
export interface ConvolvingModule extends Filters {
  readonly spatialRank: number
  readonly outChannels: number
  /** @internal What `forward` returns with these filters; activated, to the bit what an activation makes of that. */
  forwardWith(input: Tensor, filters: Filters, activation: Activation | null): Tensor
}

/** A module that normalises each channel. */
export interface NormModule {
  readonly numFeatures: number
  /** @internal `null` where it depends on the input, or refuses it. */
  fixedFor(input: Tensor): FixedNorm | null
}

/** A module that is an activation which convolutions know. */
export interface ActivationModule {
  /** @internal */
  readonly activation: Activation
}

/**
 * The result of the layers from `first` on that are computed together, and how many they are; `null` if they are to be called
 * one after the other, as where a gradient is needed.
 */
export function inOnePass(
  list: readonly Module[],
  first: number,
  value: unknown,
): { result: Tensor; count: number } | null {
  const conv = list[first] as Module & Partial<ConvolvingModule>
  if (!conv.forwardWith || first + 1 === list.length || !(value instanceof Tensor)) return null
  if (!(value.dtype === 'float32' || value.dtype === 'float64') || !isDiscreet(conv)) return null
  const own = conv as Module & ConvolvingModule
  const folded = foldNext(own, list[first + 1]!, value)
  const next = list[first + (folded ? 2 : 1)]
  const activation = next && isDiscreet(next) ? (next as Partial<ActivationModule>).activation : undefined
  if ((!folded && !activation) || needsGradient(value, own)) return null
  const result = own.forwardWith(value, folded ?? own, activation ?? null)
  return { result, count: 1 + Number(folded !== null) + Number(activation !== undefined) }
}

/** The filters with the norm in them, if the next module is one that fits. */
function foldNext(conv: Module & ConvolvingModule, next: Module, value: Tensor): Filters | null {
  const norm = next as Module & Partial<NormModule>
  if (!norm.fixedFor || !isDiscreet(norm) || norm.numFeatures !== conv.outChannels) return null
  // without a batch, a norm may take channels for samples
  if (value.ndim !== conv.spatialRank + 2 || value.dtype !== conv.weight.dtype) return null
  const fixed = norm.fixedFor(value)
  if (!fixed) return null
  if (isRecording() && (fixed.weight?.requiresGrad || fixed.bias?.requiresGrad)) return null
  return foldNorm(conv, fixed)
}

const needsGradient = (value: Tensor, { weight, bias }: Filters) =>
  isRecording() && [value, weight, bias].some(own => own?.requiresGrad)
