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
  if (first + 1 === list.length || !(value instanceof Tensor)) return null
  if (value.device !== 'cpu' || !(value.dtype === 'float32' || value.dtype === 'float64')) return null
  const conv = convolvingModule(list[first]!)
  if (!conv || needGradient(value, conv.weight, conv.bias)) return null
  const folded = foldNext(conv, list[first + 1]!, value)
  const behind = list[first + (folded ? 2 : 1)]
  const activation = behind && isDiscreet(behind) ? (behind as Partial<ActivationModule>).activation : undefined
  if (!folded && !activation) return null
  const result = conv.forwardWith(value, folded ?? conv, activation ?? null)
  return { result, count: 1 + Number(folded !== null) + Number(activation !== undefined) }
}

function convolvingModule(module: Module): ConvolvingModule | null {
  const own = module as Module & Partial<ConvolvingModule>
  return own.forwardWith && isDiscreet(own) ? (own as Module & ConvolvingModule) : null
}

/** The filters with the norm in them, if the next module is one that fits. */
function foldNext(conv: ConvolvingModule, next: Module, value: Tensor): Filters | null {
  const norm = next as Module & Partial<NormModule>
  if (!norm.fixedFor || !isDiscreet(norm) || norm.numFeatures !== conv.outChannels) return null
  // without a batch, a norm may take channels for samples
  if (value.ndim !== conv.spatialRank + 2 || value.dtype !== conv.weight.dtype) return null
  const fixed = norm.fixedFor(value)
  return fixed && !needGradient(fixed.weight, fixed.bias) ? foldNorm(conv, fixed) : null
}

const needGradient = (...tensors: readonly (Tensor | null)[]) => isRecording() && tensors.some(own => own?.requiresGrad)
