/**
 * Schedulers that multiply the initial learning rate with a factor of the step: for warming up, mostly.
 *
 * @module
 */
import { describe, ValueError } from '../../errors.js'
import type { Optimizer } from '../optimizer.js'
import { LRScheduler, type SchedulerOptions, type SettingsOf } from '../scheduler.js'
import { type Check, count, number, type SettingTable } from '../settings.js'

/** A factor in (0, 1]; from zero no multiplication leads back. */
const factor =
  (message: string, { zero = false }: { zero?: boolean } = {}): Check =>
  (value, name) => {
    number(value, name)
    const own = value as number
    if (own > 1 || own < 0 || (own === 0 && !zero)) throw new ValueError(`${message}, but got ${name}=${own}`)
  }

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied with at first. Default: 1/3 */
  factor?: number
  /** The step at which the factor ends. Default: 5 */
  totalIters?: number
}

const CONSTANT: SettingTable<SettingsOf<ConstantLROptions>> = {
  factor: {
    check: factor('Constant multiplicative factor expected to be greater than 0 and less or equal to 1.'),
    default: 1 / 3,
  },
  totalIters: { check: count, default: 5 },
}

/**
 * Multiplies the learning rates with `factor` for `totalIters` steps.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 */
export class ConstantLR extends LRScheduler<ConstantLROptions> {
  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    super(optimizer, options, CONSTANT)
  }

  protected override nextLrs(): number[] {
    const { factor, totalIters } = this.settings
    if (this.lastEpoch === 0) return this.groups.map(({ lr }) => lr * factor)
    return this.groups.map(({ lr }) => (this.lastEpoch === totalIters ? lr * (1 / factor) : lr))
  }

  protected override firstLrs(): number[] {
    return this.baseLrs.map(lr => lr * this.settings.factor)
  }
}

/** Options of {@link LinearLR}. */
export interface LinearLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied with at first. Default: 1/3 */
  startFactor?: number
  /** What it is multiplied with from step `totalIters` on. Default: 1 */
  endFactor?: number
  /** The number of steps between the two. Default: 5 */
  totalIters?: number
}

const LINEAR: SettingTable<SettingsOf<LinearLROptions>> = {
  startFactor: {
    check: factor('Starting multiplicative factor expected to be greater than 0 and less or equal to 1.'),
    default: 1 / 3,
  },
  endFactor: {
    check: factor('Ending multiplicative factor expected to be between 0 and 1.', { zero: true }),
    default: 1,
  },
  totalIters: { check: count, default: 5 },
}

/**
 * Moves the factor of the learning rates evenly from `startFactor` to `endFactor` over `totalIters` steps.
 *
 * @example new optim.LinearLR(optimizer, { startFactor: 0.1, totalIters: 500 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 */
export class LinearLR extends LRScheduler<LinearLROptions> {
  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    super(optimizer, options, LINEAR)
  }

  protected override nextLrs(): number[] {
    const { startFactor, endFactor, totalIters } = this.settings
    if (this.lastEpoch === 0) return this.groups.map(({ lr }) => lr * startFactor)
    if (this.lastEpoch > totalIters) return this.groups.map(({ lr }) => lr)
    const before = totalIters * startFactor + (this.lastEpoch - 1) * (endFactor - startFactor)
    return this.groups.map(({ lr }) => lr * (1 + (endFactor - startFactor) / before))
  }

  protected override firstLrs(): number[] {
    return this.baseLrs.map(lr => lr * this.settings.startFactor)
  }
}

/** The factor after so many steps. */
export type LrLambda = (epoch: number) => number

/** Options of {@link LambdaLR}. */
export interface LambdaLROptions extends SchedulerOptions {
  /** The factor after so many steps: one function for all groups, or a list with one for each. */
  lrLambda: LrLambda | readonly LrLambda[]
}

const LAMBDA: SettingTable<SettingsOf<LambdaLROptions>> = {
  lrLambda: {
    check: value => {
      const wrong = [value].flat().find(entry => typeof entry !== 'function')
      if (wrong !== undefined)
        throw new TypeError(`lrLambda must be a function or a list of them, but got ${describe(wrong)}`)
    },
  },
}

/**
 * Multiplies the initial learning rates with what a function makes of the step.
 *
 * The function is not part of the state dict.
 *
 * @example new optim.LambdaLR(optimizer, { lrLambda: epoch => 0.95 ** epoch })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 */
export class LambdaLR extends LRScheduler<LambdaLROptions> {
  constructor(optimizer: Optimizer, options: LambdaLROptions) {
    super(optimizer, options, LAMBDA)
  }

  protected override prepare(): void {
    const { lrLambda } = this.settings
    if (Array.isArray(lrLambda) && lrLambda.length !== this.groups.length) {
      throw new ValueError(`Expected ${this.groups.length} lr_lambdas, but got ${lrLambda.length}`)
    }
  }

  protected override nextLrs(): number[] {
    const { lrLambda } = this.settings
    return this.baseLrs.map((lr, i) => lr * (typeof lrLambda === 'function' ? lrLambda : lrLambda[i]!)(this.lastEpoch))
  }

  protected override firstLrs(): number[] {
    return this.nextLrs()
  }
}
