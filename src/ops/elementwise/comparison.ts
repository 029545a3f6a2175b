/**
 * Comparisons and logic: bool results, which no gradient flows through.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import type { Comparison } from '../../kernel/elementMachine.js'
import * as kernel from '../../kernel/expression.js'
import { checkOptions } from '../../options.js'
import { type DType, dtypeInfo, isDifferentiable } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type ElementFunctions, mapElements } from './map.js'
import { checkOperand, checkTensor, type Operand, promote } from './operand.js'

const [ZERO, ONE] = [kernel.constant(0), kernel.constant(1)]
const formula = (comparison: Comparison, yes = ONE, no = ZERO) =>
  new kernel.Formula('element', kernel.select(kernel.operand(0), comparison, kernel.operand(1), yes, no))

const VECTORS: Readonly<Record<string, kernel.Formula>> = {
  eq: formula('equal'),
  // NaN is not equal to anything
  ne: formula('equal', ZERO, ONE),
  lt: formula('less'),
  le: formula('lessOrEqual'),
  gt: formula('greater'),
  ge: formula('greaterOrEqual'),
}

function compare(name: string, input: Operand, other: Operand, functions: ElementFunctions): Tensor {
  checkOperand(name, 'input', input)
  checkOperand(name, 'other', other)
  const both = { ...functions, vector: VECTORS[name] }
  return mapElements(`${name}_cpu`, [input, other], both, { compute: promote([input, other]), result: 'bool' })
}

/** `input == other`, elementwise. */
export function eq(input: Operand, other: Operand): Tensor {
  return compare('eq', input, other, {
    number: (x, y) => x === y,
    bigint: (x, y) => x === y,
    complex: (ar, ai, br, bi) => ar === br && ai === bi,
  })
}

/** `input != other`, elementwise. */
export function ne(input: Operand, other: Operand): Tensor {
  return compare('ne', input, other, {
    number: (x, y) => x !== y,
    bigint: (x, y) => x !== y,
    complex: (ar, ai, br, bi) => ar !== br || ai !== bi,
  })
}

/** `input < other`, elementwise. Refused for complex numbers, which have no order. */
export function lt(input: Operand, other: Operand): Tensor {
  return compare('lt', input, other, { number: (x, y) => x! < y!, bigint: (x, y) => x! < y! })
}

/** `input <= other`, elementwise. Refused for complex numbers. */
export function le(input: Operand, other: Operand): Tensor {
  return compare('le', input, other, { number: (x, y) => x! <= y!, bigint: (x, y) => x! <= y! })
}

/** `input > other`, elementwise. Refused for complex numbers. */
export function gt(input: Operand, other: Operand): Tensor {
  return compare('gt', input, other, { number: (x, y) => x! > y!, bigint: (x, y) => x! > y! })
}

/** `input >= other`, elementwise. Refused for complex numbers. */
export function ge(input: Operand, other: Operand): Tensor {
  return compare('ge', input, other, { number: (x, y) => x! >= y!, bigint: (x, y) => x! >= y! })
}

function test(name: string, input: Tensor, functions: ElementFunctions): Tensor {
  checkTensor(name, 'input', input)
  return mapElements(`${name}_cpu`, [input], functions, { compute: input.dtype, result: 'bool' })
}

const isInfinite = (x: number) => Math.abs(x) === Number.POSITIVE_INFINITY

/** Where elements are NaN (complex: in either part). */
export function isnan(input: Tensor): Tensor {
  return test('isnan', input, {
    number: x => Number.isNaN(x!),
    bigint: () => false,
    complex: (re, im) => Number.isNaN(re) || Number.isNaN(im),
  })
}

/** Where elements are infinite (complex: in either part). */
export function isinf(input: Tensor): Tensor {
  return test('isinf', input, {
    number: x => isInfinite(x!),
    bigint: () => false,
    complex: (re, im) => isInfinite(re) || isInfinite(im),
  })
}

/** Where elements are neither infinite nor NaN (complex: in both parts). */
export function isfinite(input: Tensor): Tensor {
  return test('isfinite', input, {
    number: x => Number.isFinite(x!),
    bigint: () => true,
    complex: (re, im) => Number.isFinite(re) && Number.isFinite(im),
  })
}

function logical(name: string, input: Tensor, other: Tensor, f: (x: boolean, y: boolean) => boolean): Tensor {
  return compare(name, checkTensor(name, 'input', input), checkTensor(name, 'other', other), {
    number: (x, y) => f(x !== 0, y !== 0),
    bigint: (x, y) => f(x !== 0n, y !== 0n),
    complex: (ar, ai, br, bi) => f(ar !== 0 || ai !== 0, br !== 0 || bi !== 0),
  })
}

/** Where both are non-zero (NaN counts as non-zero). */
export function logicalAnd(input: Tensor, other: Tensor): Tensor {
  return logical('logical_and', input, other, (x, y) => x && y)
}

/** Where at least one is non-zero. */
export function logicalOr(input: Tensor, other: Tensor): Tensor {
  return logical('logical_or', input, other, (x, y) => x || y)
}

/** Where exactly one is non-zero. */
export function logicalXor(input: Tensor, other: Tensor): Tensor {
  return logical('logical_xor', input, other, (x, y) => x !== y)
}

/** Where elements are zero. */
export function logicalNot(input: Tensor): Tensor {
  return test('logical_not', input, {
    number: x => x === 0,
    bigint: x => x === 0n,
    complex: (re, im) => re === 0 && im === 0,
  })
}

/** Whether the tensors have the same shape and equal elements (NaN equals nothing). */
export function equal(input: Tensor, other: Tensor): boolean {
  checkTensor('equal', 'input', input)
  checkTensor('equal', 'other', other)
  if (input.ndim !== other.ndim || input.shape.some((size, dim) => size !== other.shape[dim])) return false
  return allTrue(eq(input, other))
}

/** How near counts as near: `|input - other| <= atol + rtol * |other|`. */
export interface Tolerance {
  /** Relative to `other`. Default: 1e-5. */
  rtol?: number
  /** Absolute. Default: 1e-8. */
  atol?: number
  /** Whether NaN is near NaN. Default: false. */
  equalNan?: boolean
}

/** Where `|input - other| <= atol + rtol * |other|`, or both are the same (infinities). Both need one dtype. */
export function isclose(input: Tensor, other: Tensor, tolerance: Tolerance = {}): Tensor {
  const {
    rtol = 1e-5,
    atol = 1e-8,
    equalNan = false,
  } = checkOptions('isclose', tolerance, ['rtol', 'atol', 'equalNan'])
  checkTensor('isclose', 'input', input)
  checkTensor('isclose', 'other', other)
  if (input.dtype !== other.dtype) {
    throw new RuntimeError(`${dtypeInfo(input.dtype).scalarName} did not match ${dtypeInfo(other.dtype).scalarName}`)
  }
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (!(value >= 0)) throw new RuntimeError(`${name} must be greater than or equal to zero, but got ${value}`)
  }
  const near = (difference: number, size: number) => Number.isFinite(difference) && difference <= atol + rtol * size
  // int64 differences are exact in int64 where they count; as doubles they are near enough for a tolerance
  const compute: DType = isDifferentiable(input.dtype) ? input.dtype : 'float64'
  const functions: ElementFunctions = {
    number: (x, y) =>
      x === y || near(Math.abs(x! - y!), Math.abs(y!)) || (equalNan && Number.isNaN(x) && Number.isNaN(y)),
    complex: (ar, ai, br, bi) =>
      (ar === br && ai === bi) ||
      near(Math.hypot(ar - br, ai - bi), Math.hypot(br, bi)) ||
      (equalNan && (Number.isNaN(ar) || Number.isNaN(ai)) && (Number.isNaN(br) || Number.isNaN(bi))),
  }
  return mapElements('isclose', [input, other], functions, { compute, result: 'bool' })
}

/** Whether all elements are near; see {@link isclose}. */
export function allclose(input: Tensor, other: Tensor, tolerance: Tolerance = {}): boolean {
  return allTrue(isclose(input, other, tolerance))
}

/** Whether a bool tensor fresh from a loop (so: contiguous, from the start of its memory) holds no false. */
function allTrue(bools: Tensor): boolean {
  return !(bools.storage.data as Uint8Array).includes(0)
}
