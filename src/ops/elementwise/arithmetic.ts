/**
 * Sums and products. Shapes broadcast, and the dtype is PyTorch's promotion of the operands; integers wrap around.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { describe, RuntimeError } from '../../errors.js'
import * as kernel from '../../kernel/expression.js'
import { checkOptions } from '../../options.js'
import { type DType, dtypeInfo, isComplex, isDifferentiable, isFloating } from '../../tensor/dtype.js'
import { isComplexScalar, isScalar, type Scalar } from '../../tensor/scalar.js'
import { Tensor } from '../../tensor/tensor.js'
import {
  type ElementFunctions,
  type Float32Run,
  floatDType,
  type MapOptions,
  mapElements,
  savedIf,
  taped,
} from './map.js'
import { checkOperand, checkTensor, type Operand, promote } from './operand.js'

/** Options of {@link add} and {@link sub}. */
export interface AlphaOptions {
  /** A factor for `other`. Default: 1. */
  alpha?: Scalar
}

const float32Add: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) out[p] = a[q]! + b[r]!
}

const float32Sub: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) out[p] = a[q]! - b[r]!
}

const float32Mul: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) out[p] = a[q]! * b[r]!
}

const [FIRST, SECOND] = [kernel.operand(0), kernel.operand(1)]
const VECTOR_SUM = new kernel.Formula('element', kernel.add(FIRST, SECOND))
const VECTOR_DIFFERENCE = new kernel.Formula('element', kernel.subtract(FIRST, SECOND))
const VECTOR_PRODUCT = new kernel.Formula('element', kernel.multiply(FIRST, SECOND))
const VECTOR_NEGATIVE = new kernel.Formula('element', kernel.negative(FIRST))
const VECTOR_RECIPROCAL = new kernel.Formula('element', kernel.divide(kernel.constant(1), FIRST))
const VECTOR_SCALED_SUM = new kernel.Formula('double', kernel.add(FIRST, kernel.multiply(kernel.scalar(0), SECOND)))

const SUM: ElementFunctions = {
  number: (x, y) => x! + y!,
  float32: float32Add,
  vector: VECTOR_SUM,
  bigint: (x, y) => x! + y!,
  complex: (ar, ai, br, bi, out) => {
    out[0] = ar + br
    out[1] = ai + bi
  },
}

const DIFFERENCE: ElementFunctions = {
  number: (x, y) => x! - y!,
  float32: float32Sub,
  vector: VECTOR_DIFFERENCE,
  bigint: (x, y) => x! - y!,
  complex: (ar, ai, br, bi, out) => {
    out[0] = ar - br
    out[1] = ai - bi
  },
}

/** `input + alpha * other`. For bool: or. */
export function add(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('add', options)
  const out = mapAdd(input, other, alpha)
  return record(out, 'AddBackward0', [taped(input), taped(other)], [], addGradients(alpha))
}

/** @internal The derivative of {@link add}, which needs none of its operands. */
export const addGradients =
  (alpha: Scalar): Backward =>
  (g, { needs }) => [g, needs[1] ? times(g, alpha) : null]

/** @internal The values of {@link add}, off the tape; on request written over the input. */
export function mapAdd(input: Operand, other: Operand, alpha: Scalar, overwrite = false): Tensor {
  checkOperands('add', input, other)
  const compute = promote([input, other])
  checkAlpha(alpha, compute)
  return combine('add_cpu', input, other, alpha, SUM, { compute, overwrite })
}

/** `input - alpha * other`. Refused for bool. */
export function sub(input: Operand, other: Operand, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('sub', options)
  const out = mapSub(input, other, alpha)
  return record(out, 'SubBackward0', [taped(input), taped(other)], [], subGradients(alpha))
}

/** @internal The derivative of {@link sub}, which needs none of its operands. */
export const subGradients =
  (alpha: Scalar): Backward =>
  (g, { needs }) => [g, needs[1] ? neg(times(g, alpha)) : null]

/** @internal The values of {@link sub}, off the tape; on request written over the input. */
export function mapSub(input: Operand, other: Operand, alpha: Scalar, overwrite = false): Tensor {
  checkOperands('sub', input, other)
  refuseBool(input, other)
  const compute = promote([input, other])
  checkAlpha(alpha, compute)
  return combine('sub_cpu', input, other, alpha, DIFFERENCE, { compute, overwrite })
}

/** `input * other`, elementwise. For bool: and. */
export function mul(input: Operand, other: Operand): Tensor {
  const out = mapMul(input, other)
  const [a, b] = [taped(input), taped(other)]
  // d(ab) = b da + a db; PyTorch's convention conjugates the other factor of a complex product
  const saved = [savedIf(b.requiresGrad, a), savedIf(a.requiresGrad, b)]
  return record(out, 'MulBackward0', [a, b], saved, (g, { saved: [x, y], needs }) => [
    needs[0] ? mul(g, y!.conj()) : null,
    needs[1] ? mul(g, x!.conj()) : null,
  ])
}

/** @internal The values of {@link mul}, off the tape; on request written over the input. */
export function mapMul(input: Operand, other: Operand, overwrite = false): Tensor {
  checkOperands('mul', input, other)
  return product(input, other, { compute: promote([input, other]), overwrite })
}

/** The product in this dtype, without a place on the tape. */
function product(input: Operand, other: Operand, options: MapOptions): Tensor {
  const { compute } = options
  const functions: ElementFunctions = {
    // the product of two int32 does not fit the 53 bits of a double; imul keeps the low 32
    number: compute === 'int32' ? Math.imul : (x, y) => x! * y!,
    float32: float32Mul,
    vector: VECTOR_PRODUCT,
    bigint: (x, y) => x! * y!,
    complex: (ar, ai, br, bi, out) => {
      out[0] = ar * br - ai * bi
      out[1] = ar * bi + ai * br
    },
  }
  return mapElements('mul_cpu', [input, other], functions, options)
}

/** `-input`. Refused for bool. */
export function neg(input: Tensor): Tensor {
  checkTensor('neg', 'input', input)
  if (input.dtype === 'bool') {
    throw new RuntimeError(
      'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
    )
  }
  const functions: ElementFunctions = {
    number: x => -x!,
    vector: VECTOR_NEGATIVE,
    bigint: x => -x!,
    complex: (re, im, _c, _d, out) => {
      out[0] = -re
      out[1] = -im
    },
  }
  const out = mapElements('neg_cpu', [input], functions, { compute: input.dtype })
  return record(out, 'NegBackward0', [input], [], g => [neg(g)])
}

/** `1 / input`; integers give float32. */
export function reciprocal(input: Tensor): Tensor {
  checkTensor('reciprocal', 'input', input)
  const functions: ElementFunctions = {
    number: x => 1 / x!,
    vector: VECTOR_RECIPROCAL,
    complex: (re, im, _c, _d, out) => {
      const square = re * re + im * im
      out[0] = re / square
      out[1] = -im / square
    },
  }
  const out = mapElements('reciprocal_cpu', [input], functions, { compute: floatDType(input.dtype) })
  return record(out, 'ReciprocalBackward0', [input], [out], (g, { saved: [y] }) => [neg(mul(g, mul(y!, y!).conj()))])
}

/** `input + alpha * other` or `input - alpha * other`, without a place on the tape. */
function combine(
  name: string,
  input: Operand,
  other: Operand,
  alpha: Scalar,
  functions: ElementFunctions,
  options: MapOptions,
): Tensor {
  const { compute } = options
  if (compute === 'bool') return mapElements(name, [input, other], { number: (x, y) => x! | (alpha ? y! : 0) }, options)
  if (Number(alpha) === 1) return mapElements(name, [input, other], functions, options)
  if (isFloating(compute)) {
    // one rounding for both operations, as PyTorch's fused multiply-add has
    const own = compute === 'float64' ? Number(alpha) : Math.fround(Number(alpha))
    const factor = functions === SUM ? own : -own
    const scaled: ElementFunctions = {
      number: (x, y) => x! + factor * y!,
      vector: VECTOR_SCALED_SUM,
      scalars: [factor],
    }
    return mapElements(name, [input, other], scaled, options)
  }
  return mapElements(name, [input, product(other, alpha, { compute })], functions, options)
}

/** The gradient of a term that alpha multiplies. */
function times(gradient: Tensor, alpha: Scalar): Tensor {
  if (isComplexScalar(alpha)) return mul(gradient, { re: alpha.re, im: -alpha.im })
  return Number(alpha) === 1 ? gradient : mul(gradient, alpha)
}

/** @internal The factor for the other operand. */
export function alphaOf(operation: string, options: AlphaOptions | undefined): Scalar {
  if (options === undefined) return 1
  const { alpha = 1 } = checkOptions(operation, options, ['alpha'])
  if (isScalar(alpha)) return alpha
  throw new TypeError(`${operation}(): argument 'alpha' must be Number, not ${describe(alpha)}`)
}

function checkAlpha(alpha: Scalar, compute: DType): void {
  if (typeof alpha === 'boolean' && compute !== 'bool') {
    throw new RuntimeError('Boolean alpha only supported for Boolean results.')
  }
  if (isComplexScalar(alpha) && !isComplex(compute)) {
    throw new RuntimeError('For non-complex input tensors, argument alpha must not be a complex number.')
  }
  if (typeof alpha === 'number' && !Number.isInteger(alpha) && !isDifferentiable(compute)) {
    throw new RuntimeError('For integral input tensors, argument alpha must not be a floating point number.')
  }
}

function checkOperands(operation: string, input: unknown, other: unknown): void {
  checkOperand(operation, 'input', input)
  checkOperand(operation, 'other', other)
}

function refuseBool(input: Operand, other: Operand): void {
  const isBool = (operand: Operand) =>
    operand instanceof Tensor ? dtypeInfo(operand.dtype).kind === 'bool' : typeof operand === 'boolean'
  if (isBool(input) && isBool(other)) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.',
    )
  }
  if (isBool(input) || isBool(other)) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
    )
  }
}
