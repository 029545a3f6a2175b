/**
 * Losses of the difference between two tensors. Shapes broadcast, and the dtype is PyTorch's promotion of both.
 *
 * @module
 */
import { isGradEnabled } from '../../autograd/modes.js'
import { RuntimeError } from '../../errors.js'
import { HUBER, SMOOTH_L1, SQUARED_ERROR } from '../../kernel/losses.js'
import type { Tensor } from '../../tensor/tensor.js'
import { sub } from '../elementwise/arithmetic.js'
import { type ElementFunctions, type Float32Run, mapElements } from '../elementwise/map.js'
import { checkTensor, promote } from '../elementwise/operand.js'
import { rounder } from '../elementwise/rounder.js'
import { abs } from '../elementwise/unary.js'
import { mean, sum } from '../reductions/reduce.js'
import { type Reduction, recordLoss } from './lossReduction.js'

type Rounder = (x: number) => number
/** The loss of a difference. */
type DifferenceFunction = (d: number) => number

interface PairFunctions extends Pick<ElementFunctions, 'vector' | 'scalars' | 'float32'> {
  /** With each step rounded. */
  readonly of: (round: Rounder) => DifferenceFunction
}

/** The loss of each pair, off the tape. */
function mapPairs(name: string, kernel: string, input: Tensor, target: Tensor, { of, ...functions }: PairFunctions) {
  checkTensor(name, 'input', input)
  checkTensor(name, 'target', target)
  const compute = promote([input, target])
  const round = rounder(compute)
  const ofDifference = of(round)
  const number = (...[x, y]: number[]) => ofDifference(round(x! - y!))
  return mapElements(kernel, [input, target], { ...functions, number }, { compute, kinds: ['float'] })
}

const float32Mse: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) {
    const difference = Math.fround(a[q]! - b[r]!)
    out[p] = difference * difference
  }
}

/** (x - y)^2 */
export function mseLoss(input: Tensor, target: Tensor, reduction: Reduction = 'mean'): Tensor {
  const functions = { of: () => (d: number) => d * d, vector: SQUARED_ERROR, float32: float32Mse }
  const elements = mapPairs('mse_loss', 'mse_cpu', input, target, functions)
  return recordLoss('MseLossBackward0', elements, reduction, [input, target], (g, { saved: [x, y], needs }) => {
    const slope = g.mul(x!.sub(y!)).mul(2)
    return [needs[0] ? slope : null, needs[1] ? slope.neg() : null]
  })
}

/** |x - y|, also for integers (without a mean) and complex numbers. The derivative at 0 is 0. */
export function l1Loss(input: Tensor, target: Tensor, reduction: Reduction = 'mean'): Tensor {
  checkTensor('l1_loss', 'input', input)
  const elements = abs(sub(input, checkTensor('l1_loss', 'target', target)))
  return reduction === 'none' ? elements : reduction === 'mean' ? mean(elements) : sum(elements)
}

/** The derivative of a loss that is square within `bound` and straight from there, where its own derivative is 0. */
function boundedSlope(difference: Tensor, bound: number): Tensor {
  const bounded = difference.clamp(-bound, bound)
  return isGradEnabled() ? bounded.where(difference.abs().lt(bound), bounded.detach()) : bounded
}

/** With d = |x - y|: d^2 / (2 beta) below beta, d - beta / 2 from there. */
export function smoothL1Loss(input: Tensor, target: Tensor, reduction: Reduction = 'mean', beta = 1): Tensor {
  if (!(beta >= 0)) {
    throw new RuntimeError(`smooth_l1_loss does not support negative values for beta, but got beta=${beta}`)
  }
  if (beta === 0) return l1Loss(input, target, reduction)
  const of = (round: Rounder): DifferenceFunction => {
    const own = round(beta)
    return difference => {
      const d = Math.abs(difference)
      return d < own ? round(0.5 * d * d) / own : d - 0.5 * own
    }
  }
  const elements = mapPairs('smooth_l1_loss', 'smooth_l1_cpu', input, target, {
    of,
    vector: SMOOTH_L1,
    scalars: [beta],
  })
  return recordLoss('SmoothL1LossBackward0', elements, reduction, [input, target], (g, { saved: [x, y], needs }) => {
    const slope = g.mul(boundedSlope(x!.sub(y!).div(beta), 1))
    return [needs[0] ? slope : null, needs[1] ? slope.neg() : null]
  })
}

/** With d = |x - y|: d^2 / 2 up to delta, delta (d - delta / 2) above. */
export function huberLoss(input: Tensor, target: Tensor, reduction: Reduction = 'mean', delta = 1): Tensor {
  if (!(delta > 0)) {
    throw new RuntimeError(`huber_loss does not support non-positive values for delta, but got delta=${delta}`)
  }
  const of = (round: Rounder): DifferenceFunction => {
    const own = round(delta)
    return difference => {
      const d = Math.abs(difference)
      return d <= own ? 0.5 * d * d : own * round(d - 0.5 * own)
    }
  }
  const elements = mapPairs('huber_loss', 'huber_cpu', input, target, { of, vector: HUBER, scalars: [delta] })
  return recordLoss('HuberLossBackward0', elements, reduction, [input, target], (g, { saved: [x, y], needs }) => {
    const slope = g.mul(boundedSlope(x!.sub(y!), delta))
    return [needs[0] ? slope : null, needs[1] ? slope.neg() : null]
  })
}
