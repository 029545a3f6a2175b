/**
 * Stochastic gradient descent.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import type { Tensor } from '../ops/tensor.js'
import { Optimizer, type OptimizerTables, type ParameterState, stateLike } from './optimizer.js'
import type { Parameters } from './parameters.js'
import { flag, nonNegative, number } from './settings.js'
import { type Loop, scalarRounding, updateInPlace } from './update.js'

/** The settings of {@link SGD}. */
export interface SGDSettings {
  /** The learning rate. Must be given, here or for each group. */
  lr: number
  /** How much of the last update goes into the next. Default: 0 */
  momentum: number
  /** How much of the gradient is held back from the momentum. Default: 0 */
  dampening: number
  /** The L2 penalty. Default: 0 */
  weightDecay: number
  /** Look ahead along the momentum. Needs momentum, and no dampening. Default: false */
  nesterov: boolean
  /** Climb instead of descending. Default: false */
  maximize: boolean
}

const TABLES: OptimizerTables<SGDSettings> = {
  settings: {
    lr: { check: nonNegative('learning rate') },
    momentum: { check: nonNegative('momentum value'), default: 0 },
    dampening: { check: number, default: 0 },
    weightDecay: { check: nonNegative('weight_decay value'), default: 0 },
    nesterov: { check: flag, default: false },
    maximize: { check: flag, default: false },
  },
  state: { momentum_buffer: 'sometimes' },
}

/**
 * Stochastic gradient descent, with momentum if asked for.
 *
 * PyTorch's form of momentum: the buffer collects gradients, and the learning rate multiplies the buffer. Its first
 * value is the first gradient, not dampened.
 *
 * @example const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 * @see http://www.cs.toronto.edu/~hinton/absps/momentum.pdf for Nesterov's momentum
 */
export class SGD extends Optimizer<SGDSettings> {
  constructor(params: Parameters<SGDSettings>, options: Partial<SGDSettings> = {}) {
    super(params, options, TABLES)
  }

  override checkGroup(group: SGDSettings): void {
    super.checkGroup(group)
    if (group.nesterov && (group.momentum <= 0 || group.dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening')
    }
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: SGDSettings): void {
    const round = scalarRounding(parameter.dtype)
    if (group.momentum === 0) {
      updateInPlace(parameter, gradient, [], descent(group, round))
      return
    }
    const first = state['momentum_buffer'] === undefined
    const buffer = stateLike(state, 'momentum_buffer', parameter)
    updateInPlace(parameter, gradient, [buffer], momentumDescent(group, first, round))
  }
}

type Rounding = (x: number) => number

function descent({ lr, weightDecay, maximize }: SGDSettings, round: Rounding): Loop {
  const [rate, decay] = [round(lr), round(weightDecay)]
  return ([p, g], [i, j], [stepP, stepG], length) => {
    for (let k = 0, at = i!, from = j!; k < length; k++, at += stepP!, from += stepG!) {
      let d = maximize ? -g![from]! : g![from]!
      if (decay !== 0) d += decay * p![at]!
      p![at]! -= rate * d
    }
  }
}

function momentumDescent(settings: SGDSettings, first: boolean, round: Rounding): Loop {
  const { nesterov, maximize } = settings
  const [rate, decay, momentum] = [settings.lr, settings.weightDecay, settings.momentum].map(round) as [
    number,
    number,
    number,
  ]
  const share = round(1 - settings.dampening)
  return ([p, g, buffer], [i, j, b], [stepP, stepG, stepB], length) => {
    for (let k = 0, at = i!, from = j!, own = b!; k < length; k++, at += stepP!, from += stepG!, own += stepB!) {
      let d = maximize ? -g![from]! : g![from]!
      if (decay !== 0) d += decay * p![at]!
      buffer![own] = first ? d : momentum * buffer![own]! + share * d
      p![at]! -= rate * (nesterov ? d + momentum * buffer![own]! : buffer![own]!)
    }
  }
}
