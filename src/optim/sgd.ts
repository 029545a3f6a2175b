/**
 * Stochastic gradient descent.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import { add, Formula, multiply, negative, operand, round, scalar, subtract } from '../kernel/expression.js'
import type { Tensor } from '../ops/tensor.js'
import { Optimizer, type OptimizerTables, type ParameterState, stateLike } from './optimizer.js'
import type { Parameters } from './parameters.js'
import { flag, nonNegative, number } from './settings.js'
import { type Loop, scalarRounding, updateInPlace, type VectorLoop } from './update.js'

/** The settings of {@link SGD}. */
export interface SGDSettings {
  /** The learning rate. Default: 1e-3, as in PyTorch since 2.2 */
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
    lr: { check: nonNegative('learning rate'), default: 1e-3 },
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

  // a subclass may have an update of its own
  protected override get keepsGradients(): boolean {
    return this.update !== SGD.prototype.update
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: SGDSettings): void {
    const rounding = scalarRounding(parameter.dtype)
    const hasMomentum = group.momentum !== 0
    const first = hasMomentum && state['momentum_buffer'] === undefined
    const buffer = hasMomentum ? [stateLike(state, 'momentum_buffer', parameter)] : []
    const loop = hasMomentum ? momentumDescent(group, first, rounding) : descent(group, rounding)
    updateInPlace(parameter, gradient, buffer, loop, vectorDescent(group, first, rounding))
  }
}

type Rounding = (x: number) => number

function descent({ lr, weightDecay, maximize }: SGDSettings, rounding: Rounding): Loop {
  const [rate, decay] = [rounding(lr), rounding(weightDecay)]
  return ([p, g], [i, j], [stepP, stepG], length) => {
    for (let k = 0, at = i!, from = j!; k < length; k++, at += stepP!, from += stepG!) {
      let d = maximize ? -g![from]! : g![from]!
      if (decay !== 0) d += decay * p![at]!
      p![at]! -= rate * d
    }
  }
}

function momentumDescent(settings: SGDSettings, first: boolean, rounding: Rounding): Loop {
  const { nesterov, maximize } = settings
  const [rate, decay, momentum] = [settings.lr, settings.weightDecay, settings.momentum].map(rounding) as [
    number,
    number,
    number,
  ]
  const share = rounding(1 - settings.dampening)
  return ([p, g, buffer], [i, j, b], [stepP, stepG, stepB], length) => {
    for (let k = 0, at = i!, from = j!, own = b!; k < length; k++, at += stepP!, from += stepG!, own += stepB!) {
      let d = maximize ? -g![from]! : g![from]!
      if (decay !== 0) d += decay * p![at]!
      buffer![own] = first ? d : momentum * buffer![own]! + share * d
      p![at]! -= rate * (nesterov ? d + momentum * buffer![own]! : buffer![own]!)
    }
  }
}

const [PARAMETER, GRADIENT, BUFFER] = [operand(0), operand(1), operand(2)]
const [RATE, DECAY, MOMENTUM, SHARE] = [scalar(0), scalar(1), scalar(2), scalar(3)]
const formulas = new Map<string, Formula>()

/** Both loops as formulas, one for each combination of settings. */
function vectorDescent(settings: SGDSettings, first: boolean, rounding: Rounding): VectorLoop {
  const { lr, weightDecay, momentum, dampening, nesterov, maximize } = settings
  const decays = rounding(weightDecay) !== 0
  const key = `${[momentum !== 0, first, decays, nesterov, maximize]}`
  let formula = formulas.get(key)
  if (!formula) {
    const own = maximize ? negative(GRADIENT) : GRADIENT
    const d = decays ? add(own, multiply(DECAY, PARAMETER)) : own
    const buffer = first ? d : add(multiply(MOMENTUM, BUFFER), multiply(SHARE, d))
    const kept = momentum === 0 ? d : round(buffer)
    const step = nesterov ? add(d, multiply(MOMENTUM, kept)) : kept
    const next = subtract(PARAMETER, multiply(RATE, step))
    formula = new Formula('double', next, ...(momentum === 0 ? [] : [buffer]))
    formulas.set(key, formula)
  }
  const into = momentum === 0 ? [0] : [0, 2]
  return { formula, into, scalars: [lr, weightDecay, momentum, 1 - dampening].map(rounding) }
}
