/**
 * The formulas of rounding, of the sign, and of logarithms.
 *
 * @module
 */
import {
  absolute,
  add,
  constant,
  type Expression,
  Formula,
  logarithm,
  multiply,
  negative,
  operand,
  select,
  subtract,
} from './expression.js'
import { polynomial } from './polynomial.js'

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
