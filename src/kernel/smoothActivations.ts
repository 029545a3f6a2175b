/**
 * The formulas of smooth activation functions and of their derivatives, all by way of one exponential. Exact to about 1e-10, which
 * leaves float32 the nearest number but for one in a thousand.
 *
 * @module
 */
import { logistic } from './activations.js'
import { complementaryError } from './errorFunction.js'
import {
  absolute,
  add,
  constant,
  divide,
  type Expression,
  exponential,
  Formula,
  maximum,
  multiply,
  negative,
  operand,
  scalar,
  select,
  subtract,
} from './expression.js'
import { polynomial, square } from './polynomial.js'

const [FIRST, SECOND] = [operand(0), operand(1)]
const [ZERO, ONE, TWO] = [constant(0), constant(1), constant(2)]

/** e^x - 1; near 0, where the difference would lose digits, by its Taylor series. */
function exponentialLessOne(x: Expression): Expression {
  const series = multiply(x, polynomial(x, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120]))
  return select(absolute(x), 'less', constant(0.01), series, subtract(exponential(x), ONE))
}

/** (1 - e^-2|x|) / (1 + e^-2|x|), with the sign of x; near 0 the Taylor series. */
function hyperbolicTangent(x: Expression): Expression {
  const power = exponential(multiply(absolute(x), constant(-2)))
  const size = divide(subtract(ONE, power), add(ONE, power))
  const series = multiply(x, polynomial(square(x), [1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835]))
  return select(absolute(x), 'less', constant(0.1), series, select(x, 'less', ZERO, negative(size), size))
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), where log(1 + e) = 2 artanh(e / (2 + e)), by its Taylor series. */
export function softplus(x: Expression): Expression {
  const power = exponential(negative(absolute(x)))
  const ratio = divide(power, add(TWO, power))
  const odd = Array.from({ length: 11 }, (_, k) => 2 / (2 * k + 1))
  return add(maximum(x, ZERO), multiply(ratio, polynomial(square(ratio), odd)))
}

/** The distribution of a standard normal number: the probability of less than x, and the density at x without 1 / sqrt(2 pi). */
function normal(x: Expression) {
  const density = exponential(multiply(square(x), constant(-0.5)))
  const tail = multiply(complementaryError(multiply(absolute(x), constant(Math.SQRT1_2)), density), constant(0.5))
  return { below: select(x, 'greater', ZERO, subtract(ONE, tail), tail), density }
}

/** tanh(softplus(x)) = (n^2 + 2n) / (n^2 + 2n + 2) with n = e^x; for positive x, divided by n^2. */
function tangentOfSoftplus(x: Expression): Expression {
  const power = exponential(negative(absolute(x)))
  const both = square(power)
  const above = select(x, 'less', ZERO, add(both, add(power, power)), add(ONE, add(power, power)))
  return divide(above, add(above, select(x, 'less', ZERO, TWO, add(both, both))))
}

export const TANH = new Formula('double', hyperbolicTangent(FIRST))
export const EXPM1 = new Formula('double', exponentialLessOne(FIRST))

/** Scalars: what is multiplied by e^x - 1, and by positive x. */
export const ELU = new Formula(
  'double',
  select(FIRST, 'lessOrEqual', ZERO, multiply(scalar(0), exponentialLessOne(FIRST)), multiply(FIRST, scalar(1))),
)

/** Of the gradient and the input; the same scalars. */
export const ELU_GRADIENT = new Formula(
  'double',
  multiply(FIRST, select(SECOND, 'lessOrEqual', ZERO, multiply(scalar(0), exponential(SECOND)), scalar(1))),
)

export const GELU = new Formula('double', multiply(FIRST, normal(FIRST).below))

const { below, density } = normal(SECOND)
export const GELU_GRADIENT = new Formula(
  'double',
  multiply(FIRST, add(below, multiply(multiply(SECOND, density), constant(1 / Math.sqrt(2 * Math.PI))))),
)

const [BETA, KAPPA] = [Math.sqrt(2 / Math.PI), 0.044715]

/** (1 + tanh(beta (x + kappa x^3))) / 2 */
const risen = (x: Expression) =>
  logistic(multiply(constant(2 * BETA), add(x, multiply(multiply(x, square(x)), constant(KAPPA)))))

export const TANH_GELU = new Formula('double', multiply(FIRST, risen(FIRST)))

const share = risen(SECOND)
const slope = multiply(constant(2 * BETA), add(ONE, multiply(square(SECOND), constant(3 * KAPPA))))
export const TANH_GELU_GRADIENT = new Formula(
  'double',
  multiply(FIRST, add(share, multiply(multiply(SECOND, multiply(share, subtract(ONE, share))), slope))),
)

export const MISH = new Formula('double', multiply(FIRST, tangentOfSoftplus(FIRST)))

const tangent = tangentOfSoftplus(SECOND)
export const MISH_GRADIENT = new Formula(
  'double',
  multiply(FIRST, add(tangent, multiply(multiply(SECOND, logistic(SECOND)), subtract(ONE, square(tangent))))),
)

const scaled = (x: Expression) => multiply(x, scalar(0))

/** Scalars: beta, and the threshold. */
export const SOFTPLUS = new Formula(
  'double',
  select(scaled(FIRST), 'greater', scalar(1), FIRST, divide(softplus(scaled(FIRST)), scalar(0))),
)

/** Of the gradient and the input; the same scalars. */
export const SOFTPLUS_GRADIENT = new Formula(
  'double',
  select(scaled(SECOND), 'greater', scalar(1), FIRST, multiply(FIRST, logistic(scaled(SECOND)))),
)

export const LOG_SIGMOID = new Formula('double', negative(softplus(negative(FIRST))))

/** Of the gradient and the input. */
export const LOG_SIGMOID_GRADIENT = new Formula('double', multiply(FIRST, logistic(negative(SECOND))))
