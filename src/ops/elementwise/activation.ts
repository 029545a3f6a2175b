/**
 * Rectifiers and other activation functions made of straight lines, and SiLU, which convolutions have in their epilogues; with
 * PyTorch's defaults and its derivatives at the kinks. Floats only, unless said otherwise. The others are in `smoothActivation.ts`.
 *
 * @module
 */

import { isGradEnabled } from '../../autograd/modes.js'
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import {
  HARDSIGMOID,
  HARDSWISH,
  HARDTANH,
  LEAKY_RELU,
  leaky,
  SILU,
  RELU as VECTOR_RELU,
  logistic as vectorLogistic,
} from '../../kernel/activations.js'
import * as kernel from '../../kernel/expression.js'
import { dtypeInfo, isComplex } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { activate, checkNumber, logistic, mapGradient } from './activate.js'
import { type ElementFunctions, type Float32Run, mapElements } from './map.js'
import { checkTensor } from './operand.js'
import { rounder } from './rounder.js'

const [FIRST, SECOND] = [kernel.operand(0), kernel.operand(1)]
const ZERO = kernel.constant(0)

/**
 * What the float32 loops here choose from by an index. A conditional expression is compiled to a jump, and on numbers of
 * random sign the processor guesses half of those wrong, which takes longer than all the rest.
 */
const choice = new Float64Array(3)

/** A number as it takes part in computing: float32 has the nearest float32. */
const roundedTo = ({ dtype }: Tensor, value: number) => rounder(dtype)(value)

const float32Relu: Float32Run = (out, a, _b, [o, i], [so, si], length) => {
  choice[1] = 0
  for (let k = 0, p = o!, q = i!; k < length; k++, p += so!, q += si!) {
    choice[0] = a[q]!
    out[p] = choice[Number(a[q]! < 0)]!
  }
}

const RELU: ElementFunctions = {
  // -0 and NaN stay
  number: x => (x! < 0 ? 0 : x!),
  float32: float32Relu,
  vector: VECTOR_RELU,
  bigint: x => (x! < 0n ? 0n : x!),
}

/** max(0, x), also for integers. The derivative at 0 is 0. */
export function relu(input: Tensor): Tensor {
  const out = mapRelu(input)
  return record(out, 'ReluBackward0', [input], [out], (g, { saved: [y] }) => [reluGradient(g, y!)])
}

/** @internal The values of {@link relu}, off the tape; on request written over the input. */
export function mapRelu(input: Tensor, overwrite = false): Tensor {
  checkTensor('relu', 'input', input)
  if (input.dtype === 'bool') throw new RuntimeError('Boolean inputs not supported for relu')
  if (isComplex(input.dtype)) throw new RuntimeError('clamp is not supported for complex types')
  return mapElements('relu_cpu', [input], RELU, { compute: input.dtype, overwrite })
}

const float32ReluGradient: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  choice[1] = 0
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) {
    choice[0] = a[q]!
    out[p] = choice[Number(b[r]! <= 0)]!
  }
}

const RELU_GRADIENT: ElementFunctions = {
  number: (g, y) => (y! <= 0 ? 0 : g!),
  float32: float32ReluGradient,
  vector: new kernel.Formula('element', kernel.select(SECOND, 'lessOrEqual', ZERO, ZERO, FIRST)),
}

/** @internal The gradient where the result is positive, in one pass. It is linear in the gradient, and so its own derivative. */
export function reluGradient(gradient: Tensor, result: Tensor): Tensor {
  const out = mapElements('threshold_cpu', [gradient, result], RELU_GRADIENT, { compute: gradient.dtype })
  return record(out, 'ThresholdBackwardBackward0', [gradient], [result], (g, { saved: [y] }) => [reluGradient(g, y!)])
}

/** min(max(0, x), 6), also for integers. The derivative at 0 and 6 is 0. */
export function relu6(input: Tensor): Tensor {
  return hardtanh(input, 0, 6)
}

const VECTOR_LEAKY_GRADIENT = new kernel.Formula('element', leaky(SECOND, FIRST))

/** x where it is positive, else `negativeSlope` x, which is also the derivative at 0. */
export function leakyRelu(input: Tensor, negativeSlope = 0.01): Tensor {
  const out = mapLeakyRelu(input, negativeSlope)
  return record(out, 'LeakyReluBackward0', [input], [input], (g, { saved: [x] }) => [
    leakyReluGradient(g, x!, negativeSlope),
  ])
}

/** @internal The values of {@link leakyRelu}, off the tape; on request written over the input. */
export function mapLeakyRelu(input: Tensor, negativeSlope = 0.01, overwrite = false): Tensor {
  checkTensor('leaky_relu', 'input', input)
  checkNumber('leaky_relu', 'negative_slope', negativeSlope)
  const slope = roundedTo(input, negativeSlope)
  const factors = Float64Array.of(slope, 1)
  const functions: ElementFunctions = {
    number: x => (x! > 0 ? x! : x! * slope),
    vector: LEAKY_RELU,
    scalars: [slope],
    float32: (out, a, _b, [o, i], [so, si], length) => {
      for (let k = 0, p = o!, q = i!; k < length; k++, p += so!, q += si!) {
        out[p] = a[q]! * factors[Number(a[q]! > 0)]!
      }
    },
  }
  return mapElements('leaky_relu_cpu', [input], functions, { compute: input.dtype, kinds: ['float'], overwrite })
}

/** @internal The gradient, times the slope where the input is not positive, in one pass; like {@link reluGradient}. */
export function leakyReluGradient(gradient: Tensor, input: Tensor, negativeSlope: number): Tensor {
  const slope = roundedTo(input, negativeSlope)
  const factors = Float64Array.of(slope, 1)
  const functions: ElementFunctions = {
    number: (g, x) => (x! > 0 ? g! : g! * slope),
    vector: VECTOR_LEAKY_GRADIENT,
    scalars: [slope],
    float32: (to, a, b, [o, i, j], [so, si, sj], length) => {
      for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) {
        to[p] = a[q]! * factors[Number(b[r]! > 0)]!
      }
    },
  }
  const out = mapElements('leaky_relu_backward_cpu', [gradient, input], functions, { compute: gradient.dtype })
  return record(out, 'LeakyReluBackwardBackward0', [gradient], [input], (g, { saved: [x] }) => [
    leakyReluGradient(g, x!, negativeSlope),
  ])
}

const VECTOR_PRELU = new kernel.Formula(
  'element',
  kernel.select(FIRST, 'greater', ZERO, FIRST, kernel.multiply(FIRST, SECOND)),
)

const THIRD = kernel.operand(2)
const PRELU_INPUT_GRADIENT: ElementFunctions = {
  number: (g, x, slope) => (x! > 0 ? g! : g! * slope!),
  vector: new kernel.Formula('element', kernel.select(SECOND, 'greater', ZERO, FIRST, kernel.multiply(FIRST, THIRD))),
}
/** Before it is summed over all that have the same weight. */
const PRELU_WEIGHT_GRADIENT: ElementFunctions = {
  // NaN is not greater, and counts
  number: (g, x) => (x! > 0 ? 0 : g! * x!),
  vector: new kernel.Formula('element', kernel.select(SECOND, 'greater', ZERO, ZERO, kernel.multiply(FIRST, SECOND))),
}

/** x where it is positive, else `weight` x: one weight, or one for each channel (dimension 1). */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  checkTensor('prelu', 'input', input)
  checkTensor('prelu', 'weight', weight)
  if (weight.dtype !== input.dtype) {
    const [found, expected] = [dtypeInfo(weight.dtype).scalarName, dtypeInfo(input.dtype).scalarName]
    throw new RuntimeError(`Found dtype ${found} but expected ${expected}`)
  }
  if (weight.ndim > 1) {
    throw new RuntimeError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got ndim = ${weight.ndim}`)
  }
  const channels = input.ndim > 1 ? input.shape[1]! : 1
  if (weight.numel() !== 1 && input.ndim === 0) throw new RuntimeError('Not allow zero-dim input tensor.')
  if (weight.numel() !== 1 && weight.numel() !== channels) {
    throw new RuntimeError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel()} and channel size = ${channels}.`,
    )
  }
  const perChannel = input.shape.map((_, dim) => (dim === Math.min(1, input.ndim - 1) ? weight.numel() : 1))
  const w = weight.reshape(perChannel)
  const functions: ElementFunctions = { number: (x, slope) => (x! > 0 ? x! : x! * slope!), vector: VECTOR_PRELU }
  const out = mapElements('prelu_cpu', [input, w], functions, { compute: input.dtype, kinds: ['float'] })
  return record(out, 'PreluBackward0', [input, w], [input, w], (g, { saved: [x, slope], needs }) => {
    if (isGradEnabled()) {
      return [needs[0] ? g.where(x!.gt(0), g.mul(slope!)) : null, needs[1] ? g.mul(x!).maskedFill(x!.gt(0), 0) : null]
    }
    const options = { compute: g.dtype }
    return [
      needs[0] ? mapElements('prelu_backward_cpu', [g, x!, slope!], PRELU_INPUT_GRADIENT, options) : null,
      needs[1] ? mapGradient('prelu_backward_cpu', g, x!, PRELU_WEIGHT_GRADIENT) : null,
    ]
  })
}

const ONE = kernel.constant(1)

/** x times sigmoid(x), also called swish. */
export function silu(input: Tensor): Tensor {
  const out = activate('silu', 'silu_cpu', input, x => x * logistic(x), SILU)
  return record(out, 'SiluBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('silu_backward_cpu', g, x!, SILU_GRADIENT)]
    const s = x!.sigmoid()
    return [g.mul(s.mul(x!.mul(s.neg().add(1)).add(1)))]
  })
}

const SECOND_LOGISTIC = vectorLogistic(SECOND)
const SILU_GRADIENT: ElementFunctions = {
  number: (g, x) => {
    const s = logistic(x!)
    return g! * (s * (x! * (1 - s) + 1))
  },
  vector: new kernel.Formula(
    'double',
    kernel.multiply(
      FIRST,
      kernel.multiply(SECOND_LOGISTIC, kernel.add(kernel.multiply(SECOND, kernel.subtract(ONE, SECOND_LOGISTIC)), ONE)),
    ),
  ),
}

/** x within [minVal, maxVal], also for integers; maxVal wherever that is less than minVal. The derivative at both bounds is 0. */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  const out = mapHardtanh(input, minVal, maxVal)
  return record(out, 'HardtanhBackward0', [input], [input], (g, { saved: [x] }) => [
    hardtanhGradient(g, x!, minVal, maxVal),
  ])
}

/** @internal The values of {@link hardtanh}, off the tape; on request written over the input. */
export function mapHardtanh(input: Tensor, lowest: number, maxVal: number, overwrite = false): Tensor {
  checkTensor('hardtanh', 'input', input)
  checkNumber('hardtanh', 'min_val', lowest)
  checkNumber('hardtanh', 'max_val', maxVal)
  const minVal = Math.min(lowest, maxVal)
  if (input.dtype === 'bool') throw new RuntimeError('Bool inputs not supported for hardtanh')
  if (isComplex(input.dtype)) throw new RuntimeError('clamp is not supported for complex types')
  const bigint = (x: bigint) => (x < minVal ? BigInt(Math.trunc(minVal)) : x > maxVal ? BigInt(Math.trunc(maxVal)) : x)
  const functions: ElementFunctions = {
    number: x => (x! < minVal ? minVal : x! > maxVal ? maxVal : x!),
    bigint,
    float32: (out, a, _b, [o, i], [so, si], length) => {
      choice[1] = minVal
      choice[2] = maxVal
      for (let k = 0, p = o!, q = i!; k < length; k++, p += so!, q += si!) {
        choice[0] = a[q]!
        out[p] = choice[Number(a[q]! < minVal) + 2 * Number(a[q]! > maxVal)]!
      }
    },
    vector: HARDTANH,
    scalars: [minVal, maxVal],
  }
  return mapElements('hardtanh_cpu', [input], functions, { compute: input.dtype, overwrite })
}

const [LOW, HIGH] = [kernel.scalar(0), kernel.scalar(1)]
const VECTOR_HARDTANH_GRADIENT = new kernel.Formula(
  'element',
  kernel.select(SECOND, 'lessOrEqual', LOW, ZERO, kernel.select(SECOND, 'greaterOrEqual', HIGH, ZERO, FIRST)),
)

/** @internal The gradient between the bounds, in one pass; like {@link reluGradient}. */
export function hardtanhGradient(gradient: Tensor, input: Tensor, minVal: number, maxVal: number): Tensor {
  const [low, high] = [roundedTo(input, minVal), roundedTo(input, maxVal)]
  const functions: ElementFunctions = {
    number: (g, x) => (x! <= low || x! >= high ? 0 : g!),
    vector: VECTOR_HARDTANH_GRADIENT,
    scalars: [low, high],
  }
  const out = mapGradient('hardtanh_backward_cpu', gradient, input, functions)
  return record(out, 'HardtanhBackwardBackward0', [gradient], [input], (g, { saved: [x] }) => [
    hardtanhGradient(g, x!, minVal, maxVal),
  ])
}

const THREE = kernel.constant(3)

/** min(max(x + 3, 0), 6) / 6 */
export function hardsigmoid(input: Tensor): Tensor {
  const round = rounder(checkTensor('hardsigmoid', 'input', input).dtype)
  const f = (x: number) => Math.min(Math.max(round(x + 3), 0), 6) / 6
  const out = activate('hardsigmoid', 'hardsigmoid_cpu', input, f, HARDSIGMOID)
  return record(out, 'HardsigmoidBackward0', [input], [input], (g, { saved: [x] }) => [
    isGradEnabled()
      ? g.mul(1 / 6).where(x!.gt(-3).logicalAnd(x!.lt(3)), 0)
      : mapGradient('hardsigmoid_backward', g, x!, hardsigmoidGradient(g)),
  ])
}

const HARDSIGMOID_GRADIENT = new kernel.Formula(
  'element',
  kernel.select(
    SECOND,
    'greater',
    kernel.constant(-3),
    kernel.select(SECOND, 'less', THREE, kernel.multiply(FIRST, kernel.constant(1 / 6)), ZERO),
    ZERO,
  ),
)

function hardsigmoidGradient(gradient: Tensor): ElementFunctions {
  const slope = roundedTo(gradient, 1 / 6)
  return { number: (g, x) => (x! > -3 && x! < 3 ? g! * slope : 0), vector: HARDSIGMOID_GRADIENT }
}

/** x hardsigmoid(x) (https://arxiv.org/abs/1905.02244). */
export function hardswish(input: Tensor): Tensor {
  const round = rounder(checkTensor('hardswish', 'input', input).dtype)
  const f = (x: number) => round(x * Math.min(Math.max(round(x + 3), 0), 6)) / 6
  const out = activate('hardswish', 'hardswish_cpu', input, f, HARDSWISH)
  return record(out, 'HardswishBackward0', [input], [input], (g, { saved: [x] }) => {
    if (!isGradEnabled()) return [mapGradient('hardswish_backward_cpu', g, x!, hardswishGradient(g))]
    // bounded, so that no infinity arises where another branch is taken; as in PyTorch, the second derivative at a bound is 0
    const slope = hardtanh(x!, -3, 3).div(3).add(0.5)
    const between = g.where(x!.ge(3), g.mul(slope))
    return [between.maskedFill(x!.lt(-3), 0)]
  })
}

const HARDSWISH_GRADIENT = new kernel.Formula(
  'element',
  kernel.select(
    SECOND,
    'less',
    kernel.constant(-3),
    ZERO,
    kernel.select(
      SECOND,
      'greaterOrEqual',
      THREE,
      FIRST,
      kernel.multiply(FIRST, kernel.add(kernel.divide(SECOND, THREE), kernel.constant(0.5))),
    ),
  ),
)

function hardswishGradient({ dtype }: Tensor): ElementFunctions {
  const round = rounder(dtype)
  const number = (g: number, x: number) => (x < -3 ? 0 : x >= 3 ? g : g * round(round(x / 3) + 0.5))
  return { number: number as (...x: number[]) => number, vector: HARDSWISH_GRADIENT }
}
