/**
 * Polynomials, by Horner's scheme.
 *
 * @module
 */
import type { Arithmetic } from './elementMachine.js'
import { type Expression, multiply } from './expression.js'
import type { Vector } from './machine.js'

/** c[0] + c[1] x + c[2] x^2 + ..., each step rounded once where the machine can: only where float32 is computed in float64. */
export const polynomial = (x: Expression, coefficients: readonly number[]): Expression => ({
  kind: 'polynomial',
  x,
  coefficients,
})

export const square = (x: Expression) => multiply(x, x)

/** to = the polynomial of x, for another vector `to`. */
export function writePolynomial(machine: Arithmetic, to: Vector, x: Vector, coefficients: readonly number[]): void {
  machine.constant(to, coefficients.at(-1)!)
  for (const value of coefficients.slice(0, -1).toReversed()) machine.multiplyThenAdd(to, x, { value })
}
