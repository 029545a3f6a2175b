/**
 * Elementwise operations and reductions by compiled kernels.
 *
 * @module
 */
import { numelOf, type Shape } from '../../tensor/layout.js'
import type { VectorOperations } from '../vectorOperations.js'
import { elementwiseOperation } from './elementwise.js'
import { foldOperation } from './fold.js'
import type { Target } from './target.js'

export function compiledVectors(target: Target): VectorOperations {
  const isWorthIt = (shape: Shape) => numelOf(shape) >= target.fewestElements
  const [elementwise, fold] = [elementwiseOperation(target), foldOperation(target)]
  return {
    elementwise: call => isWorthIt(call.shape) && elementwise(call),
    fold: call => (isWorthIt(call.shape) ? fold(call) : null),
    target,
  }
}
