/**
 * What learning-rate schedulers share.
 *
 * @module
 */

import { describe, ValueError } from '../errors.js'
import { warnOnce } from '../nn/warn.js'
import { checkOptions } from '../options.js'
import { Optimizer, type ParamGroup } from './optimizer.js'
import { isPlain, SchedulerStateReader } from './schedulerState.js'
import { completeSettings, type SettingTable, snakeCase } from './settings.js'

/** What `stateDict()` of a scheduler gives: plain values by PyTorch's names. */
export type SchedulerState = Record<string, unknown>

/** Options of every scheduler. */
export interface SchedulerOptions {
  /**
   * The number of steps already made, for resuming without a state dict: every group must have its `initialLr` then.
   * Default: -1, from the start
   */
  lastEpoch?: number
}

/** The settings that options stand for: everything filled in, without what only the start needs. */
export type SettingsOf<Options> = Required<Omit<Options, keyof SchedulerOptions>>

const WRONG_ORDER =
  'Detected call of `scheduler.step()` before `optimizer.step()`. They should be called in the opposite order: otherwise the first value of the learning rate schedule is skipped.'

/** Any scheduler, as checkpoints and training loops see it. */
export interface Scheduler {
  /** The learning rates set last, one for each group. */
  getLastLr(): number[]
  stateDict(): SchedulerState
  loadStateDict(state: SchedulerState): void
  /** Checks a state dict, and returns what loads it: several objects can be checked before any is changed. */
  stateLoader(state: unknown): () => void
}

/**
 * The base of schedulers that compute each learning rate from the one before, which others may have changed meanwhile.
 *
 * Making a scheduler sets the first learning rate. Call `step()` after the optimizer's.
 *
 * @see https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler<Options extends SchedulerOptions = SchedulerOptions> implements Scheduler {
  readonly optimizer: Optimizer
  /** The number of steps made. */
  lastEpoch: number
  /** The options, with everything filled in. */
  protected settings: SettingsOf<Options>
  /** The learning rates that the groups started with. */
  protected baseLrs: number[]
  /** Steps made with this object, the one when it was made included. */
  protected stepCount = 0
  private lastLr: number[] = []

  constructor(
    optimizer: Optimizer,
    given: Options,
    private readonly table: SettingTable<SettingsOf<Options>>,
  ) {
    this.optimizer = checkOptimizer(optimizer)
    const { lastEpoch = -1, ...options } = checkOptions(this.constructor.name, given, [
      ...Object.keys(table),
      'lastEpoch',
    ])
    this.settings = completeSettings<SettingsOf<Options>>(this.constructor.name, options as object, table)
    if (!Number.isSafeInteger(lastEpoch) || lastEpoch < -1) {
      throw new ValueError(`lastEpoch must be a whole number of at least -1, but got lastEpoch=${lastEpoch}`)
    }
    this.baseLrs = initialLrs(optimizer, lastEpoch)
    this.lastEpoch = lastEpoch
    this.prepare(lastEpoch === -1)
    this.restart()
  }

  /** Checks the settings against the optimizer; at a fresh start also what must be set before the first step. */
  protected prepare(_fresh: boolean): void {}

  /** @internal The first step of a scheduler. */
  restart(): void {
    this.stepCount = 0
    this.step()
  }

  /** Sets the next learning rate. */
  step(): void {
    if (this.stepCount === 1 && this.optimizer.stepCount === 0) warnOnce(WRONG_ORDER)
    this.advance(this.lastEpoch + 1, () => this.nextLrs())
  }

  /** @internal PyTorch's `step(0)`, with which a sequence starts a scheduler: in closed form, if it has one. */
  begin(): void {
    this.advance(0, () => this.firstLrs())
  }

  private advance(epoch: number, lrs: () => number[]): void {
    this.stepCount++
    this.lastEpoch = epoch
    const values = lrs()
    // a group that was added after the scheduler was made keeps its own where the schedule says nothing of it
    this.groups.forEach((group, i) => {
      group.lr = values[i] ?? group.lr
    })
    this.lastLr = this.groups.map(group => group.lr)
  }

  /** The optimizer's parameter groups. */
  protected get groups(): readonly ParamGroup[] {
    return this.optimizer.paramGroups
  }

  /** The learning rates after {@link lastEpoch} steps, from the groups' present ones. */
  protected abstract nextLrs(): number[]

  /** The learning rates at the start of the schedule. */
  protected firstLrs(): number[] {
    return [...this.baseLrs]
  }

  getLastLr(): number[] {
    return [...this.lastLr]
  }

  /** The settings and how far the schedule is, by PyTorch's names. Functions are not part of it. */
  stateDict(): SchedulerState {
    const settings = Object.entries(this.settings).filter(([, value]) => isPlain(value))
    return {
      ...Object.fromEntries(settings.map(([name, value]) => [snakeCase(name), value])),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
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
    const state = new SchedulerStateReader(this.constructor.name, given)
    const settings = state.settings(this.table, this.settings)
    const baseLrs = state.list('base_lrs', this.groups.length)
    const lastLr = state.list('_last_lr', this.groups.length)
    const lastEpoch = state.whole('last_epoch', -1)
    const stepCount = state.count('_step_count')
    return () => {
      Object.assign(this, { settings, baseLrs, lastLr, lastEpoch, stepCount })
    }
  }
}

export function checkOptimizer(optimizer: unknown): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer as Optimizer
  throw new TypeError(`${describe(optimizer)} is not an Optimizer`)
}

function initialLrs(optimizer: Optimizer, lastEpoch: number): number[] {
  return optimizer.paramGroups.map((group, i) => {
    if (lastEpoch === -1) group.initialLr ??= group.lr
    if (group.initialLr === undefined) {
      throw new ValueError(`param 'initial_lr' is not specified in param_groups[${i}] when resuming an optimizer`)
    }
    return group.initialLr
  })
}

/** One number for each group, from one for all or a list. */
export function perGroup(name: string, value: number | readonly number[], optimizer: Optimizer): number[] {
  const groups = optimizer.paramGroups.length
  if (typeof value === 'number') return new Array<number>(groups).fill(value)
  if (value.length !== groups) throw new ValueError(`expected ${groups} values for ${name}, got ${value.length}`)
  return [...value]
}
