/**
 * What a tensor does about gradients.
 *
 * @module
 */
import { type BackwardOptions, backward } from '../../autograd/engine.js'
import { type GradientHook, type HookHandle, registerHook, retainGrad } from '../../autograd/hooks.js'
import { detach, requiresGrad_ } from '../cast.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** Accumulates the gradient of this tensor into `.grad` of every leaf that requires one; `gradient` may be left out for a single number */
    backward(gradient?: Tensor | null, options?: BackwardOptions): void
    /** Calls `hook` with this tensor's gradient during backward; what it returns, if anything, takes the gradient's place */
    registerHook(hook: GradientHook): HookHandle
    /** Makes backward fill in `.grad` although this tensor is not a leaf */
    retainGrad(): void
    /** The same memory, off the tape */
    detach(): Tensor
    /** Sets whether the tensor requires gradients (default true), and returns it */
    requiresGrad_(requiresGrad?: boolean): Tensor
  }
}

export const autogradMethods = methodsOf({
  backward,
  registerHook,
  retainGrad,
  detach,
  requiresGrad_,
})
