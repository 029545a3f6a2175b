/**
 * What all losses share: how the losses of single elements become the result.
 *
 * @module
 */

import { isGradEnabled } from '../../autograd/modes.js'
import { type Backward, record } from '../../autograd/node.js'
import { describe, RuntimeError, ValueError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { mean, sum } from '../reductions/reduce.js'
import { expand } from '../views/expand.js'

/** `'none'`: a loss for each element; `'mean'`, `'sum'`: one number. */
export type Reduction = 'none' | 'mean' | 'sum'

/** Options that most losses have. */
export interface LossOptions {
  /** Default: `'mean'`. */
  reduction?: Reduction
}

export function checkReduction(value: unknown): Reduction {
  if (value === 'none' || value === 'mean' || value === 'sum') return value
  throw new ValueError(`${typeof value === 'string' ? value : describe(value)} is not a valid value for reduction`)
}

/**
 * Reduces the losses of elements, which were computed off the tape, and records all of it as one node.
 *
 * @param derivative given the gradient of each element; it finds the inputs among the saved tensors, then the constants
 * @param constants what it uses besides the inputs
 */
export function recordLoss(
  name: string,
  elements: Tensor,
  reduction: Reduction,
  inputs: readonly Tensor[],
  derivative: Backward,
  constants: readonly Tensor[] = [],
): Tensor {
  const out = reduction === 'none' ? elements : reduction === 'mean' ? mean(elements) : sum(elements)
  const { shape } = elements
  const share = 1 / elements.numel()
  return record(out, name, inputs, [...inputs, ...constants], (gradient, context) => {
    const each = reduction === 'mean' ? gradient.mul(share) : gradient
    return derivative(expand(each, shape), context)
  })
}

/** Refuses a weight that requires a gradient: PyTorch gives it none. */
export function refuseGradient(operation: string, argument: string, tensor: Tensor | null | undefined): void {
  if (!tensor?.requiresGrad || !isGradEnabled()) return
  throw new RuntimeError(
    `The function '${operation}' is not differentiable with respect to argument '${argument}'. This input cannot have requires_grad True.`,
  )
}
