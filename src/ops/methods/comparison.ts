/**
 * Comparing methods of a tensor.
 *
 * @module
 */
import {
  allclose,
  eq,
  equal,
  ge,
  gt,
  isclose,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
  type Tolerance,
} from '../elementwise/comparison.js'
import type { Operand } from '../elementwise/operand.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** `this == other`, elementwise */
    eq(other: Operand): Tensor
    /** `this != other`, elementwise */
    ne(other: Operand): Tensor
    /** `this < other`, elementwise */
    lt(other: Operand): Tensor
    /** `this <= other`, elementwise */
    le(other: Operand): Tensor
    /** `this > other`, elementwise */
    gt(other: Operand): Tensor
    /** `this >= other`, elementwise */
    ge(other: Operand): Tensor
    /** Where elements are NaN */
    isnan(): Tensor
    /** Where elements are infinite */
    isinf(): Tensor
    /** Where elements are neither infinite nor NaN */
    isfinite(): Tensor
    /** Where both are non-zero */
    logicalAnd(other: Tensor): Tensor
    /** Where at least one is non-zero */
    logicalOr(other: Tensor): Tensor
    /** Where exactly one is non-zero */
    logicalXor(other: Tensor): Tensor
    /** Where elements are zero */
    logicalNot(): Tensor
    /** Whether shape and all elements are equal */
    equal(other: Tensor): boolean
    /** Where elements are near */
    isclose(other: Tensor, tolerance?: Tolerance): Tensor
    /** Whether all elements are near */
    allclose(other: Tensor, tolerance?: Tolerance): boolean
  }
}

export const comparisonMethods = methodsOf({
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  isnan,
  isinf,
  isfinite,
  logicalAnd,
  logicalOr,
  logicalXor,
  logicalNot,
  equal,
  isclose,
  allclose,
})
