/**
 * The same leaves in other memory.
 *
 * @module
 */
import type { Tensor } from '../../../src/ops/tensor.js'

/** Dimensions in the opposite order, and every other element unused. */
export function strided(input: Tensor): Tensor {
  const backwards = input.shape.map((_, dim) => input.ndim - 1 - dim)
  const gaps = input
    .detach()
    .permute(...backwards)
    .unsqueeze(-1)
    .repeat(...backwards.map(() => 1), 2)
  return gaps
    .select(-1, 1)
    .permute(...backwards)
    .detach()
    .requiresGrad_(input.requiresGrad)
}

/** Images with their channels last; everything else as it is. */
export function channelsLast(input: Tensor): Tensor {
  if (input.ndim !== 4) return input
  return input.detach().clone({ memoryFormat: 'channels_last' }).requiresGrad_(input.requiresGrad)
}
