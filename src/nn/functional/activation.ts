/**
 * Activations as functions, those that PyTorch can also compute in place.
 *
 * Numbers may be passed by position or by name: `elu(x, 0.5)` or `elu(x, { alpha: 0.5 })`. With `{ inplace: true }` the
 * result is written over the input, which is returned; where the gradient needs the old elements, a copy is kept.
 *
 * @module
 */
import * as ops from '../../ops/elementwise/activation.js'
import * as smooth from '../../ops/elementwise/smoothActivation.js'
import * as cuts from '../../ops/elementwise/threshold.js'
import { hardtanh_, inPlace, leakyRelu_, relu_ } from '../../ops/inplace.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber, type InplaceOptions, namedArguments } from '../arguments.js'

/** Arguments of {@link leakyRelu} that can be passed by name. */
export interface LeakyReLUOptions extends InplaceOptions {
  /** The slope for negative numbers. Default: 0.01. */
  negativeSlope?: number
}

/** Arguments of {@link elu} and {@link celu} that can be passed by name. */
export interface ELUOptions extends InplaceOptions {
  /** What the function goes to, negative, for small numbers. Default: 1. */
  alpha?: number
}

/** Arguments of {@link hardtanh} that can be passed by name. */
export interface HardtanhOptions extends InplaceOptions {
  /** Default: -1. */
  minVal?: number
  /** Default: 1. */
  maxVal?: number
}

/** Arguments of {@link threshold} that can be passed by name. */
export interface ThresholdOptions extends InplaceOptions {
  threshold: number
  /** What stands for numbers up to the threshold. */
  value: number
}

type Operation = (input: Tensor) => Tensor

/** The operation, or its form in place, for those that take no more than that. */
function choose(name: string, options: unknown, operation: Operation, operation_: Operation): Operation {
  if (options === undefined) return operation
  const { inplace = false } = namedArguments<InplaceOptions>(name, [options], [], ['inplace'])
  return checkFlag(name, 'inplace', inplace) ? operation_ : operation
}

const relu6_ = (input: Tensor) => hardtanh_(input, 0, 6)
const selu_ = inPlace(smooth.selu)
const silu_ = inPlace(ops.silu)
const mish_ = inPlace(smooth.mish)
const hardsigmoid_ = inPlace(ops.hardsigmoid)
const hardswish_ = inPlace(ops.hardswish)
const elu_ = inPlace(smooth.elu)
const celu_ = inPlace(cuts.celu)
const threshold_ = inPlace(cuts.threshold)

/** max(x, 0). The derivative at 0 is 0. */
export function relu(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('relu', options, ops.relu, relu_)(input)
}

/** min(max(x, 0), 6). The derivative at 0 and 6 is 0. */
export function relu6(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('relu6', options, ops.relu6, relu6_)(input)
}

/** ELU with constants that keep mean 0 and variance 1 (https://arxiv.org/abs/1706.02515). */
export function selu(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('selu', options, smooth.selu, selu_)(input)
}

/** x sigmoid(x), also called swish. */
export function silu(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('silu', options, ops.silu, silu_)(input)
}

/** x tanh(softplus(x)) (https://arxiv.org/abs/1908.08681). */
export function mish(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('mish', options, smooth.mish, mish_)(input)
}

/** min(max(x + 3, 0), 6) / 6 */
export function hardsigmoid(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('hardsigmoid', options, ops.hardsigmoid, hardsigmoid_)(input)
}

/** x hardsigmoid(x) (https://arxiv.org/abs/1905.02244). */
export function hardswish(input: Tensor, options?: InplaceOptions): Tensor {
  return choose('hardswish', options, ops.hardswish, hardswish_)(input)
}

/** x where it is positive, else `negativeSlope` (default 0.01) x. */
export function leakyRelu(input: Tensor, negativeSlope?: number | LeakyReLUOptions, options?: InplaceOptions): Tensor {
  const named = namedArguments<LeakyReLUOptions>('leakyRelu', [negativeSlope, options], ['negativeSlope'], ['inplace'])
  const slope = checkNumber('leakyRelu', 'negativeSlope', named.negativeSlope ?? 0.01)
  return (checkFlag('leakyRelu', 'inplace', named.inplace ?? false) ? leakyRelu_ : ops.leakyRelu)(input, slope)
}

/** x where it is positive, else alpha (default 1) times (e^x - 1). */
export function elu(input: Tensor, alpha?: number | ELUOptions, options?: InplaceOptions): Tensor {
  const named = namedArguments<ELUOptions>('elu', [alpha, options], ['alpha'], ['inplace'])
  const operation = checkFlag('elu', 'inplace', named.inplace ?? false) ? elu_ : smooth.elu
  return operation(input, checkNumber('elu', 'alpha', named.alpha ?? 1))
}

/** x where it is positive, else alpha (e^(x / alpha) - 1), alpha by default 1 (https://arxiv.org/abs/1704.07483). */
export function celu(input: Tensor, alpha?: number | ELUOptions, options?: InplaceOptions): Tensor {
  const named = namedArguments<ELUOptions>('celu', [alpha, options], ['alpha'], ['inplace'])
  const operation = checkFlag('celu', 'inplace', named.inplace ?? false) ? celu_ : cuts.celu
  return operation(input, checkNumber('celu', 'alpha', named.alpha ?? 1))
}

/** x within [minVal, maxVal], by default [-1, 1]. The derivative at both bounds is 0. */
export function hardtanh(
  input: Tensor,
  minVal?: number | HardtanhOptions,
  maxVal?: number | Omit<HardtanhOptions, 'minVal'>,
  options?: InplaceOptions,
): Tensor {
  const given = [minVal, maxVal, options]
  const named = namedArguments<HardtanhOptions>('hardtanh', given, ['minVal', 'maxVal'], ['inplace'])
  const operation = checkFlag('hardtanh', 'inplace', named.inplace ?? false) ? hardtanh_ : ops.hardtanh
  return operation(input, named.minVal ?? -1, named.maxVal ?? 1)
}

/** x where it is above the threshold, else `value`. */
export function threshold(
  input: Tensor,
  limit: number | ThresholdOptions,
  value?: number,
  options?: InplaceOptions,
): Tensor {
  const given = [limit, value, options]
  const named = namedArguments<ThresholdOptions>('threshold', given, ['threshold', 'value'], ['inplace'])
  const operation = checkFlag('threshold', 'inplace', named.inplace ?? false) ? threshold_ : cuts.threshold
  const own = checkNumber('threshold', 'threshold', named.threshold)
  return operation(input, own, checkNumber('threshold', 'value', named.value))
}
