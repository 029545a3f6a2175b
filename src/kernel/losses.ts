/**
 * The formulas of losses of an input (the first operand) and a target (the second).
 *
 * @module
 */
import {
  absolute,
  add,
  constant,
  divide,
  type Expression,
  Formula,
  multiply,
  negative,
  operand,
  scalar,
  select,
  subtract,
} from './expression.js'
import { softplus } from './smoothActivations.js'

const [INPUT, TARGET, WEIGHT] = [operand(0), operand(1), operand(2)]
const [HALF, ONE] = [constant(0.5), constant(1)]

const difference = subtract(INPUT, TARGET)
const distance = absolute(difference)
const half = (x: Expression) => multiply(HALF, x)

export const SQUARED_ERROR = new Formula('element', multiply(difference, difference))

/** Scalar: beta. */
export const SMOOTH_L1 = new Formula(
  'element',
  select(
    distance,
    'less',
    scalar(0),
    divide(multiply(half(distance), distance), scalar(0)),
    subtract(distance, half(scalar(0))),
  ),
)

/** Scalar: delta. */
export const HUBER = new Formula(
  'element',
  select(
    distance,
    'lessOrEqual',
    scalar(0),
    multiply(half(distance), distance),
    multiply(scalar(0), subtract(distance, half(scalar(0)))),
  ),
)

const other = multiply(subtract(ONE, TARGET), INPUT)

/** The cross entropy of sigmoid(input). */
export const BINARY_CROSS_ENTROPY = new Formula('double', add(other, softplus(negative(INPUT))))

/** The same where the part of target = 1 has a weight, the third operand. */
export const WEIGHTED_BINARY_CROSS_ENTROPY = new Formula(
  'double',
  add(other, multiply(add(ONE, multiply(subtract(WEIGHT, ONE), TARGET)), softplus(negative(INPUT)))),
)
