/**
 * RMSprop.
 *
 * @module
 */
import type { Tensor } from '../ops/tensor.js'
import { countStep, Optimizer, type OptimizerTables, type ParameterState, stateLike } from './optimizer.js'
import type { Parameters } from './parameters.js'
import { flag, nonNegative } from './settings.js'
import { type Loop, scalarRounding, updateInPlace } from './update.js'

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

  // a subclass may have an update of its own
  protected override get keepsGradients(): boolean {
    return this.update !== RMSprop.prototype.update
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: RMSpropSettings): void {
    const names = [
      'square_avg',
      ...(group.centered ? ['grad_avg'] : []),
      ...(group.momentum > 0 ? ['momentum_buffer'] : []),
    ]
    const kept = names.map(name => stateLike(state, name, parameter))
    updateInPlace(parameter, gradient, kept, squaresLoop(group, scalarRounding(parameter.dtype)))
    countStep(state)
  }
}

function squaresLoop(group: RMSpropSettings, round: (x: number) => number): Loop {
  const { centered, maximize } = group
  const [rate, decay, eps, momentum] = [
    round(group.lr),
    round(group.weightDecay),
    round(group.eps),
    round(group.momentum),
  ]
  const [keep, add] = [round(group.alpha), round(1 - group.alpha)]
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
      if (decay !== 0) d += decay * p![at]!
      squares![own] = keep * squares![own]! + add * d * d
      let spread = squares![own]!
      if (centered) {
        const mean = offsets[meanAt]! + k * steps[meanAt]!
        means![mean] = keep * means![mean]! + add * d
        spread -= means![mean]! * means![mean]!
      }
      let change = d / (Math.sqrt(spread) + eps)
      if (momentum > 0) {
        const held = offsets[bufferAt]! + k * steps[bufferAt]!
        buffer![held] = momentum * buffer![held]! + change
        change = buffer![held]!
      }
      p![at]! -= rate * change
    }
  }
}
