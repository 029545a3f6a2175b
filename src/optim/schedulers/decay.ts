/**
 * Schedulers that multiply the learning rate at certain steps.
 *
 * @module
 */

import type { Optimizer } from '../optimizer.js'
import { LRScheduler, type SchedulerOptions, type SettingsOf } from '../scheduler.js'
import { count, listOf, number, positiveInteger, type SettingTable } from '../settings.js'

/** Options of {@link StepLR}. */
export interface StepLROptions extends SchedulerOptions {
  /** The number of steps between two decays. */
  stepSize: number
  /** What the learning rate is multiplied with. Default: 0.1 */
  gamma?: number
}

const STEP: SettingTable<SettingsOf<StepLROptions>> = {
  stepSize: { check: positiveInteger },
  gamma: { check: number, default: 0.1 },
}

/**
 * Multiplies the learning rates with `gamma` every `stepSize` steps.
 *
 * @example new optim.StepLR(optimizer, { stepSize: 30, gamma: 0.1 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 */
export class StepLR extends LRScheduler<StepLROptions> {
  constructor(optimizer: Optimizer, options: StepLROptions) {
    super(optimizer, options, STEP)
  }

  protected override nextLrs(): number[] {
    const { stepSize, gamma } = this.settings
    const decays = this.lastEpoch !== 0 && this.lastEpoch % stepSize === 0
    return this.groups.map(({ lr }) => (decays ? lr * gamma : lr))
  }
}

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions extends SchedulerOptions {
  /** The steps at which to decay; one that stands twice decays twice. */
  milestones: readonly number[]
  /** What the learning rate is multiplied with. Default: 0.1 */
  gamma?: number
}

const MULTI_STEP: SettingTable<SettingsOf<MultiStepLROptions>> = {
  milestones: { check: listOf(count) },
  gamma: { check: number, default: 0.1 },
}

/**
 * Multiplies the learning rates with `gamma` at each milestone.
 *
 * @example new optim.MultiStepLR(optimizer, { milestones: [30, 80], gamma: 0.1 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 */
export class MultiStepLR extends LRScheduler<MultiStepLROptions> {
  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    super(optimizer, options, MULTI_STEP)
  }

  protected override nextLrs(): number[] {
    const { milestones, gamma } = this.settings
    const times = milestones.filter(milestone => milestone === this.lastEpoch).length
    return this.groups.map(({ lr }) => (times > 0 ? lr * gamma ** times : lr))
  }

  protected override firstLrs(): number[] {
    const { milestones, gamma } = this.settings
    const times = milestones.filter(milestone => milestone === 0).length
    return this.baseLrs.map(lr => lr * gamma ** times)
  }
}

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions extends SchedulerOptions {
  /** What the learning rate is multiplied with at every step. */
  gamma: number
}

const EXPONENTIAL: SettingTable<SettingsOf<ExponentialLROptions>> = { gamma: { check: number } }

/**
 * Multiplies the learning rates with `gamma` at every step.
 *
 * @example new optim.ExponentialLR(optimizer, { gamma: 0.95 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 */
export class ExponentialLR extends LRScheduler<ExponentialLROptions> {
  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    super(optimizer, options, EXPONENTIAL)
  }

  protected override nextLrs(): number[] {
    return this.groups.map(({ lr }) => (this.lastEpoch === 0 ? lr : lr * this.settings.gamma))
  }
}
