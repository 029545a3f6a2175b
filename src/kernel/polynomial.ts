/**
 * Polynomials as expressions.
 *
 * @module
 */
import { add, constant, type Expression, multiply } from './expression.js'

/** c[0] + c[1] x + c[2] x^2 + ... (Horner's scheme) */
export function polynomial(x: Expression, c: readonly number[]): Expression {
  return c
    .slice(0, -1)
    .reduceRight((sum, own) => add(multiply(sum, x), constant(own)), constant(c[c.length - 1]!) as Expression)
}

export const square = (x: Expression) => multiply(x, x)
