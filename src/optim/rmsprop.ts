/**
 * RMSprop.
 *
 * @module
 */
import {
  add,
  divide,
  Formula,
  multiply,
  negative,
  operand,
  round,
  scalar,
  squareRoot,
  subtract,
} from '../kernel/expression.js'
import type { Tensor } from '../ops/tensor.js'
import { countStep, Optimizer, type OptimizerTables, type ParameterState, stateLike } from './optimizer.js'
import type { Parameters } from './parameters.js'
import { flag, nonNegative } from './settings.js'
import { type Loop, roundScalars, updateInPlace } from './update.js'

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
    const { centered, momentum, maximize } = group
    const kept = [stateLike(state, 'square_avg', parameter)]
    if (centered) kept.push(stateLike(state, 'grad_avg', parameter))
    if (momentum > 0) kept.push(stateLike(state, 'momentum_buffer', parameter))
    writeNumbers(group)
    roundScalars(numbers, parameter.dtype)
    const how = { centered, maximize, decays: numbers[1] !== 0, hasMomentum: momentum > 0 }
    const { loop, formula, into } = squaresUpdate(how)
    updateInPlace(parameter, gradient, kept, loop, { formula, into, scalars: numbers })
    countStep(state)
  }
}

type Numbers = [number, number, number, number, number, number]

/** Those of the update under way. */
const numbers: Numbers = [0, 0, 0, 0, 0, 0]

/** Writes the numbers of one step down, as they take part in computing: see {@link squaresFormula} for their names. */
function writeNumbers({ lr, weightDecay, eps, momentum, alpha }: RMSpropSettings): void {
  numbers[0] = lr
  numbers[1] = weightDecay
  numbers[2] = eps
  numbers[3] = momentum
  numbers[4] = alpha
  numbers[5] = 1 - alpha
}

interface How {
  readonly centered: boolean
  readonly maximize: boolean
  readonly decays: boolean
  readonly hasMomentum: boolean
}

interface Update {
  readonly loop: Loop
  readonly formula: Formula
  /** The arrays that the formula's values are stored in. */
  readonly into: readonly number[]
}

const updates = new Map<number, Update>()

/** An update as a loop and as a formula. */
function squaresUpdate(how: How): Update {
  const key = (how.centered ? 1 : 0) + (how.maximize ? 2 : 0) + (how.decays ? 4 : 0) + (how.hasMomentum ? 8 : 0)
  let update = updates.get(key)
  if (!update) {
    const formula = squaresFormula(how)
    // the parameter, not its gradient, and all of the state
    update = { loop: squaresLoop(how), formula, into: [...formula.values.keys()].map(i => (i === 0 ? 0 : i + 1)) }
    updates.set(key, update)
  }
  return update
}

/** Where the last update is among the arrays: behind the parameter, its gradient, the squares and maybe the means. */
const bufferPlace = ({ centered }: How) => (centered ? 4 : 3)

/** {@link squaresLoop} as a formula; its scalars are those of {@link writeNumbers}, in that order. */
function squaresFormula(how: How): Formula {
  const { centered, maximize, decays, hasMomentum } = how
  const [p, g, squares, means, buffer] = [operand(0), operand(1), operand(2), operand(3), operand(bufferPlace(how))]
  const [rate, decay, eps, momentum, keep, share] = [scalar(0), scalar(1), scalar(2), scalar(3), scalar(4), scalar(5)]
  const own = maximize ? negative(g) : g
  const d = decays ? add(own, multiply(decay, p)) : own
  const square = add(multiply(keep, squares), multiply(multiply(share, d), d))
  const mean = add(multiply(keep, means), multiply(share, d))
  const spread = centered ? subtract(round(square), multiply(round(mean), round(mean))) : round(square)
  const change = divide(d, add(squareRoot(spread), eps))
  const moved = add(multiply(momentum, buffer), change)
  const next = subtract(p, multiply(rate, hasMomentum ? round(moved) : change))
  return new Formula('double', next, square, ...(centered ? [mean] : []), ...(hasMomentum ? [moved] : []))
}

function squaresLoop(how: How): Loop {
  const { centered, maximize, decays, hasMomentum } = how
  const [meanAt, bufferAt] = [3, bufferPlace(how)]
  return (arrays, offsets, steps, length, numbers) => {
    const [rate, decay, eps, momentum, keep, share] = numbers as Numbers
    const [p, g, squares] = arrays
    const [means, buffer] = [arrays[meanAt], arrays[bufferAt]]
    for (let k = 0; k < length; k++) {
      const at = offsets[0]! + k * steps[0]!
      const own = offsets[2]! + k * steps[2]!
      let d = g![offsets[1]! + k * steps[1]!]!
      if (maximize) d = -d
      if (decays) d += decay * p![at]!
      squares![own] = keep * squares![own]! + share * d * d
      let spread = squares![own]!
      if (centered) {
        const mean = offsets[meanAt]! + k * steps[meanAt]!
        means![mean] = keep * means![mean]! + share * d
        spread -= means![mean]! * means![mean]!
      }
      let change = d / (Math.sqrt(spread) + eps)
      if (hasMomentum) {
        const held = offsets[bufferAt]! + k * steps[bufferAt]!
        buffer![held] = momentum * buffer![held]! + change
        change = buffer![held]!
      }
      p![at]! -= rate * change
    }
  }
}
