/**
 * The formulas of powers with one exponent for all elements.
 *
 * @module
 */
import {
  absolute,
  constant,
  divide,
  exponential,
  Formula,
  logarithm,
  multiply,
  operand,
  scalar,
  select,
  squareRoot,
} from './expression.js'
import { square } from './polynomial.js'

const X = operand(0)
const [ZERO, ONE] = [constant(0), constant(1)]

/** |x|^e, with the exponent as the scalar. */
const SIZE_TO_EXPONENT = exponential(multiply(scalar(0), logarithm(absolute(X))))

export const SQUARE_ROOT = new Formula('element', squareRoot(X))
export const INVERSE_ROOT = new Formula('element', divide(ONE, squareRoot(X)))

const POWERS = new Map<number, Formula>([
  [0.5, SQUARE_ROOT],
  [-0.5, INVERSE_ROOT],
  [2, new Formula('element', square(X))],
  [3, new Formula('element', multiply(square(X), X))],
  [-1, new Formula('element', divide(ONE, X))],
  [-2, new Formula('element', divide(ONE, square(X)))],
])
const EVEN_POWER = new Formula('double', SIZE_TO_EXPONENT)

/** For exponents that are not whole: of negative numbers NaN, of -Infinity as of Infinity. */
const FRACTIONAL_POWER = new Formula(
  'double',
  select(
    X,
    'less',
    ZERO,
    select(X, 'equal', constant(Number.NEGATIVE_INFINITY), SIZE_TO_EXPONENT, constant(Number.NaN)),
    SIZE_TO_EXPONENT,
  ),
)

/** x to an exponent, which is the formula's scalar; `undefined` where only a loop has it. */
export function powerFormula(exponent: number): Formula | undefined {
  const own = POWERS.get(exponent)
  if (own || !Number.isFinite(exponent) || exponent === 0) return own
  if (!Number.isInteger(exponent)) return FRACTIONAL_POWER
  return exponent % 2 === 0 ? EVEN_POWER : undefined
}
