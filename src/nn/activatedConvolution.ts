/**
 * A convolution and the activation behind it in one pass, where nobody sees what is between them.
 *
 * @module
 */
import { isRecording } from '../autograd/modes.js'
import type { Activation } from '../conv/epilogue.js'
import { Tensor } from '../tensor/tensor.js'
import { isDiscreet, type Module } from './module.js'

/** A module that convolves, and can activate by the way. */
export interface ActivatingModule {
  readonly weight: Tensor
  readonly bias: Tensor | null
  /** @internal What the activation makes of what `forward` returns, to the bit. */
  forwardActivated(input: Tensor, activation: Activation): Tensor
}

/** A module that is an activation which convolutions know. */
export interface ActivationModule {
  /** @internal */
  readonly activation: Activation
}

/** The result of both; `null` if they are to be called one after the other, as where a gradient is needed. */
export function convolveAndActivate(first: Module, next: Module | undefined, value: unknown): Tensor | null {
  if (!next || !(value instanceof Tensor) || !(value.dtype === 'float32' || value.dtype === 'float64')) return null
  const [conv, { activation }] = [first as Partial<ActivatingModule>, next as Partial<ActivationModule>]
  if (!conv.forwardActivated || !activation || !isDiscreet(first) || !isDiscreet(next)) return null
  if (isRecording() && [value, conv.weight, conv.bias].some(own => own?.requiresGrad)) return null
  return conv.forwardActivated(value, activation)
}
