/**
 * Adam and AdamW.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import {
  add,
  divide,
  Formula,
  maximum,
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
import { type Check, flag, nonNegative, shown } from './settings.js'
import { type Loop, roundScalars, updateInPlace } from './update.js'

/** The settings of {@link Adam} and {@link AdamW}. */
export interface AdamSettings {
  /** The learning rate. Default: 1e-3 */
  lr: number
  /** How slowly the averages of the gradient and of its square move. Default: [0.9, 0.999] */
  betas: readonly [number, number]
  /** Added to the root of the second average. Default: 1e-8 */
  eps: number
  /** Adam: the L2 penalty, default 0. AdamW: the share taken off per learning rate, default 1e-2. */
  weightDecay: number
  /** Divide by the largest second average so far. Default: false */
  amsgrad: boolean
  /** Climb instead of descending. Default: false */
  maximize: boolean
}

const betas: Check = value => {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError(`betas must be two numbers, but got ${Array.isArray(value) ? `[${value}]` : shown(value)}`)
  }
  value.forEach((beta, index) => {
    if (typeof beta === 'number' && beta >= 0 && beta < 1) return
    throw new ValueError(`Invalid beta parameter at index ${index}: ${shown(beta)}`)
  })
}

const tables = (weightDecay: number, decoupled: boolean): OptimizerTables<AdamSettings> => ({
  settings: {
    lr: { check: nonNegative('learning rate'), default: 1e-3 },
    betas: { check: betas, default: [0.9, 0.999] },
    eps: { check: nonNegative('epsilon value'), default: 1e-8 },
    weightDecay: { check: nonNegative('weight_decay value'), default: weightDecay },
    amsgrad: { check: flag, default: false },
    maximize: { check: flag, default: false },
  },
  state: { step: 'always', exp_avg: 'always', exp_avg_sq: 'always', max_exp_avg_sq: 'sometimes' },
  // since PyTorch 2.7
  fixed: { decoupled_weight_decay: decoupled },
})

/**
 * Adam: each weight moves by its average gradient over the root of its average squared gradient.
 *
 * @example const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Adam.html
 * @see https://arxiv.org/abs/1412.6980
 * @see https://openreview.net/forum?id=ryQu7f-RZ for amsgrad
 */
export class Adam extends Optimizer<AdamSettings> {
  constructor(params: Parameters<AdamSettings>, options: Partial<AdamSettings> = {}) {
    super(params, options, tables(0, false))
  }

  // a subclass may have an update of its own
  protected override get keepsGradients(): boolean {
    return this.update !== Adam.prototype.update
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: AdamSettings): void {
    updateWithMoments(parameter, gradient, state, group, { decoupled: false })
  }
}

/**
 * Adam with the weight decay taken off the weights themselves instead of being added to the gradient.
 *
 * @example const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3, weightDecay: 0.05 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html
 * @see https://arxiv.org/abs/1711.05101
 */
export class AdamW extends Optimizer<AdamSettings> {
  constructor(params: Parameters<AdamSettings>, options: Partial<AdamSettings> = {}) {
    super(params, options, tables(1e-2, true))
  }

  // a subclass may have an update of its own
  protected override get keepsGradients(): boolean {
    return this.update !== AdamW.prototype.update
  }

  protected override update(parameter: Tensor, gradient: Tensor, state: ParameterState, group: AdamSettings): void {
    updateWithMoments(parameter, gradient, state, group, { decoupled: true })
  }
}

function updateWithMoments(
  parameter: Tensor,
  gradient: Tensor,
  state: ParameterState,
  group: AdamSettings,
  { decoupled }: { decoupled: boolean },
): void {
  const { amsgrad, maximize } = group
  const kept = [stateLike(state, 'exp_avg', parameter), stateLike(state, 'exp_avg_sq', parameter)]
  if (amsgrad) kept.push(stateLike(state, 'max_exp_avg_sq', parameter))
  writeNumbers(group, countStep(state))
  roundScalars(numbers, parameter.dtype)
  const { loop, formula } = momentsUpdate(amsgrad, maximize, decoupled, numbers[DECAY] !== 0)
  updateInPlace(parameter, gradient, kept, loop, {
    formula,
    into: amsgrad ? WITH_LARGEST : WRITTEN,
    scalars: numbers,
  })
}

/** The arrays that an update writes to. */
const WRITTEN = [0, 2, 3]
const WITH_LARGEST = [0, 2, 3, 4]

type Numbers = [number, number, number, number, number, number, number, number, number]

/** Those of the update under way. */
const numbers: Numbers = [0, 0, 0, 0, 0, 0, 0, 0, 0]

/** The place of the weight decay among the numbers of a step. */
const DECAY = 7

/** Writes the numbers of one step down, as they take part in computing: see {@link momentsFormula} for their names. */
function writeNumbers({ lr, betas, eps, weightDecay }: AdamSettings, step: number): void {
  const beta1 = betas[0]
  const beta2 = betas[1]
  numbers[0] = beta1
  numbers[1] = 1 - beta1
  numbers[2] = beta2
  numbers[3] = 1 - beta2
  // the averages start at zero: these undo the pull towards it
  numbers[4] = lr / (1 - beta1 ** step)
  numbers[5] = Math.sqrt(1 - beta2 ** step)
  numbers[6] = eps
  numbers[DECAY] = weightDecay
  numbers[8] = 1 - lr * weightDecay
}

interface How {
  readonly amsgrad: boolean
  readonly maximize: boolean
  readonly decoupled: boolean
  readonly decays: boolean
}

/** An update as a loop and as a formula, by {@link How}. */
const updates = new Map<number, { readonly loop: Loop; readonly formula: Formula }>()

function momentsUpdate(amsgrad: boolean, maximize: boolean, decoupled: boolean, decays: boolean) {
  const key = (amsgrad ? 1 : 0) + (maximize ? 2 : 0) + (decoupled ? 4 : 0) + (decays ? 8 : 0)
  const known = updates.get(key)
  if (known) return known
  const how = { amsgrad, maximize, decoupled, decays }
  const made = { loop: momentsLoop(how), formula: momentsFormula(how) }
  updates.set(key, made)
  return made
}

/** {@link momentsLoop} as a formula; its scalars are those of {@link writeNumbers}, in that order. */
function momentsFormula({ amsgrad, maximize, decoupled, decays }: How): Formula {
  const [p, g, first, second, largest] = [operand(0), operand(1), operand(2), operand(3), operand(4)]
  const [keep1, add1, keep2, add2, stepSize] = [scalar(0), scalar(1), scalar(2), scalar(3), scalar(4)]
  const [correction, eps, decay, kept] = [scalar(5), scalar(6), scalar(7), scalar(8)]
  const own = maximize ? negative(g) : g
  const before = decoupled ? round(multiply(p, kept)) : p
  const d = !decoupled && decays ? add(own, multiply(decay, p)) : own
  const average = add(multiply(keep1, first), multiply(add1, d))
  const square = add(multiply(keep2, second), multiply(multiply(add2, d), d))
  const most = maximum(largest, round(square))
  const root = squareRoot(amsgrad ? most : round(square))
  const change = divide(multiply(stepSize, round(average)), add(divide(root, correction), eps))
  return new Formula('double', subtract(before, change), average, square, ...(amsgrad ? [most] : []))
}

function momentsLoop({ amsgrad, maximize, decoupled, decays }: How): Loop {
  return ([p, g, first, second, largest], [i, j, a, b, c], [stepP, stepG, stepA, stepB, stepC], length, numbers) => {
    const [keep1, add1, keep2, add2, stepSize, correction, eps, decay, kept] = numbers as Numbers
    for (let k = 0; k < length; k++) {
      const at = i! + k * stepP!
      const m = a! + k * stepA!
      const v = b! + k * stepB!
      let d = g![j! + k * stepG!]!
      if (maximize) d = -d
      if (decoupled) p![at]! *= kept
      else if (decays) d += decay * p![at]!
      first![m] = keep1 * first![m]! + add1 * d
      second![v] = keep2 * second![v]! + add2 * d * d
      let square = second![v]!
      if (amsgrad) {
        const top = c! + k * stepC!
        // Math.max gives NaN where one of them is, as torch.maximum does
        largest![top] = Math.max(largest![top]!, square)
        square = largest![top]!
      }
      p![at]! -= (stepSize * first![m]!) / (Math.sqrt(square) / correction + eps)
    }
  }
}
