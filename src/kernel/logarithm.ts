/**
 * The natural logarithm in float64, exact enough for float32.
 *
 * x = 2^n m with m in (sqrt(1/2), sqrt(2)], so log x = n ln 2 + log m, and log m = 2 artanh(t) with t = (m - 1) / (m + 1), which is at
 * most 0.172: its Taylor polynomial up to t^17 is off by less than 1e-15.
 *
 * @module
 */
import type { Arithmetic } from './elementMachine.js'
import type { Vector } from './machine.js'
import { writePolynomial } from './polynomial.js'

const TERMS = 9

/** What float64 adds to its exponents. */
const EXPONENT_BIAS = 1023

/** As a float64, the bits of a fraction; with those of 1 besides, the fraction of a number in [1, 2). */
const FRACTION_BITS = 2 ** -1022 - 2 ** -1074

/** Of 2 artanh(t) / t, by t^2. */
const ARTANH = Array.from({ length: TERMS }, (_, term) => 2 / (2 * term + 1))

/** to = log x, for another vector `to`: NaN below 0, and -Infinity for 0. Subnormal float64 numbers are not served. */
export function writeLogarithm(machine: Arithmetic, to: Vector, x: Vector): void {
  const [whole, part, other, one] = [machine.vector(), machine.vector(), machine.vector(), machine.vector()]
  // the bits of 2^52 + a whole number end with those of the number
  machine.exponentBits(whole, x)
  machine.constant(other, 2 ** 52)
  machine.bits('or', whole, whole, other)
  machine.subtract(whole, whole, { value: 2 ** 52 + EXPONENT_BIAS })
  machine.constant(one, 1)
  machine.constant(part, FRACTION_BITS)
  machine.bits('and', part, part, x)
  machine.bits('or', part, part, one)

  machine.constant(other, Math.SQRT2)
  machine.add(to, whole, one)
  machine.select(whole, 'greater', part, other, to, whole)
  machine.multiply(to, part, { value: 0.5 })
  machine.select(part, 'greater', part, other, to, part)

  machine.add(other, part, one)
  machine.subtract(part, part, one)
  machine.divide(part, part, other)
  machine.multiply(other, part, part)
  writePolynomial(machine, to, other, ARTANH)
  machine.multiply(to, to, part)
  machine.multiplyAdd(to, whole, { value: Math.LN2 })

  for (const [comparison, limit, result] of [
    ['less', 0, Number.NaN],
    ['equal', 0, Number.NEGATIVE_INFINITY],
    ['equal', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ] as const) {
    machine.constant(other, limit)
    machine.constant(part, result)
    machine.select(to, comparison, x, other, part, to)
  }
  machine.select(to, 'unordered', x, x, x, to)
  machine.release(whole, part, other, one)
}
