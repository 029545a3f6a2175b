/**
 * The formulas of functions of one number.
 *
 * @module
 */
import {
  absolute,
  add,
  constant,
  divide,
  type Expression,
  exponential,
  Formula,
  logarithm,
  multiply,
  negative,
  operand,
  scalar,
  select,
  squareRoot,
  subtract,
} from './expression.js'
import { complementaryError, polynomial, square } from './smoothActivations.js'

const X = operand(0)
const [ZERO, ONE] = [constant(0), constant(1)]

/** Where a float64 has no room for a fraction: added to a number and taken away again, it leaves the nearest whole one. */
const ROUNDER = constant(2 ** 52)

/** Of zeros, of what has no fraction and of NaN, the number itself. */
const unlessWhole = (x: Expression, y: Expression) =>
  select(x, 'equal', ZERO, x, select(absolute(x), 'less', ROUNDER, y, x))

const withSignOf = (x: Expression, size: Expression) => select(x, 'less', ZERO, negative(size), size)

/** The nearest whole number to |x|, halves to the even one. */
const nearestSize = (x: Expression) => subtract(add(absolute(x), ROUNDER), ROUNDER)

function floorOf(x: Expression): Expression {
  const nearest = withSignOf(x, nearestSize(x))
  return unlessWhole(x, select(nearest, 'greater', x, subtract(nearest, ONE), nearest))
}

function truncationOf(x: Expression): Expression {
  const [size, nearest] = [absolute(x), nearestSize(x)]
  return unlessWhole(x, withSignOf(x, select(nearest, 'greater', size, subtract(nearest, ONE), nearest)))
}

export const ROUND = new Formula('double', unlessWhole(X, withSignOf(X, nearestSize(X))))
export const FLOOR = new Formula('double', floorOf(X))
export const CEIL = new Formula('double', negative(floorOf(negative(X))))
export const TRUNC = new Formula('double', truncationOf(X))

/** 0 for NaN. */
export const SIGN = new Formula('element', select(X, 'greater', ZERO, ONE, select(X, 'less', ZERO, constant(-1), ZERO)))

const scaledLogarithm = (factor: number) => new Formula('double', multiply(logarithm(X), constant(factor)))
export const LOG = new Formula('double', logarithm(X))
export const LOG2 = scaledLogarithm(Math.LOG2E)
export const LOG10 = scaledLogarithm(Math.LOG10E)

/** Near 0, where the sum would lose digits, by the Taylor series. */
export const LOG1P = new Formula(
  'double',
  select(
    absolute(X),
    'less',
    constant(1e-4),
    multiply(X, polynomial(X, [1, -1 / 2, 1 / 3, -1 / 4])),
    logarithm(add(ONE, X)),
  ),
)

/** Near 0, where the difference would lose digits, by the Taylor series. */
export const ERF = new Formula(
  'double',
  select(
    absolute(X),
    'less',
    constant(0.5),
    multiply(
      X,
      polynomial(
        square(X),
        [1, -1 / 3, 1 / 10, -1 / 42, 1 / 216, -1 / 1320, 1 / 9360, -1 / 75600, 1 / 685440].map(
          own => (2 / Math.sqrt(Math.PI)) * own,
        ),
      ),
    ),
    withSignOf(X, subtract(ONE, complementaryError(absolute(X), exponential(negative(square(X)))))),
  ),
)

/** |x|^e, with the exponent as the scalar. */
const SIZE_TO_EXPONENT = exponential(multiply(scalar(0), logarithm(absolute(X))))

const POWERS = new Map<number, Formula>([
  [0.5, new Formula('element', squareRoot(X))],
  [-0.5, new Formula('double', divide(ONE, squareRoot(X)))],
  [2, new Formula('element', square(X))],
  [3, new Formula('double', multiply(square(X), X))],
  [-1, new Formula('element', divide(ONE, X))],
  [-2, new Formula('double', divide(ONE, square(X)))],
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
