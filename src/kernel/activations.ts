/**
 * The formulas of activation functions: one description for elementwise kernels and for what convolutions do to their sums
 * before they store them.
 *
 * @module
 */
import {
  add,
  constant,
  divide,
  type Expression,
  exponential,
  Formula,
  maximum,
  minimum,
  multiply,
  negative,
  operand,
  scalar,
  select,
} from './expression.js'

const X = operand(0)
const [ZERO, ONE, THREE, SIX] = [constant(0), constant(1), constant(3), constant(6)]

/** 1 / (1 + e^-x) */
export const logistic = (x: Expression): Expression => divide(ONE, add(ONE, exponential(negative(x))))

/** Above zero `y`, else `y` times the first scalar. */
export const leaky = (x: Expression, y: Expression): Expression => select(x, 'greater', ZERO, y, multiply(y, scalar(0)))

/** -0 and NaN stay. */
export const RELU = new Formula('element', select(X, 'less', ZERO, ZERO, X))

/** Scalars: the slope below zero. */
export const LEAKY_RELU = new Formula('element', leaky(X, X))

/** Scalars: the lowest and the highest result. NaN stays. */
export const HARDTANH = new Formula(
  'element',
  select(X, 'less', scalar(0), scalar(0), select(X, 'greater', scalar(1), scalar(1), X)),
)

const RELU6_SHIFTED = minimum(maximum(add(X, THREE), ZERO), SIX)
export const HARDSIGMOID = new Formula('element', divide(RELU6_SHIFTED, SIX))
export const HARDSWISH = new Formula('element', divide(multiply(X, RELU6_SHIFTED), SIX))

export const SIGMOID = new Formula('double', logistic(X))
export const SILU = new Formula('double', multiply(X, logistic(X)))
