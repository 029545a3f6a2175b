/**
 * Lower learning rates where nothing gets better any more.
 *
 * @module
 */
import { describe, RuntimeError, ValueError } from '../../errors.js'
import { Tensor } from '../../tensor/tensor.js'
import type { Optimizer } from '../optimizer.js'
import { checkOptimizer, perGroup, type Scheduler, type SchedulerState } from '../scheduler.js'
import { SchedulerStateReader } from '../schedulerState.js'
import {
  all,
  type Check,
  completeSettings,
  count,
  eachGroup,
  number,
  oneOf,
  type SettingTable,
  snakeCase,
} from '../settings.js'

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether better is less or more. Default: `'min'` */
  mode?: 'min' | 'max'
  /** What the learning rate is multiplied with. Default: 0.1 */
  factor?: number
  /** The number of steps without improvement that are waited for. Default: 10 */
  patience?: number
  /** How much better counts as better. Default: 1e-4 */
  threshold?: number
  /** Whether the threshold is a share of the best value or a distance from it. Default: `'rel'` */
  thresholdMode?: 'rel' | 'abs'
  /** The number of steps after a reduction in which nothing is counted. Default: 0 */
  cooldown?: number
  /** The lowest learning rate: one for all groups, or a list with one for each. Default: 0 */
  minLr?: number | readonly number[]
  /** A change of the learning rate of no more than this is not made. Default: 1e-8 */
  eps?: number
}

type Settings = Required<ReduceLROnPlateauOptions>
/** The settings that are saved as they are. PyTorch keeps the lower bounds as a list with one for each group. */
type OwnSettings = Omit<Settings, 'minLr'>

const belowOne: Check = value => {
  if ((value as number) >= 1) throw new ValueError('Factor should be < 1.0.')
}

const OWN: SettingTable<OwnSettings> = {
  mode: { check: oneOf(['min', 'max'], mode => `mode ${mode} is unknown!`), default: 'min' },
  factor: { check: all(number, belowOne), default: 0.1 },
  patience: { check: count, default: 10 },
  threshold: { check: number, default: 1e-4 },
  thresholdMode: { check: oneOf(['rel', 'abs'], mode => `threshold mode ${mode} is unknown!`), default: 'rel' },
  cooldown: { check: count, default: 0 },
  eps: { check: number, default: 1e-8 },
}

const TABLE: SettingTable<Settings> = { ...OWN, minLr: { check: eachGroup(number), default: 0 } }

/**
 * Reduces the learning rates when a metric has stopped improving.
 *
 * @example
 * const scheduler = new optim.ReduceLROnPlateau(optimizer, { patience: 3 })
 * scheduler.step(validationLoss) // after every epoch
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export class ReduceLROnPlateau implements Scheduler {
  readonly optimizer: Optimizer
  /** The number of steps made. */
  lastEpoch = 0
  /** The best metric so far. */
  best: number
  /** Steps since the last improvement. */
  numBadEpochs = 0
  private cooldownCounter = 0
  private settings: OwnSettings
  private minLrs: number[]
  /** The bound of groups that are added later, if one was given for all. */
  private readonly defaultMinLr: number | null
  private lastLr: number[]

  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    const { minLr, ...settings } = completeSettings<Settings>('ReduceLROnPlateau', options, TABLE)
    this.settings = settings
    this.optimizer = checkOptimizer(optimizer)
    this.defaultMinLr = typeof minLr === 'number' ? minLr : null
    this.minLrs = perGroup('min_lr', minLr, optimizer)
    this.best = settings.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    this.lastLr = optimizer.paramGroups.map(({ lr }) => lr)
  }

  /** Takes note of a metric (a number or a tensor of one element), and reduces the learning rates if it is time. */
  step(metric: number | Tensor): void {
    const { patience, cooldown } = this.settings
    const current = asNumber(metric)
    this.lastEpoch++
    if (this.isBetter(current)) {
      this.best = current
      this.numBadEpochs = 0
    } else this.numBadEpochs++
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--
      this.numBadEpochs = 0
    }
    if (this.numBadEpochs > patience) {
      this.reduce()
      this.cooldownCounter = cooldown
      this.numBadEpochs = 0
    }
    this.lastLr = this.optimizer.paramGroups.map(({ lr }) => lr)
  }

  private isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.settings
    if (mode === 'min') {
      return metric < (thresholdMode === 'rel' ? this.best * (1 - threshold) : this.best - threshold)
    }
    return metric > (thresholdMode === 'rel' ? this.best * (threshold + 1) : this.best + threshold)
  }

  private reduce(): void {
    const { factor, eps } = this.settings
    const groups = this.optimizer.paramGroups.length
    if (this.minLrs.length < groups) this.minLrs = this.withLateGroups(groups)
    this.optimizer.paramGroups.forEach((group, i) => {
      const reduced = Math.max(group.lr * factor, this.minLrs[i]!)
      if (group.lr - reduced > eps) group.lr = reduced
    })
  }

  /** The lower bounds, with those of groups that were added after the scheduler was made. */
  private withLateGroups(groups: number): number[] {
    const { defaultMinLr: bound } = this
    if (bound !== null) return Array.from({ length: groups }, (_, i) => this.minLrs[i] ?? bound)
    throw new RuntimeError(
      `The number of param groups in the \`optimizer\` (${groups}) differs from when \`ReduceLROnPlateau\` was initialized (${this.minLrs.length}), usually due to a new param group being added to the optimizer. Give minLr as one number for all groups.`,
    )
  }

  getLastLr(): number[] {
    return [...this.lastLr]
  }

  /** The settings and what has been seen, by PyTorch's names. */
  stateDict(): SchedulerState {
    return {
      ...Object.fromEntries(Object.entries(this.settings).map(([name, value]) => [snakeCase(name), value])),
      min_lrs: [...this.minLrs],
      best: this.best,
      num_bad_epochs: this.numBadEpochs,
      cooldown_counter: this.cooldownCounter,
      last_epoch: this.lastEpoch,
      _last_lr: [...this.lastLr],
    }
  }

  /**
   * Continues from a state dict. The learning rates themselves are in the optimizer's state: load both.
   *
   * @throws ValueError or TypeError for a state of another kind of scheduler; nothing has been changed then
   */
  loadStateDict(state: SchedulerState): void {
    this.stateLoader(state)()
  }

  /** See {@link Scheduler.stateLoader}. */
  stateLoader(given: unknown): () => void {
    const state = new SchedulerStateReader('ReduceLROnPlateau', given)
    const groups = this.optimizer.paramGroups.length
    const loaded = {
      settings: state.settings(OWN, this.settings),
      minLrs: state.list('min_lrs', groups),
      best: state.number('best'),
      numBadEpochs: state.count('num_bad_epochs'),
      cooldownCounter: state.count('cooldown_counter'),
      lastEpoch: state.count('last_epoch'),
      lastLr: state.list('_last_lr', groups),
    }
    return () => {
      Object.assign(this, loaded)
    }
  }
}

function asNumber(metric: unknown): number {
  const value = metric instanceof Tensor ? (metric as { item?: () => unknown }).item?.() : metric
  if (typeof value === 'number') return value
  throw new TypeError(`ReduceLROnPlateau: the metric must be a number, but got ${describe(value)}`)
}
