/**
 * Methods of a tensor that take no other operand: functions of its elements, and parts of complex ones.
 *
 * @module
 */
import { angle, conj, imag, real, sgn, viewAsComplex, viewAsReal } from '../elementwise/complex.js'
import {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  type RoundOptions,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  tan,
  tanh,
  trunc,
} from '../elementwise/unary.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The absolute value; of complex numbers the modulus */
    abs(): Tensor
    /** -1, 0 or 1 */
    sign(): Tensor
    /** `this / |this|`, and 0 for 0 */
    sgn(): Tensor
    /** e^x */
    exp(): Tensor
    /** e^x - 1, exact for small x */
    expm1(): Tensor
    /** The natural logarithm */
    log(): Tensor
    /** The logarithm to the base 2 */
    log2(): Tensor
    /** The logarithm to the base 10 */
    log10(): Tensor
    /** log(1 + x), exact for small x */
    log1p(): Tensor
    /** The square root */
    sqrt(): Tensor
    /** 1 / sqrt(x) */
    rsqrt(): Tensor
    /** The sine */
    sin(): Tensor
    /** The cosine */
    cos(): Tensor
    /** The tangent */
    tan(): Tensor
    /** The hyperbolic tangent */
    tanh(): Tensor
    /** 1 / (1 + e^-x) */
    sigmoid(): Tensor
    /** The error function */
    erf(): Tensor
    /** The largest whole number that is not greater */
    floor(): Tensor
    /** The smallest whole number that is not less */
    ceil(): Tensor
    /** The nearest whole number, halves to even */
    round(options?: RoundOptions): Tensor
    /** The whole part */
    trunc(): Tensor
    /** The complex conjugate; a real tensor itself */
    conj(): Tensor
    /** The real parts, a view; a real tensor itself */
    real(): Tensor
    /** The imaginary parts, a view */
    imag(): Tensor
    /** The angle in radians */
    angle(): Tensor
    /** A view of complex numbers as pairs of real ones */
    viewAsReal(): Tensor
    /** A view of pairs of real numbers as complex ones */
    viewAsComplex(): Tensor
  }
}

export const unaryMethods = methodsOf({
  abs,
  sign,
  sgn,
  exp,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sqrt,
  rsqrt,
  sin,
  cos,
  tan,
  tanh,
  sigmoid,
  erf,
  floor,
  ceil,
  round,
  trunc,
  conj,
  real,
  imag,
  angle,
  viewAsReal,
  viewAsComplex,
})
