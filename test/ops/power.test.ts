/** Exponents that PyTorch computes in a way of their own, with the results that it gives for special numbers. */
import { expect, test } from 'vitest'
import { tensor } from '../../src/index.js'

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY, NaN: NAN } = Number
const SPECIAL = [-0, 0, NEGATIVE_INFINITY, INF, -1, 4]

for (const dtype of ['float32', 'float64'] as const) {
  for (const [exponent, expected] of [
    [-0.5, [NEGATIVE_INFINITY, INF, NAN, 0, NAN, 0.5]],
    [-2, [INF, INF, 0, 0, 1, 0.0625]],
    [3, [-0, 0, NEGATIVE_INFINITY, INF, -1, 64]],
    [-1, [NEGATIVE_INFINITY, INF, -0, 0, -1, 0.25]],
  ] as const) {
    test(`special numbers to the power of ${exponent}, ${dtype}`, () => {
      const few = tensor(SPECIAL, { dtype })
      expect(few.pow(exponent).tolist()).toEqual(expected)
      // as many as vectors are made of
      expect(
        few
          .repeat(300)
          .pow(exponent)
          .narrow(0, 6 * 299, 6)
          .tolist(),
      ).toEqual(expected)
    })
  }
}
