/**
 * The Kullback-Leibler divergence.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { isComplex, isFloating } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type ElementFunctions, mapElements } from '../elementwise/map.js'
import { checkTensor, promote } from '../elementwise/operand.js'
import { type Reduction, recordLoss } from './lossReduction.js'

const PROBABILITIES: ElementFunctions = { number: (x, t) => (t === 0 ? 0 : t! * Math.log(t!)) - t! * x! }
const LOGARITHMS: ElementFunctions = { number: (x, t) => Math.exp(t!) * (t! - x!) }

/** t (log(t) - x) for logarithms x of probabilities; with `logTarget` the target holds logarithms as well. */
export function klDivergence(input: Tensor, target: Tensor, reduction: Reduction = 'mean', logTarget = false): Tensor {
  for (const [argument, value] of Object.entries({ input, target })) {
    const { dtype } = checkTensor('kl_div', argument, value)
    if (isComplex(dtype)) throw new RuntimeError(`kl_div: Complex inputs not supported, but ${argument} is ${dtype}`)
    if (!isFloating(dtype)) throw new RuntimeError(`kl_div: Integral inputs not supported, but ${argument} is ${dtype}`)
  }
  const functions = logTarget ? LOGARITHMS : PROBABILITIES
  const elements = mapElements('kl_div', [input, target], functions, { compute: promote([input, target]) })
  return recordLoss('KlDivBackward0', elements, reduction, [input, target], (g, { saved: [x, t], needs }) => {
    const probability = logTarget ? t!.exp() : t!
    const slope = () => (logTarget ? probability.mul(t!.sub(x!).add(1)) : t!.log().add(1).sub(x!))
    return [needs[0] ? g.mul(probability).neg() : null, needs[1] ? g.mul(slope()) : null]
  })
}
