/**
 * A pass over a spec as a problem for algorithms, and its operands.
 *
 * @module
 */
import type { ConvOperands, ConvProblem } from '../../../src/conv/algorithm.js'
import { type ConvSpec, inputShape, outputShape, type Pass, resultShape, weightShape } from '../../../src/conv/spec.js'
import type { DType, Shape, Tensor } from '../../../src/index.js'

/** For every algorithm, those with larger rounding errors too. */
export const problemOf = (spec: ConvSpec, pass: Pass = 'forward', dtype: DType = 'float32'): ConvProblem => {
  return { spec, pass, dtype, format: 'contiguous', reducedPrecision: true }
}

/**
 * Operands drawn with `seed` and the two seeds behind it.
 *
 * @param withBias default: with odd seeds, unless the result is a weight's gradient
 */
export function drawOperands(
  spec: ConvSpec,
  pass: Pass,
  seed: number,
  draw: (seed: number, shape: Shape) => Tensor,
  withBias = pass !== 'weightGradient' && seed % 2 !== 0,
): ConvOperands {
  const [first, second] = {
    forward: [inputShape, weightShape],
    inputGradient: [outputShape, weightShape],
    weightGradient: [outputShape, inputShape],
  }[pass].map((shape, i) => draw(seed + i, shape(spec))) as [Tensor, Tensor]
  return { first, second, bias: withBias ? draw(seed + 2, [resultShape(spec, pass)[1]!]) : null }
}
