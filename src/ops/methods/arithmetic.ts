/**
 * Arithmetic methods of a tensor.
 *
 * @module
 */
import type { Tensor } from '../../tensor/tensor.js'
import { type AlphaOptions, add, mul, neg, reciprocal, sub } from '../elementwise/arithmetic.js'
import { type Bounds, clamp, clampMax, clampMin } from '../elementwise/clamp.js'
import { type DivOptions, div, floorDivide, fmod, remainder } from '../elementwise/division.js'
import { maximum, minimum } from '../elementwise/extremum.js'
import type { Operand } from '../elementwise/operand.js'
import { pow, square } from '../elementwise/power.js'
import { lerp, maskedFill, where } from '../elementwise/where.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** `this + alpha * other` */
    add(other: Operand, options?: AlphaOptions): Tensor
    /** `this - alpha * other` */
    sub(other: Operand, options?: AlphaOptions): Tensor
    /** `this * other`, elementwise */
    mul(other: Operand): Tensor
    /** `this / other`; integers give float32 unless a rounding mode is given */
    div(other: Operand, options?: DivOptions): Tensor
    /** `this / other`, rounded towards minus infinity */
    floorDivide(other: Operand): Tensor
    /** What is left over, with the sign of `other` */
    remainder(other: Operand): Tensor
    /** What is left over, with the sign of `this` */
    fmod(other: Operand): Tensor
    /** `this ** exponent` */
    pow(exponent: Operand): Tensor
    /** `this * this` */
    square(): Tensor
    /** `-this` */
    neg(): Tensor
    /** `1 / this` */
    reciprocal(): Tensor
    /** The larger of each two elements */
    maximum(other: Tensor): Tensor
    /** The smaller of each two elements */
    minimum(other: Tensor): Tensor
    /** At least `min`, at most `max`; one may be left out */
    clamp(bounds: Bounds): Tensor
    clamp(min?: Operand | null, max?: Operand | null): Tensor
    /** At least `min` */
    clampMin(min: Operand): Tensor
    /** At most `max` */
    clampMax(max: Operand): Tensor
    /** `condition ? this : other` */
    where(condition: Tensor, other: Operand): Tensor
    /** `mask ? value : this` */
    maskedFill(mask: Tensor, value: Operand): Tensor
    /** `this + weight * (end - this)` */
    lerp(end: Tensor, weight: Operand): Tensor
  }
}

export const arithmeticMethods = methodsOf({
  add,
  sub,
  mul,
  div,
  floorDivide,
  remainder,
  fmod,
  pow,
  square,
  neg,
  reciprocal,
  maximum,
  minimum,
  clamp,
  clampMin,
  clampMax,
  where: (input: Tensor, condition: Tensor, other: Operand) => where(condition, input, other),
  maskedFill,
  lerp,
})
