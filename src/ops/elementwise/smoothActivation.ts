/**
 * Smooth activation functions, with PyTorch's defaults. Floats only.
 *
 * Each derivative comes twice: in one pass over gradient and input, and in differentiable operations for a backward pass that is
 * itself recorded.
 *
 * @module
 */
import { isGradEnabled } from '../../autograd/modes.js'
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import {
  ELU,
  ELU_GRADIENT,
  GELU,
  GELU_GRADIENT,
  LOG_SIGMOID,
  LOG_SIGMOID_GRADIENT,
  MISH,
  MISH_GRADIENT,
  SOFTPLUS,
  SOFTPLUS_GRADIENT,
  TANH_GELU,
  TANH_GELU_GRADIENT,
} from '../../kernel/smoothActivations.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { activate, checkNumber, logistic, mapGradient } from './activate.js'
import { hardtanh } from './activation.js'
import { normalBelow } from './erf.js'
import type { ElementFunctions } from './map.js'

/** x where it is positive, else alpha (e^x - 1), all times `scale`. */
function scaledElu(input: Tensor, alpha: number, scale: number): Tensor {
  const below = alpha * scale
  const scalars = [below, scale]
  const f = (x: number) => (x <= 0 ? below * Math.expm1(x) : x * scale)
  const out = activate('elu', 'elu_cpu', input, f, ELU, scalars)
  return record(out, 'EluBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) {
      const number = (g: number, x: number) => g * (x <= 0 ? below * Math.exp(x) : scale)
      return [mapGradient('elu_backward_cpu', g, x!, gradientBy(number, ELU_GRADIENT, scalars))]
    }
    // bounded, so that no infinity arises where the other branch is taken; as in PyTorch, the second derivative at 0 is 0
    const lower = g.mul(hardtanh(x!, Number.NEGATIVE_INFINITY, 0).exp()).mul(below)
    return [lower.where(x!.le(0), scale === 1 ? g : g.mul(scale))]
  })
}

/** A derivative as a function of gradient and input, and the same as a formula. */
function gradientBy(
  number: (gradient: number, x: number) => number,
  vector: ElementFunctions['vector'],
  scalars?: readonly number[],
): ElementFunctions {
  return { number: number as (...x: number[]) => number, vector, scalars }
}

/** x where it is positive, else alpha (e^x - 1). */
export function elu(input: Tensor, alpha = 1): Tensor {
  return scaledElu(input, checkNumber('elu', 'alpha', alpha), 1)
}

/** ELU with the constants that keep mean 0 and variance 1 (https://arxiv.org/abs/1706.02515). */
export function selu(input: Tensor): Tensor {
  return scaledElu(input, 1.6732632423543772, 1.0507009873554805)
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `'tanh'`: the approximation by tanh. Default: `'none'`. */
  approximate?: 'none' | 'tanh'
}

const DENSITY = 1 / Math.sqrt(2 * Math.PI)

const GELU_BACKWARD = gradientBy((g, x) => g * (normalBelow(x) + x * DENSITY * Math.exp(-0.5 * x * x)), GELU_GRADIENT)

/** x times the probability that a standard normal number is less (https://arxiv.org/abs/1606.08415). */
export function gelu(input: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = checkOptions('gelu', options, ['approximate'])
  if (approximate === 'tanh') return tanhGelu(input)
  if (approximate !== 'none') throw new RuntimeError('approximate argument must be either none or tanh.')
  const out = activate('gelu', 'GeluKernelImpl', input, x => x * normalBelow(x), GELU)
  return record(out, 'GeluBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('GeluBackwardKernelImpl', g, x!, GELU_BACKWARD)]
    const below = x!.mul(Math.SQRT1_2).erf().add(1).mul(0.5)
    const density = x!.square().mul(-0.5).exp().mul(DENSITY)
    return [g.mul(below.add(x!.mul(density)))]
  })
}

const [BETA, KAPPA] = [Math.sqrt(2 / Math.PI), 0.044715]
const innerTangent = (x: number) => Math.tanh(BETA * (x + KAPPA * x * x * x))

const TANH_GELU_BACKWARD = gradientBy((g, x) => {
  const t = innerTangent(x)
  return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * BETA * (1 + 3 * KAPPA * x * x))
}, TANH_GELU_GRADIENT)

function tanhGelu(input: Tensor): Tensor {
  const out = activate('gelu', 'GeluKernelImpl', input, x => 0.5 * x * (1 + innerTangent(x)), TANH_GELU)
  return record(out, 'GeluBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('GeluBackwardKernelImpl', g, x!, TANH_GELU_BACKWARD)]
    const square = x!.square()
    const t = x!.mul(square.mul(KAPPA).add(1)).mul(BETA).tanh()
    const slope = square
      .mul(3 * KAPPA)
      .add(1)
      .mul(BETA)
    const left = t.add(1).mul(0.5)
    const right = x!.mul(0.5).mul(t.square().neg().add(1)).mul(slope)
    return [g.mul(left.add(right))]
  })
}

/** log(1 + e^x) without overflow. */
const softplusOf = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

const MISH_BACKWARD = gradientBy((g, x) => {
  const t = Math.tanh(softplusOf(x))
  return g * (t + x * logistic(x) * (1 - t * t))
}, MISH_GRADIENT)

/** x tanh(softplus(x)) (https://arxiv.org/abs/1908.08681). */
export function mish(input: Tensor): Tensor {
  const out = activate('mish', 'mish_cpu', input, x => x * Math.tanh(softplusOf(x)), MISH)
  return record(out, 'MishBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('mish_backward_cpu', g, x!, MISH_BACKWARD)]
    const t = softplus(x!).tanh()
    return [g.mul(t.add(x!.mul(x!.sigmoid()).mul(t.square().neg().add(1))))]
  })
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Default: 1. */
  beta?: number
  /** Above this `beta x` the function is x itself. Default: 20. */
  threshold?: number
}

/** log(1 + e^(beta x)) / beta: a smooth ReLU. */
export function softplus(input: Tensor, options: SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold = 20 } = checkOptions('softplus', options, ['beta', 'threshold'])
  checkNumber('softplus', 'beta', beta)
  checkNumber('softplus', 'threshold', threshold)
  const scalars = [beta, threshold]
  const f = (x: number) => (x * beta > threshold ? x : softplusOf(x * beta) / beta)
  const out = activate('softplus', 'softplus_cpu', input, f, SOFTPLUS, scalars)
  return record(out, 'SoftplusBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) {
      const number = (g: number, x: number) => (x * beta > threshold ? g : g * logistic(x * beta))
      return [mapGradient('softplus_backward_cpu', g, x!, gradientBy(number, SOFTPLUS_GRADIENT, scalars))]
    }
    const scaled = x!.mul(beta)
    return [g.where(scaled.gt(threshold), g.mul(scaled.sigmoid()))]
  })
}

const LOG_SIGMOID_BACKWARD = gradientBy((g, x) => g * logistic(-x), LOG_SIGMOID_GRADIENT)

/** log(sigmoid(x)) */
export function logsigmoid(input: Tensor): Tensor {
  const out = activate('log_sigmoid', 'log_sigmoid_cpu', input, x => -softplusOf(-x), LOG_SIGMOID)
  return record(out, 'LogSigmoidBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('log_sigmoid_backward_cpu', g, x!, LOG_SIGMOID_BACKWARD)]
    return [g.mul(x!.neg().sigmoid())]
  })
}
