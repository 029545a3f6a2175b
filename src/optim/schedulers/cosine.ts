/**
 * Schedulers along a cosine.
 *
 * @module
 */
import { ValueError } from '../../errors.js'
import type { Optimizer } from '../optimizer.js'
import { LRScheduler, type SchedulerOptions, type SchedulerState, type SettingsOf } from '../scheduler.js'
import { SchedulerStateReader } from '../schedulerState.js'
import { type Check, number, positiveInteger, type SettingTable, shown } from '../settings.js'

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** The number of steps down to `etaMin` (PyTorch's `T_max`). */
  tMax: number
  /** The smallest learning rate. Default: 0 */
  etaMin?: number
}

const COSINE: SettingTable<SettingsOf<CosineAnnealingLROptions>> = {
  tMax: { check: positiveInteger },
  etaMin: { check: number, default: 0 },
}

/**
 * Lets the learning rates fall along half a cosine to `etaMin` in `tMax` steps, and rise again after them.
 *
 * @example new optim.CosineAnnealingLR(optimizer, { tMax: 100 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 * @see https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingLR extends LRScheduler<CosineAnnealingLROptions> {
  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    super(optimizer, options, COSINE)
  }

  protected override nextLrs(): number[] {
    const { tMax, etaMin } = this.settings
    const step = this.lastEpoch
    if (step === 0) return this.groups.map(({ lr }) => lr)
    if (this.stepCount === 1) return this.closedForm((step * Math.PI) / tMax)
    // at the bottom the recursion would divide by zero
    if ((step - 1 - tMax) % (2 * tMax) === 0) {
      return this.baseLrs.map((base, i) => this.groups[i]!.lr + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2)
    }
    const ratio = (1 + Math.cos((Math.PI * step) / tMax)) / (1 + Math.cos((Math.PI * (step - 1)) / tMax))
    return this.groups.map(({ lr }) => ratio * (lr - etaMin) + etaMin)
  }

  protected override firstLrs(): number[] {
    return this.closedForm(0)
  }

  private closedForm(angle: number): number[] {
    const { etaMin } = this.settings
    return this.baseLrs.map(lr => etaMin + ((lr - etaMin) * (1 + Math.cos(angle))) / 2)
  }
}

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends SchedulerOptions {
  /** The number of steps of the first fall (PyTorch's `T_0`). */
  t0: number
  /** How many times as long each fall is as the one before (PyTorch's `T_mult`). Default: 1 */
  tMult?: number
  /** The smallest learning rate. Default: 0 */
  etaMin?: number
}

const atLeastOne: Check = value => {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new ValueError(`Expected integer T_mult >= 1, but got ${shown(value)}`)
  }
}

const RESTARTS: SettingTable<SettingsOf<CosineAnnealingWarmRestartsOptions>> = {
  t0: { check: positiveInteger },
  tMult: { check: atLeastOne, default: 1 },
  etaMin: { check: number, default: 0 },
}

/**
 * Lets the learning rates fall along half a cosine, and jump back to the start for the next fall.
 *
 * @example new optim.CosineAnnealingWarmRestarts(optimizer, { t0: 10, tMult: 2 })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html
 * @see https://arxiv.org/abs/1608.03983
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<CosineAnnealingWarmRestartsOptions> {
  /** Steps since the last restart, and between it and the next. Not initialised here: the base's constructor sets them. */
  declare private sinceRestart: number
  declare private period: number

  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    super(optimizer, options, RESTARTS)
  }

  protected override prepare(): void {
    this.sinceRestart = this.lastEpoch
    this.period = this.settings.t0
  }

  protected override nextLrs(): number[] {
    const { tMult, etaMin } = this.settings
    this.sinceRestart++
    if (this.lastEpoch === 0) {
      // begins anew, also where a sequence takes back the constructor's step
      this.sinceRestart = 0
      this.period = this.settings.t0
    } else if (this.sinceRestart >= this.period) {
      this.sinceRestart -= this.period
      this.period *= tMult
    }
    const angle = (Math.PI * this.sinceRestart) / this.period
    return this.baseLrs.map(lr => etaMin + ((lr - etaMin) * (1 + Math.cos(angle))) / 2)
  }

  protected override firstLrs(): number[] {
    return this.nextLrs()
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), T_i: this.period, T_cur: this.sinceRestart }
  }

  override stateLoader(given: unknown): () => void {
    const load = super.stateLoader(given)
    const state = new SchedulerStateReader(this.constructor.name, given)
    const [period, sinceRestart] = [state.count('T_i'), state.count('T_cur')]
    return () => {
      load()
      Object.assign(this, { period, sinceRestart })
    }
  }
}
