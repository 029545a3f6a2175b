/**
 * Do two programs give the same numbers? Asked before they are timed.
 */

/**
 * Bounds on the largest difference, as a share of the largest value. Strict float32: direct summation differs from
 * another order of summation by about 2e-6, and by more in a weight gradient, which sums over all pixels. Reduced
 * precision: what TF32, PyTorch's default on GPUs, would lose (2.3e-4), with room.
 */
export const BOUNDS = {
  strict: { forward: 2e-5, gradient: 1e-4 },
  reduced: { forward: 1e-3, gradient: 1e-3 },
} as const

/** The largest difference as a share of the largest value of `expected`; infinite where a value is not a number. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let [largest, apart] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!)
    if (Number.isNaN(d)) return Number.POSITIVE_INFINITY
    if (d > apart) apart = d
    const value = Math.abs(expected[i]!)
    if (value > largest) largest = value
  }
  return apart === 0 ? 0 : apart / largest
}

/** The results of two programs differ by more than the bound: timing them would compare different work. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement'
}

/** @throws Disagreement if the difference is above the bound */
export function checkAgreement(what: string, difference: number, bound: number): void {
  if (difference <= bound) return
  throw new Disagreement(
    `${what}: the results differ by ${difference.toExponential(1)} of the largest value, bound ${bound}`,
  )
}
