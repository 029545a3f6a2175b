/**
 * Keeping gradients from growing too large: `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`.
 *
 * @module
 */
import { fold } from '../backends/vectorOperations.js'
import { describe, RuntimeError, ValueError } from '../errors.js'
import { Formula, maximum, minimum, multiply, operand, scalar } from '../kernel/expression.js'
import { tensor } from '../ops/creation/fromData.js'
import { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { toFloat64 } from '../tensor/copy.js'
import { isComplex, isHalf, promoteTypes, realDType } from '../tensor/dtype.js'
import { decodeBFloat16, decodeFloat16, encodeBFloat16, encodeFloat16 } from '../tensor/half.js'
import { timed } from '../tensor/timed.js'
import { hasParameters, isIterable, isNamed, type ParameterList } from './parameters.js'
import { number } from './settings.js'
import { type Loop, runInPlace, type VectorLoop } from './update.js'

/** Options of {@link clipGradNorm_}. */
export interface ClipGradNormOptions {
  /** Which norm: 2 for the length, `Infinity` for the largest element, any other p-norm. Default: 2 */
  normType?: number
  /** Throw if the norm is not finite, instead of scaling with it. Default: false */
  errorIfNonfinite?: boolean
}

/**
 * Scales the gradients of all parameters together, in place, so that their norm as one vector is at most `maxNorm`.
 *
 * @param parameters a tensor, or an iterable of tensors (or of `[name, tensor]` pairs); those without a gradient count nothing
 * @returns the norm before, as a tensor without dimensions
 * @throws RuntimeError if the norm is not finite and `errorIfNonfinite` is set; nothing has been changed then
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 * @example clipGradNorm_(model.parameters(), 1)
 */
export const clipGradNorm_ = timed('clip_grad_norm_', clipNorm)

function clipNorm(parameters: Tensor | ParameterList, maxNorm: number, options: ClipGradNormOptions = {}): Tensor {
  const { normType = 2, errorIfNonfinite = false } = checkOptions('clipGradNorm', options, [
    'normType',
    'errorIfNonfinite',
  ])
  number(maxNorm, 'maxNorm')
  number(normType, 'normType')
  const gradients = gradientsOf('clipGradNorm', parameters)
  if (gradients.length === 0) return tensor(0)
  const dtype = gradients.map(gradient => realDType(gradient.dtype)).reduce(promoteTypes)
  const round = rounding(dtype)
  // the norm of the norms, each rounded to a tensor's precision, as PyTorch computes it
  const norms = gradients.map(gradient => rounding(realDType(gradient.dtype))(normOf(gradient, normType)))
  const total = round(norm(norms, normType))
  if (errorIfNonfinite && !Number.isFinite(total)) {
    throw new RuntimeError(
      `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``,
    )
  }
  const factor = round(maxNorm / round(total + 1e-6))
  // written so that NaN is passed on
  const scaling = { formula: SCALED, into: [0], scalars: [factor] }
  if (!(factor >= 1)) for (const gradient of gradients) rewrite(gradient, value => value * factor, scaling)
  return tensor(total, { dtype })
}

/**
 * Clips every element of the gradients, in place, to [-clipValue, clipValue]. NaN stays.
 *
 * @param parameters a tensor, or an iterable of tensors (or of `[name, tensor]` pairs)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export const clipGradValue_ = timed('clip_grad_value_', clipValues)

function clipValues(parameters: Tensor | ParameterList, clipValue: number): void {
  number(clipValue, 'clipValue')
  if (clipValue < 0) throw new ValueError(`clipValue must not be negative, but got clipValue=${clipValue}`)
  const gradients = gradientsOf('clipGradValue', parameters)
  if (gradients.some(({ dtype }) => isComplex(dtype)))
    throw new RuntimeError('clamp is not supported for complex types')
  const clamping = { formula: CLAMPED, into: [0], scalars: [-clipValue, clipValue] }
  for (const gradient of gradients)
    rewrite(gradient, value => Math.min(Math.max(value, -clipValue), clipValue), clamping)
}

function gradientsOf(owner: string, parameters: Tensor | ParameterList): Tensor[] {
  const refuse = (got: unknown): never => {
    const cure = hasParameters(got) ? '; pass its parameters()' : ''
    throw new TypeError(
      `${owner}(): parameters must be a Tensor or an iterable of Tensors, but got ${describe(got)}${cure}`,
    )
  }
  if (!(parameters instanceof Tensor) && !isIterable(parameters)) refuse(parameters)
  const list: Iterable<unknown> = parameters instanceof Tensor ? [parameters] : parameters
  return Array.from(list, entry => (isNamed(entry) ? entry[1] : entry)).flatMap(parameter =>
    parameter instanceof Tensor ? (parameter.grad ?? []) : refuse(parameter),
  )
}

const X = operand(0)
const SQUARES = new Formula('double', multiply(X, X))
const SCALED = new Formula('double', multiply(X, scalar(0)))
const CLAMPED = new Formula('double', minimum(maximum(X, scalar(0)), scalar(1)))

/** The norm of one gradient, by a faster backend where it is the length. */
function normOf(gradient: Tensor, p: number): number {
  const { shape, strides, offset, storage, dtype } = gradient
  const operands = [{ data: storage.data, strides, offset }]
  const isPlain = p === 2 && !isComplex(dtype) && !isHalf(dtype)
  const squares = isPlain
    ? fold({ shape, kept: shape.map(() => false), operands, formula: SQUARES, operation: 'add' })
    : null
  return squares ? Math.sqrt(squares[0]!) : norm(magnitudes(gradient), p)
}

function magnitudes(gradient: Tensor): Float64Array {
  const values = toFloat64(gradient)
  if (!isComplex(gradient.dtype)) return values
  return Float64Array.from({ length: values.length / 2 }, (_, i) => Math.hypot(values[2 * i]!, values[2 * i + 1]!))
}

/** The p-norm; p = 0 counts what is not zero, and infinite p give the largest and the smallest magnitude. */
function norm(values: ArrayLike<number>, p: number): number {
  let result = p === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : 0
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!)
    if (p === 2) result += magnitude * magnitude
    else if (p === 1) result += magnitude
    else if (p === 0) result += magnitude === 0 ? 0 : 1
    else if (p === Number.POSITIVE_INFINITY) result = Math.max(result, magnitude)
    else if (p === Number.NEGATIVE_INFINITY) result = Math.min(result, magnitude)
    else result += magnitude ** p
  }
  if (p === 2) return Math.sqrt(result)
  return p === 0 || p === 1 || !Number.isFinite(p) ? result : result ** (1 / p)
}

/** Writes a function of each element over a gradient; `vector` is the same function once more. */
function rewrite(gradient: Tensor, value: (element: number) => number, vector: VectorLoop): void {
  const loop: Loop = ([data], [offset], [step], length) => {
    for (let k = 0, at = offset!; k < length; k++, at += step!) data![at] = value(data![at]!)
  }
  runInPlace([gradient], loop, undefined, vector)
}

function rounding(dtype: Tensor['dtype']): (x: number) => number {
  if (dtype === 'float64') return x => x
  if (!isHalf(dtype)) return Math.fround
  return dtype === 'float16' ? x => decodeFloat16(encodeFloat16(x)) : x => decodeBFloat16(encodeBFloat16(x))
}
