/**
 * The convolution as a differentiable operation: three passes over one spec, each the derivative of the others.
 *
 * Writing F(x, w) for the forward pass, G(y, w) for the input gradient and H(y, x) for the weight gradient, all are
 * sums of the same products y[o] x[i] w[k], each with one factor left out. So for a gradient g of the result (`*` is
 * the complex conjugate, PyTorch's convention for complex gradients):
 *
 *     F(x, w):  dx = G(g, w*)    dw = H(g, x*)
 *     G(y, w):  dy = F(g, w*)    dw = H(y*, g)
 *     H(y, x):  dy = F(x*, g)    dx = G(y*, g)
 *
 * The three are closed under differentiation: double backward, and any order after it, needs nothing more.
 * A transposed convolution is G.
 *
 * @module
 */
import { record } from '../autograd/node.js'
import { planConvolution } from '../backends/dispatch.js'
import { isReducedPrecisionAllowed } from '../backends/settings.js'
import type { ConvProblem } from '../conv/algorithm.js'
import { type ConvSpec, type Pass, resultShape } from '../conv/spec.js'
import { type MemoryFormat, suggestedFormat } from '../tensor/layout.js'
import { allocate, type Tensor } from '../tensor/tensor.js'
import { conj } from './complex.js'
import { sum } from './reduce.js'

/** Runs a pass on the best backend. All tensors are batched; the spec has been checked. */
function compute(spec: ConvSpec, pass: Pass, first: Tensor, second: Tensor, bias: Tensor | null): Tensor {
  const format = resultFormat(first, second)
  // as in PyTorch, one tensor without data is enough to ask for a shape
  if ([first, second, bias].some(tensor => tensor?.device === 'meta')) {
    return allocate(resultShape(spec, pass), first.dtype, { device: 'meta', memoryFormat: format })
  }
  const problem: ConvProblem = { spec, pass, dtype: first.dtype, format, reducedPrecision: isReducedPrecisionAllowed() }
  return planConvolution(problem).kernel({ first, second, bias })
}

/** channels_last in either operand gives channels_last, as in PyTorch. */
function resultFormat(first: Tensor, second: Tensor): MemoryFormat {
  const formats = [first, second].map(({ shape, strides }) => suggestedFormat(shape, strides))
  return formats.includes('channels_last') ? 'channels_last' : 'contiguous'
}

/** The gradient of a bias: that of the result, summed over all but the channels. */
function biasGradient(gradient: Tensor): Tensor {
  return sum(
    gradient,
    [...gradient.shape.keys()].filter(dim => dim !== 1),
  )
}

/** F: input and weight (and bias) to output. */
export function convolve(spec: ConvSpec, input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const out = compute(spec, 'forward', input, weight, bias)
  const inputs = bias ? [input, weight, bias] : [input, weight]
  return record(out, 'ConvolutionBackward0', inputs, [input, weight], (g, { saved: [x, w], needs }) => [
    needs[0] ? inputGradient(spec, g, conj(w!)) : null,
    needs[1] ? weightGradient(spec, g, conj(x!)) : null,
    needs[2] ? biasGradient(g) : null,
  ])
}

/** G: what is shaped like the output, and the weight, to what is shaped like the input. */
export function inputGradient(spec: ConvSpec, output: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const out = compute(spec, 'inputGradient', output, weight, bias)
  const inputs = bias ? [output, weight, bias] : [output, weight]
  return record(out, 'ConvolutionBackward0', inputs, [output, weight], (g, { saved: [y, w], needs }) => [
    needs[0] ? convolve(spec, g, conj(w!)) : null,
    needs[1] ? weightGradient(spec, conj(y!), g) : null,
    needs[2] ? biasGradient(g) : null,
  ])
}

/** H: what is shaped like the output, and the input, to what is shaped like the weight. */
export function weightGradient(spec: ConvSpec, output: Tensor, input: Tensor): Tensor {
  const out = compute(spec, 'weightGradient', output, input, null)
  return record(
    out,
    'ConvolutionBackwardBackward0',
    [output, input],
    [output, input],
    (g, { saved: [y, x], needs }) => [
      needs[0] ? convolve(spec, conj(x!), g) : null,
      needs[1] ? inputGradient(spec, conj(y!), g) : null,
    ],
  )
}
