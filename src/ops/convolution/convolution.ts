/**
 * The convolution as a differentiable operation: three passes over one spec, whose derivatives are each other
 * (`conv/rules.ts`).
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { planConvolution } from '../../backends/dispatch.js'
import { isReducedPrecisionAllowed } from '../../backends/settings.js'
import type { ConvOperands, ConvProblem } from '../../conv/algorithm.js'
import { DERIVATIVES, type Rule } from '../../conv/rules.js'
import { type ConvSpec, type Pass, resultShape } from '../../conv/spec.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type MemoryFormat, suggestedFormat } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { conj } from '../elementwise/complex.js'
import { sum } from '../reductions/reduce.js'

/** Runs a pass on the best backend. All tensors are batched; the spec has been checked. */
function compute(spec: ConvSpec, pass: Pass, first: Tensor, second: Tensor, bias: Tensor | null): Tensor {
  const format = resultFormat(first, second)
  // as in PyTorch, one tensor without data is enough to ask for a shape
  if (first.device === 'meta' || second.device === 'meta' || bias?.device === 'meta') {
    return allocate(resultShape(spec, pass), first.dtype, { device: 'meta', memoryFormat: format })
  }
  const problem: ConvProblem = { spec, pass, dtype: first.dtype, format, reducedPrecision: isReducedPrecisionAllowed() }
  return computeProblem(problem, { first, second, bias })
}

/** Computes a problem off the tape, or puts it off. */
export function computeProblem(problem: ConvProblem, operands: ConvOperands): Tensor {
  return isDeferring() ? computeLater(problem, operands) : computeNow(problem, operands)
}

const computeNow = (problem: ConvProblem, operands: ConvOperands) => planConvolution(problem).kernel(operands)

/** Parts of making a plan that are done one by one, so that each takes little time. */
const MOST_STAGES = 4

function computeLater(problem: ConvProblem, { first, second, bias, residual }: ConvOperands): Tensor {
  const { spec, pass, dtype, format } = problem
  const operandsOf = ([one, other, ...rest]: Tensor[]): ConvOperands => ({
    first: one!,
    second: other!,
    bias: bias && rest.shift()!,
    ...(residual && { residual: rest.shift()! }),
  })
  return deferred(
    [first, second, ...(bias ? [bias] : []), ...(residual ? [residual] : [])],
    { shape: resultShape(spec, pass), dtype, memoryFormat: format },
    own => computeNow(problem, operandsOf(own)),
    [
      () => void planConvolution(problem),
      ...Array.from({ length: MOST_STAGES }, (_, i) => (own: Tensor[]) => {
        planConvolution(problem).stages[i]?.(operandsOf(own))
      }),
    ],
  )
}

/** channels_last in either operand gives channels_last, as in PyTorch. */
export function resultFormat(first: Tensor, second: Tensor): MemoryFormat {
  return isLast(first) || isLast(second) ? 'channels_last' : 'contiguous'
}

const isLast = ({ shape, strides }: Tensor) => suggestedFormat(shape, strides) === 'channels_last'

/** The gradient of a bias: that of the result, summed over all but the channels. */
function biasGradient(gradient: Tensor): Tensor {
  return sum(
    gradient,
    [...gradient.shape.keys()].filter(dim => dim !== 1),
  )
}

/** PyTorch's names of the nodes. */
const NODE_NAMES: Readonly<Record<Pass, string>> = {
  forward: 'ConvolutionBackward0',
  inputGradient: 'ConvolutionBackward0',
  weightGradient: 'ConvolutionBackwardBackward0',
}

/** Runs a pass and puts it on the tape. */
function run(spec: ConvSpec, pass: Pass, first: Tensor, second: Tensor, bias: Tensor | null = null): Tensor {
  const out = compute(spec, pass, first, second, bias)
  const inputs = bias ? [first, second, bias] : [first, second]
  return record(out, NODE_NAMES[pass], inputs, [first, second], (gradient, { saved, needs }) => {
    const [ofFirst, ofSecond] = DERIVATIVES[pass]
    return [
      needs[0] ? derivative(spec, ofFirst, gradient, saved) : null,
      needs[1] ? derivative(spec, ofSecond, gradient, saved) : null,
      needs[2] ? biasGradient(gradient) : null,
    ]
  })
}

/** What a rule says, given the gradient of the result and the operands of the pass. */
function derivative(spec: ConvSpec, { pass, of }: Rule, gradient: Tensor, operands: readonly Tensor[]): Tensor {
  return run(spec, pass, factor(of[0], gradient, operands), factor(of[1], gradient, operands))
}

function factor(name: Rule['of'][number], gradient: Tensor, [first, second]: readonly Tensor[]): Tensor {
  return name === 'gradient' ? gradient : conj(name === 'first*' ? first! : second!)
}

/** F: input and weight (and bias) to output. */
export function convolve(spec: ConvSpec, input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return run(spec, 'forward', input, weight, bias)
}

/** G: what is shaped like the output, and the weight, to what is shaped like the input. */
export function inputGradient(spec: ConvSpec, output: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return run(spec, 'inputGradient', output, weight, bias)
}

/** H: what is shaped like the output, and the input, to what is shaped like the weight. */
export function weightGradient(spec: ConvSpec, output: Tensor, input: Tensor): Tensor {
  return run(spec, 'weightGradient', output, input)
}
