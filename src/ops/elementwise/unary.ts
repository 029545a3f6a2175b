/**
 * Functions of one tensor, elementwise. Unless said otherwise the result has the dtype of the input, and functions
 * that only floats have give float32 for integers and bool.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { describe, RuntimeError } from '../../errors.js'
import { SIGMOID } from '../../kernel/activations.js'
import { ERF } from '../../kernel/errorFunction.js'
import * as kernel from '../../kernel/expression.js'
import { CEIL, FLOOR, LOG, LOG1P, LOG2, LOG10, ROUND, SIGN, TRUNC } from '../../kernel/mathFunctions.js'
import { INVERSE_ROOT, SQUARE_ROOT } from '../../kernel/powers.js'
import { EXPM1, TANH } from '../../kernel/smoothActivations.js'
import { checkOptions } from '../../options.js'
import { isComplex, isDifferentiable, realDType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import {
  cosComplex,
  divideComplex,
  expComplex,
  logComplex,
  sigmoidComplex,
  signOf,
  signOfBigint,
  sinComplex,
  sqrtComplex,
  tanComplex,
  tanhComplex,
} from './complexMath.js'
import { errorFunction } from './erf.js'
import { type ElementFunctions, floatDType, mapElements, type Pair, zerosLike } from './map.js'
import { checkTensor } from './operand.js'
import { rounder } from './rounder.js'

const X = kernel.operand(0)
const VECTOR_ABSOLUTE = new kernel.Formula('element', kernel.absolute(X))
const VECTOR_EXPONENTIAL = new kernel.Formula('double', kernel.exponential(X))

/** A function that only floats (and maybe complex numbers) have. */
function floatFunction(name: string, input: Tensor, functions: ElementFunctions): Tensor {
  checkTensor(name, 'input', input)
  return mapElements(`${name}_vml_cpu`, [input], functions, { compute: floatDType(input.dtype) })
}

/** The absolute value; of complex numbers the (real) modulus. Refused for bool. */
export function abs(input: Tensor): Tensor {
  checkTensor('abs', 'input', input)
  const out = mapElements(
    'abs_cpu',
    [input],
    {
      number: Math.abs,
      bigint: x => (x! < 0n ? -x! : x!),
      complex: (re, im) => Math.hypot(re, im),
      vector: VECTOR_ABSOLUTE,
    },
    { compute: input.dtype, result: realDType(input.dtype), kinds: ['int', 'float', 'complex'] },
  )
  return record(out, 'AbsBackward0', [input], [input], (g, { saved: [x] }) => [g.mul(x!.sgn())])
}

/** -1, 0 or 1 (0 for NaN). Refused for complex numbers: see `sgn`. */
export function sign(input: Tensor): Tensor {
  checkTensor('sign', 'input', input)
  if (isComplex(input.dtype)) {
    throw new RuntimeError(
      'Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.',
    )
  }
  const out = mapElements(
    'sign_cpu',
    [input],
    { number: signOf, bigint: signOfBigint, vector: SIGN },
    { compute: input.dtype },
  )
  return record(out, 'SignBackward0', [input], [], g => [zerosLike(g)])
}

/** e^x */
export function exp(input: Tensor): Tensor {
  const out = floatFunction('exp', input, { number: Math.exp, complex: expComplex, vector: VECTOR_EXPONENTIAL })
  return record(out, 'ExpBackward0', [input], [out], (g, { saved: [y] }) => [g.mul(y!.conj())])
}

/** e^x - 1, exact for small x. */
export function expm1(input: Tensor): Tensor {
  const out = floatFunction('expm1', input, { number: Math.expm1, vector: EXPM1 })
  return record(out, 'Expm1Backward0', [input], [out], (g, { saved: [y] }) => [g.mul(y!.add(1))])
}

/** The natural logarithm. */
export function log(input: Tensor): Tensor {
  const out = floatFunction('log', input, { number: Math.log, complex: logComplex, vector: LOG })
  return record(out, 'LogBackward0', [input], [input], (g, { saved: [x] }) => [g.div(x!.conj())])
}

/** The logarithm to the base 2. */
export function log2(input: Tensor): Tensor {
  const out = floatFunction('log2', input, { number: Math.log2, complex: scaledLog(Math.LOG2E), vector: LOG2 })
  return record(out, 'Log2Backward0', [input], [input], (g, { saved: [x] }) => [g.div(x!.conj().mul(Math.LN2))])
}

/** The logarithm to the base 10. */
export function log10(input: Tensor): Tensor {
  const out = floatFunction('log10', input, { number: Math.log10, complex: scaledLog(Math.LOG10E), vector: LOG10 })
  return record(out, 'Log10Backward0', [input], [input], (g, { saved: [x] }) => [g.div(x!.conj().mul(Math.LN10))])
}

const scaledLog =
  (factor: number) =>
  (re: number, im: number, _c: number, _d: number, out: Pair): undefined => {
    logComplex(re, im, 0, 0, out)
    out[0] *= factor
    out[1] *= factor
  }

/** log(1 + x), exact for small x. */
export function log1p(input: Tensor): Tensor {
  const out = floatFunction('log1p', input, { number: Math.log1p, vector: LOG1P })
  return record(out, 'Log1PBackward0', [input], [input], (g, { saved: [x] }) => [g.div(x!.add(1))])
}

/** The square root. */
export function sqrt(input: Tensor): Tensor {
  const out = floatFunction('sqrt', input, { number: Math.sqrt, complex: sqrtComplex, vector: SQUARE_ROOT })
  return record(out, 'SqrtBackward0', [input], [out], (g, { saved: [y] }) => [g.div(y!.conj().mul(2))])
}

/** 1 / sqrt(x) */
export function rsqrt(input: Tensor): Tensor {
  const round = rounder(floatDType(checkTensor('rsqrt', 'input', input).dtype))
  const out = floatFunction('rsqrt', input, {
    number: x => 1 / round(Math.sqrt(x!)),
    vector: INVERSE_ROOT,
    complex: (re, im, _c, _d, pair) => {
      sqrtComplex(re, im, 0, 0, pair)
      divideComplex(1, 0, pair[0], pair[1], pair)
    },
  })
  return record(out, 'RsqrtBackward0', [input], [out], (g, { saved: [y] }) => [
    g.mul(y!.mul(y!).mul(y!).conj()).mul(-0.5),
  ])
}

/** The sine of an angle in radians. */
export function sin(input: Tensor): Tensor {
  const out = floatFunction('sin', input, { number: Math.sin, complex: sinComplex })
  return record(out, 'SinBackward0', [input], [input], (g, { saved: [x] }) => [g.mul(cos(x!).conj())])
}

/** The cosine of an angle in radians. */
export function cos(input: Tensor): Tensor {
  const out = floatFunction('cos', input, { number: Math.cos, complex: cosComplex })
  return record(out, 'CosBackward0', [input], [input], (g, { saved: [x] }) => [g.mul(sin(x!).conj()).neg()])
}

/** The tangent of an angle in radians. */
export function tan(input: Tensor): Tensor {
  const out = floatFunction('tan', input, { number: Math.tan, complex: tanComplex })
  return record(out, 'TanBackward0', [input], [out], (g, { saved: [y] }) => [g.mul(y!.square().add(1).conj())])
}

/** The hyperbolic tangent. */
export function tanh(input: Tensor): Tensor {
  const out = floatFunction('tanh', input, { number: Math.tanh, complex: tanhComplex, vector: TANH })
  return record(out, 'TanhBackward0', [input], [out], (g, { saved: [y] }) => [g.mul(y!.square().neg().add(1).conj())])
}

/** 1 / (1 + e^-x) */
export function sigmoid(input: Tensor): Tensor {
  const out = floatFunction('sigmoid', input, {
    number: x => 1 / (1 + Math.exp(-x!)),
    complex: sigmoidComplex,
    vector: SIGMOID,
  })
  return record(out, 'SigmoidBackward0', [input], [out], (g, { saved: [y] }) => [g.mul(y!.neg().add(1).mul(y!).conj())])
}

/** The error function. */
export function erf(input: Tensor): Tensor {
  const out = floatFunction('erf', input, {
    number: errorFunction as (...x: number[]) => number,
    vector: ERF,
  })
  return record(out, 'ErfBackward0', [input], [input], (g, { saved: [x] }) => [
    g.mul(x!.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)),
  ])
}

/** Each function as a loop has it, and as a formula. */
const ROUNDINGS = {
  floor: [Math.floor, FLOOR],
  ceil: [Math.ceil, CEIL],
  round: [roundHalfToEven, ROUND],
  trunc: [Math.trunc, TRUNC],
} as const

/** Rounding: integers stay as they are, the gradient is zero, and complex numbers are refused. */
function rounding(name: keyof typeof ROUNDINGS, node: string, input: Tensor) {
  checkTensor(name, 'input', input)
  if (isComplex(input.dtype) && name !== 'round') {
    throw new RuntimeError(`${name} is not supported for complex inputs`)
  }
  const [f, vector] = ROUNDINGS[name]
  const number = isDifferentiable(input.dtype) ? (f as (...x: number[]) => number) : (x: number) => x
  const functions = { number, bigint: (x: bigint) => x, vector }
  const out = mapElements(`${name}_vml_cpu`, [input], functions, { compute: input.dtype, kinds: ['int', 'float'] })
  return record(out, node, [input], [], g => [zerosLike(g)])
}

/** The largest whole number that is not greater. */
export function floor(input: Tensor): Tensor {
  return rounding('floor', 'FloorBackward0', input)
}

/** The smallest whole number that is not less. */
export function ceil(input: Tensor): Tensor {
  return rounding('ceil', 'CeilBackward0', input)
}

/** Options of {@link round}. */
export interface RoundOptions {
  /** How many decimals stay; -2 gives whole hundreds. Default: 0. */
  decimals?: number
}

/** The nearest whole number, or the nearest one with so many decimals (floats only); halves go to the even one. */
export function round(input: Tensor, options: RoundOptions = {}): Tensor {
  const { decimals = 0 } = checkOptions('round', options, ['decimals'])
  if (!Number.isInteger(decimals)) {
    throw new TypeError(`round(): argument 'decimals' must be int, but got ${describe(decimals)}`)
  }
  if (decimals === 0) return rounding('round', 'RoundBackward0', input)
  const { dtype } = checkTensor('round', 'input', input)
  const rounded = rounder(dtype)
  const power = rounded(10 ** Math.abs(decimals))
  // each step in the tensor's own precision, as there
  const number = (x: number) =>
    decimals > 0 ? roundHalfToEven(rounded(x * power)) / power : rounded(roundHalfToEven(rounded(x / power)) * power)
  const out = mapElements('round_vml_cpu', [input], { number }, { compute: dtype, kinds: ['float'] })
  return record(out, 'RoundBackward1', [input], [], g => [zerosLike(g)])
}

/** The whole part. */
export function trunc(input: Tensor): Tensor {
  return rounding('trunc', 'TruncBackward0', input)
}

/** Adding 2^52 leaves a double no room for a fraction, so the processor rounds it away, halves to even. */
function roundHalfToEven(x: number): number {
  const magic = 2 ** 52
  if (!(Math.abs(x) < magic)) return x
  return x < 0 || Object.is(x, -0) ? -(-x + magic - magic) : x + magic - magic
}
