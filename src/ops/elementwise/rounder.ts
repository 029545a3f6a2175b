/**
 * The precision of a loop's steps.
 *
 * @module
 */
import { type DType, isDifferentiable } from '../../tensor/dtype.js'

/**
 * Rounds one step of a loop as the loop's dtype does. PyTorch's loops of float32 round each: where there are several, rounding
 * the result alone would give another one in the last place. float16 and bfloat16 are computed in float32 here.
 */
export function rounder(compute: DType): (x: number) => number {
  return compute === 'float64' || !isDifferentiable(compute) ? x => x : Math.fround
}
