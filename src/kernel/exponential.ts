/**
 * e^x in float64, exact enough for float32.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r. ln 2 is taken off in two parts, the first with so few bits that its
 * product with n is exact (Cody and Waite, Software Manual for the Elementary Functions, 1980, chapter 6); e^r is its Taylor
 * polynomial of degree 11, whose error is below r^12 / 12! < 7e-15. Rounded to float32, the result is the nearest number but
 * where e^x lies within 1e-14 (relative) of the middle between two.
 *
 * @module
 */
import type { Arithmetic } from './elementMachine.js'
import type { Vector } from './machine.js'
import { writePolynomial } from './polynomial.js'

const DEGREE = 11
/** Of e^r. */
const TAYLOR = Array.from({ length: DEGREE + 1 }, (_, power) => 1 / factorial(power))

/** The first 32 bits of ln 2, and the rest. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** Added to a number and taken away again, it leaves the nearest whole number. */
const ROUNDER = 1.5 * 2 ** 52

/** Beyond these the result is given as 0 or infinite, which it is as a float32. */
const [LEAST, MOST] = [-700, 700]

/** to = e^x, for another vector `to`. NaN stays NaN. */
export function writeExponential(machine: Arithmetic, to: Vector, x: Vector): void {
  const [reduced, whole, factor] = [machine.vector(), machine.vector(), machine.vector()]
  // the second operand is what comes of a NaN
  machine.constant(factor, MOST)
  machine.minimum(reduced, factor, x)
  machine.constant(factor, LEAST)
  machine.maximum(reduced, factor, reduced)

  machine.multiply(whole, reduced, { value: Math.LOG2E })
  machine.add(whole, whole, { value: ROUNDER })
  machine.subtract(whole, whole, { value: ROUNDER })
  machine.multiplySubtract(reduced, whole, { value: LN2_HIGH })
  machine.multiplySubtract(reduced, whole, { value: LN2_LOW })

  machine.powerOfTwo(whole, whole)
  writePolynomial(machine, to, reduced, TAYLOR)
  machine.multiply(to, to, whole)
  for (const [comparison, limit, result] of [
    ['greater', MOST, Number.POSITIVE_INFINITY],
    ['less', LEAST, 0],
  ] as const) {
    machine.constant(whole, limit)
    machine.constant(factor, result)
    machine.select(to, comparison, x, whole, factor, to)
  }
  machine.release(reduced, whole, factor)
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}
