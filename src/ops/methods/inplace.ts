/**
 * Methods that change the tensor they are called on, and return it.
 *
 * @module
 */
import { type AlphaOptions, neg, reciprocal } from '../elementwise/arithmetic.js'
import { type Bounds, clamp, clampMax, clampMin } from '../elementwise/clamp.js'
import { type DivOptions, div, floorDivide, fmod, remainder } from '../elementwise/division.js'
import type { Operand } from '../elementwise/operand.js'
import { pow, square } from '../elementwise/power.js'
import {
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
import { lerp, maskedFill } from '../elementwise/where.js'
import { abs_, add_, copy_, fill_, inPlace, leakyRelu_, mul_, relu_, sub_, zero_ } from '../inplace.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** Takes the elements of `source`, which broadcasts and may have any dtype */
    copy_(source: Tensor): Tensor
    /** Sets every element to `value` */
    fill_(value: Operand): Tensor
    /** Sets every element to 0 */
    zero_(): Tensor
    /** {@link Tensor.add} in place */
    add_(other: Operand, options?: AlphaOptions): Tensor
    /** {@link Tensor.sub} in place */
    sub_(other: Operand, options?: AlphaOptions): Tensor
    /** {@link Tensor.mul} in place */
    mul_(other: Operand): Tensor
    /** {@link Tensor.div} in place */
    div_(other: Operand, options?: DivOptions): Tensor
    /** {@link Tensor.floorDivide} in place */
    floorDivide_(other: Operand): Tensor
    /** {@link Tensor.remainder} in place */
    remainder_(other: Operand): Tensor
    /** {@link Tensor.fmod} in place */
    fmod_(other: Operand): Tensor
    /** {@link Tensor.pow} in place */
    pow_(exponent: Operand): Tensor
    /** {@link Tensor.square} in place */
    square_(): Tensor
    /** {@link Tensor.neg} in place */
    neg_(): Tensor
    /** {@link Tensor.reciprocal} in place */
    reciprocal_(): Tensor
    /** {@link Tensor.clamp} in place */
    clamp_(bounds: Bounds): Tensor
    clamp_(min?: Operand | null, max?: Operand | null): Tensor
    /** {@link Tensor.clampMin} in place */
    clampMin_(min: Operand): Tensor
    /** {@link Tensor.clampMax} in place */
    clampMax_(max: Operand): Tensor
    /** {@link Tensor.maskedFill} in place */
    maskedFill_(mask: Tensor, value: Operand): Tensor
    /** {@link Tensor.lerp} in place */
    lerp_(end: Tensor, weight: Operand): Tensor
    /** {@link Tensor.abs} in place */
    abs_(): Tensor
    /** {@link Tensor.sign} in place */
    sign_(): Tensor
    /** {@link Tensor.exp} in place */
    exp_(): Tensor
    /** {@link Tensor.expm1} in place */
    expm1_(): Tensor
    /** {@link Tensor.log} in place */
    log_(): Tensor
    /** {@link Tensor.log2} in place */
    log2_(): Tensor
    /** {@link Tensor.log10} in place */
    log10_(): Tensor
    /** {@link Tensor.log1p} in place */
    log1p_(): Tensor
    /** {@link Tensor.sqrt} in place */
    sqrt_(): Tensor
    /** {@link Tensor.rsqrt} in place */
    rsqrt_(): Tensor
    /** {@link Tensor.sin} in place */
    sin_(): Tensor
    /** {@link Tensor.cos} in place */
    cos_(): Tensor
    /** {@link Tensor.tan} in place */
    tan_(): Tensor
    /** {@link Tensor.tanh} in place */
    tanh_(): Tensor
    /** {@link Tensor.sigmoid} in place */
    sigmoid_(): Tensor
    /** {@link Tensor.erf} in place */
    erf_(): Tensor
    /** {@link Tensor.floor} in place */
    floor_(): Tensor
    /** {@link Tensor.ceil} in place */
    ceil_(): Tensor
    /** {@link Tensor.round} in place */
    round_(options?: RoundOptions): Tensor
    /** {@link Tensor.trunc} in place */
    trunc_(): Tensor
    /** {@link Tensor.relu} in place */
    relu_(): Tensor
    /** {@link Tensor.leakyRelu} in place */
    leakyRelu_(negativeSlope?: number): Tensor
  }
}

export const inPlaceMethods = methodsOf({
  copy_,
  fill_,
  zero_,
  add_,
  sub_,
  mul_,
  div_: inPlace(div),
  floorDivide_: inPlace(floorDivide),
  remainder_: inPlace(remainder),
  fmod_: inPlace(fmod),
  pow_: inPlace(pow),
  square_: inPlace(square),
  neg_: inPlace(neg),
  reciprocal_: inPlace(reciprocal),
  clamp_: inPlace(clamp),
  clampMin_: inPlace(clampMin),
  clampMax_: inPlace(clampMax),
  maskedFill_: inPlace(maskedFill),
  lerp_: inPlace(lerp),
  abs_,
  sign_: inPlace(sign),
  exp_: inPlace(exp),
  expm1_: inPlace(expm1),
  log_: inPlace(log),
  log2_: inPlace(log2),
  log10_: inPlace(log10),
  log1p_: inPlace(log1p),
  sqrt_: inPlace(sqrt),
  rsqrt_: inPlace(rsqrt),
  sin_: inPlace(sin),
  cos_: inPlace(cos),
  tan_: inPlace(tan),
  tanh_: inPlace(tanh),
  sigmoid_: inPlace(sigmoid),
  erf_: inPlace(erf),
  floor_: inPlace(floor),
  ceil_: inPlace(ceil),
  round_: inPlace(round),
  trunc_: inPlace(trunc),
  relu_,
  leakyRelu_,
})
