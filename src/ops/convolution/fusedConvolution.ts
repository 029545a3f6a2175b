/**
 * A convolution with what follows it: y = activation(convolution + bias + residual), in one pass where an algorithm does so.
 *
 * @module
 */
import { isRecording } from '../../autograd/modes.js'
import { planFused, planned } from '../../backends/dispatch.js'
import { isReducedPrecisionAllowed } from '../../backends/settings.js'
import type { ConvPlan, ConvProblem } from '../../conv/algorithm.js'
import { type Activation, epilogueOf } from '../../conv/epilogue.js'
import { type ConvSpec, outputShape } from '../../conv/spec.js'
import { RuntimeError } from '../../errors.js'
import { isDeferring } from '../../tensor/deferral.js'
import { elementwiseFormat, formatShape, stridesFor } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { hardswish, leakyRelu, relu, relu6, silu } from '../elementwise/activation.js'
import { add } from '../elementwise/arithmetic.js'
import { computeProblem, convolve, resultFormat } from './convolution.js'

/** What belongs to a convolution besides its input and weight. */
export interface FusedOptions {
  /** [C_out]. Default: none. */
  readonly bias?: Tensor | null
  /** Added before the activation; of the result's shape and dtype. Default: none. */
  readonly residual?: Tensor | null
  /** Default: none. */
  readonly activation?: Activation | null
}

/**
 * Convolves, adds and activates. The result is that of the three operations one after another: to the bit, but for SiLU,
 * which may differ by a unit in the last place. Where a gradient is needed, it is these three operations.
 *
 * @param spec of a checked call; all tensors are batched
 * @throws {RuntimeError} if the residual has not the result's shape and dtype
 *
 * @example
 * convolveFused(spec, x, weight, { bias, residual: shortcut, activation: { kind: 'relu' } })
 */
export function convolveFused(spec: ConvSpec, input: Tensor, weight: Tensor, options: FusedOptions = {}): Tensor {
  const { bias = null, residual = null, activation = null } = options
  if (residual) checkResidual(spec, input, residual)
  const plan = planOf(spec, input, weight, options)
  if (plan) return computeProblem(plan.problem, { first: input, second: weight, bias, ...(residual && { residual }) })
  const sum = convolve(spec, input, weight, bias)
  return activate(residual ? add(sum, residual) : sum, activation)
}

/** The plan that does all at once, if there is one and no gradient is needed. */
function planOf(spec: ConvSpec, input: Tensor, weight: Tensor, options: FusedOptions): ConvPlan | null {
  const { bias, residual, activation = null } = options
  const epilogue = epilogueOf(activation, Boolean(residual))
  if (epilogue === null) return null
  for (const tensor of [input, weight, bias, residual])
    if (tensor && (tensor.device === 'meta' || (isRecording() && tensor.requiresGrad))) return null
  const shape = outputShape(spec)
  const strides = [stridesFor(shape, resultFormat(input, weight)), ...(residual ? [residual.strides] : [])]
  const problem: ConvProblem = {
    spec,
    pass: 'forward',
    dtype: input.dtype,
    // as that of a sum, whose terms must both have it
    format: strides.every(own => elementwiseFormat(shape, own) === 'channels_last') ? 'channels_last' : 'contiguous',
    reducedPrecision: isReducedPrecisionAllowed(),
    epilogue,
  }
  // planning is put off with the convolution, and the next call is one pass, with the same bits
  if (isDeferring() && activation?.kind !== 'silu' && !planned({ ...problem, epilogue: null })) return null
  return planFused(problem)
}

function checkResidual(spec: ConvSpec, input: Tensor, { shape, dtype }: Tensor): void {
  const expected = outputShape(spec)
  if (String(shape) === String(expected) && dtype === input.dtype) return
  throw new RuntimeError(
    `convolveFused(): the residual must be ${input.dtype} ${formatShape(expected)}, but is ${dtype} ${formatShape(shape)}`,
  )
}

function activate(x: Tensor, activation: Activation | null): Tensor {
  if (activation === null) return x
  if (activation.kind === 'leakyRelu') return leakyRelu(x, activation.negativeSlope)
  return { relu, relu6, silu, hardswish }[activation.kind](x)
}
