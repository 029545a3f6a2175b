/**
 * What a tensor does about gradients.
 *
 * @module
 */
import { type BackwardOptions, backward } from '../../autograd/engine.js'
import { detach, requiresGrad_ } from '../cast.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** Accumulates the gradient of this tensor into `.grad` of every leaf that requires one; `gradient` may be left out for a single number */
    backward(gradient?: Tensor | null, options?: BackwardOptions): void
    /** The same memory, off the tape */
    detach(): Tensor
    /** Sets whether the tensor requires gradients (default true), and returns it */
    requiresGrad_(requiresGrad?: boolean): Tensor
  }
}

export const autogradMethods = methodsOf({
  backward,
  detach,
  requiresGrad_,
})
