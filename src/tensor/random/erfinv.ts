/**
 * The inverse error function as PyTorch computes it (`calc_erfinv` of ATen/native/Math.h, after G. L. Pavlis 1996):
 * a rational approximation, made accurate by two steps of Newton's method.
 *
 * In float32 the error function has few values left near 1, and Newton's method ends on one side or the other by its
 * roundings: the float32 version takes PyTorch's steps one by one.
 *
 * @module
 */

import { erf, erfFloat } from './erf.js'
import { inFloat32, type Rational } from './erf-coefficients.js'
import { fmaFloat } from './fma.js'

const f = Math.fround

/** y * q(y^2) for |y| <= 0.7 */
const CENTRE: Rational = {
  above: [0.886226899, -1.645349621, 0.914624893, -0.140543331],
  below: [1, -2.118377725, 1.442710462, -0.329097515, 0.012229801],
}
/** q(sqrt(-log((1 - |y|) / 2))) beyond, with the sign of y */
const ENDS: Rational = {
  above: [-1.970840454, -1.624906493, 3.429567803, 1.641345311],
  below: [1, 3.5438892, 1.6370678],
}

/** The derivative of erf at 0. */
const SLOPE = 2 / Math.sqrt(Math.PI)

/** The inverse of erf in double precision; NaN outside [-1, 1]. */
export function erfinv(y: number): number {
  const magnitude = Math.abs(y)
  if (!(magnitude < 1)) return magnitude === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN
  let x: number
  if (magnitude <= 0.7) x = (y * polynomial(CENTRE.above, y * y)) / polynomial(CENTRE.below, y * y)
  else {
    const z = Math.sqrt(-Math.log((1 - magnitude) / 2))
    x = (Math.sign(y) * polynomial(ENDS.above, z)) / polynomial(ENDS.below, z)
  }
  for (let step = 0; step < 2; step++) x -= (erf(x) - y) / (SLOPE * Math.exp(-x * x))
  return x
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)
}

const CENTRE_FLOAT = inFloat32(CENTRE)
const ENDS_FLOAT = inFloat32(ENDS)
const SLOPE_FLOAT = f(2 / f(Math.sqrt(Math.PI)))

/** The inverse of erf of a float32, in float32 steps. */
export function erfinvFloat(y: number): number {
  const magnitude = Math.abs(y)
  if (!(magnitude < 1)) return magnitude === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN
  let x: number
  if (magnitude <= f(0.7)) {
    const y2 = f(y * y)
    x = f(f(y * polynomialFloat(CENTRE_FLOAT.above, y2)) / polynomialFloat(CENTRE_FLOAT.below, y2))
  } else {
    const z = f(Math.sqrt(-f(Math.log(f(1 - magnitude) / 2))))
    x = f((Math.sign(y) * polynomialFloat(ENDS_FLOAT.above, z)) / polynomialFloat(ENDS_FLOAT.below, z))
  }
  for (let step = 0; step < 2; step++) {
    x = f(x - f(f(erfFloat(x) - y) / f(SLOPE_FLOAT * f(Math.exp(f(-x * x))))))
  }
  return x
}

function polynomialFloat(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]
  for (let i = coefficients.length - 2; i >= 0; i--) sum = fmaFloat(sum, x, coefficients[i])
  return sum
}
