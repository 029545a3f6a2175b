/**
 * RMSprop.
 *
 * @module
 */
import { zeros } from '../ops/creation.js'
import { zerosLike } from '../ops/creation-like.js'
import type { Tensor } from '../ops/tensor.js'
import { Optimizer, type OptimizerTables, type ParameterState } from './optimizer.js'
import type { Parameters } from './parameters.js'
import { flag, nonNegative } from './settings.js'
import { type Loop, updateInPlace } from './update.js'

/** The settings of {@link RMSprop}. */
export interface RMSpropSettings {
  /** The learning rate. Default: 1e-2 */
  lr: number
  /** How slowly the average of the squared gradient moves. Default: 0.99 */
  alpha: number
  /** Added to the root of the average. Default: 1e-8 */
  eps: number
  /** The L2 penalty. Default: 0 */
  weightDecay: number
  /** How much of the last update goes into the next. Default: 0 */
  momentum: number
  /** Divide by the gradient's deviation instead of its size. Default: false */
  centered: boolean
  /** Climb instead of descending. Default: false */
  maximize: boolean
}

const TABLES: OptimizerTables<RMSpropSettings> = {
  settings: {
    lr: { check: nonNegative('learning rate'), default: 1e-2 },
    alpha: { check: nonNegative('alpha value'), default: 0.99 },
    eps: { check: nonNegative('epsilon value'), default: 1e-8 },
    weightDecay: { check: nonNegative('weight_decay value'), default: 0 },
    momentum: { check: nonNegative('momentum value'), default: 0 },
    centered: { check: flag, default: false },
    maximize: { check: flag, default: false },
  },
  state: { step: 'always', square_avg: 'always', momentum_buffer: 'sometimes', grad_avg: 'sometimes' },
}

/**
 * RMSprop: each weight's gradient over the root of its average square. As in PyTorch, `eps` is added outside of the root.
 *
 * @example const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.005, momentum: 0.5 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
 * @see https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @see https://arxiv.org/abs/1308.0850 for the centred form
 */
export class RMSprop extends Optimizer<RMSpropSettings> {
  constructor(params: Parameters<RMSpropSettings>, options: Partial<RMSpropSettings> = {}) {
    super(params, options, TABLES)
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: RMSpropSettings): void {
    const steps = (state['step'] ??= zeros([])).storage.data
    const kept = [(state['square_avg'] ??= zerosLike(parameter))]
    if (group.centered) kept.push((state['grad_avg'] ??= zerosLike(parameter)))
    if (group.momentum > 0) kept.push((state['momentum_buffer'] ??= zerosLike(parameter)))
    updateInPlace(parameter, gradient, kept, squaresLoop(group))
    steps[0] = Number(steps[0]) + 1
  }
}

function squaresLoop(group: RMSpropSettings): Loop {
  const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = group
  // of the arrays: the parameter, its gradient, the squares, and then what the settings ask for
  const [meanAt, bufferAt] = [3, centered ? 4 : 3]
  return (arrays, offsets, steps, length) => {
    const [p, g, squares] = arrays
    const [means, buffer] = [arrays[meanAt], arrays[bufferAt]]
    for (let k = 0; k < length; k++) {
      const at = offsets[0]! + k * steps[0]!
      const own = offsets[2]! + k * steps[2]!
      let d = g![offsets[1]! + k * steps[1]!]!
      if (maximize) d = -d
      if (weightDecay !== 0) d += weightDecay * p![at]!
      squares![own] = alpha * squares![own]! + (1 - alpha) * d * d
      let spread = squares![own]!
      if (centered) {
        const mean = offsets[meanAt]! + k * steps[meanAt]!
        means![mean] = alpha * means![mean]! + (1 - alpha) * d
        spread -= means![mean]! * means![mean]!
      }
      let change = d / (Math.sqrt(spread) + eps)
      if (momentum > 0) {
        const held = offsets[bufferAt]! + k * steps[bufferAt]!
        change = buffer![held] = momentum * buffer![held]! + change
      }
      p![at]! -= lr * change
    }
  }
}
