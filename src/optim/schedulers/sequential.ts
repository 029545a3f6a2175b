/**
 * One scheduler after another.
 *
 * @module
 */

import { describe, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { Optimizer } from '../optimizer.js'
import { checkOptimizer, LRScheduler, type Scheduler, type SchedulerState } from '../scheduler.js'
import { SchedulerStateReader } from '../schedulerState.js'
import { count, listOf } from '../settings.js'

/** Options of {@link SequentialLR}. */
export interface SequentialLROptions {
  /** The schedulers, in the order of their use, all of the same optimizer. */
  schedulers: readonly LRScheduler[]
  /** The steps at which the next one takes over: one less than there are schedulers. */
  milestones: readonly number[]
}

/**
 * Uses one scheduler after the other. Each starts anew from the initial learning rates when its turn comes.
 *
 * @example
 * const warmup = new optim.LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 })
 * const decay = new optim.CosineAnnealingLR(optimizer, { tMax: 45 })
 * const scheduler = new optim.SequentialLR(optimizer, { schedulers: [warmup, decay], milestones: [5] })
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 */
export class SequentialLR implements Scheduler {
  readonly optimizer: Optimizer
  /** The number of steps made. */
  lastEpoch = 0
  private readonly schedulers: readonly LRScheduler[]
  private milestones: readonly number[]
  private lastLr: number[]

  constructor(optimizer: Optimizer, options: SequentialLROptions) {
    const { schedulers, milestones } = checkOptions('SequentialLR', options, ['schedulers', 'milestones'])
    this.optimizer = checkOptimizer(optimizer)
    checkSchedulers(optimizer, schedulers)
    checkMilestones(milestones, schedulers.length)
    this.schedulers = [...schedulers]
    this.milestones = [...milestones]
    // each scheduler made its first step when it was made: undone here, and made again by the first one
    for (const group of optimizer.paramGroups) group.lr = group.initialLr!
    for (const scheduler of schedulers) scheduler.lastEpoch--
    schedulers[0]!.restart()
    this.lastLr = schedulers[0]!.getLastLr()
  }

  /** Sets the next learning rate. */
  step(): void {
    this.lastEpoch++
    const index = this.milestones.filter(milestone => milestone <= this.lastEpoch).length
    const scheduler = this.schedulers[index]!
    if (index > 0 && this.milestones[index - 1] === this.lastEpoch) scheduler.begin()
    else scheduler.step()
    this.lastLr = scheduler.getLastLr()
  }

  getLastLr(): number[] {
    return [...this.lastLr]
  }

  /** How far the schedule is, with the states of all schedulers. */
  stateDict(): SchedulerState {
    return {
      _milestones: [...this.milestones],
      last_epoch: this.lastEpoch,
      _last_lr: [...this.lastLr],
      _schedulers: this.schedulers.map(scheduler => scheduler.stateDict()),
    }
  }

  /**
   * Continues from a state dict.
   *
   * @throws ValueError or TypeError for one of another number or kind of schedulers; nothing has been changed then
   */
  loadStateDict(state: SchedulerState): void {
    this.stateLoader(state)()
  }

  /** See {@link Scheduler.stateLoader}. */
  stateLoader(given: unknown): () => void {
    const state = new SchedulerStateReader('SequentialLR', given)
    const milestones = state.get('_milestones') as readonly number[]
    checkMilestones(milestones, this.schedulers.length)
    const lastEpoch = state.count('last_epoch')
    const lastLr = state.list('_last_lr', this.optimizer.paramGroups.length)
    const states = state.get('_schedulers')
    if (!Array.isArray(states) || states.length !== this.schedulers.length) {
      throw new ValueError(
        `SequentialLR: _schedulers must be ${this.schedulers.length} state dicts, but got ${describe(states)}`,
      )
    }
    const loaders = this.schedulers.map((scheduler, i) => scheduler.stateLoader(states[i]))
    return () => {
      for (const load of loaders) load()
      Object.assign(this, { milestones: [...milestones], lastEpoch, lastLr })
    }
  }
}

function checkSchedulers(optimizer: Optimizer, schedulers: readonly LRScheduler[]): void {
  if (!Array.isArray(schedulers) || schedulers.length === 0) {
    throw new TypeError(`SequentialLR: schedulers must be a list of schedulers, but got ${describe(schedulers)}`)
  }
  schedulers.forEach((scheduler, index) => {
    if (!(scheduler instanceof LRScheduler)) {
      throw new TypeError(`SequentialLR: scheduler ${index} must be an LRScheduler, but got ${describe(scheduler)}`)
    }
    if (scheduler.optimizer === optimizer) return
    throw new ValueError(
      `Sequential Schedulers expects all schedulers to belong to the same optimizer, but got schedulers at index ${index} to be different than the optimizer passed in.`,
    )
  })
}

function checkMilestones(milestones: unknown, schedulers: number): void {
  listOf(count)(milestones, 'milestones')
  const list = milestones as readonly number[]
  if (list.length !== schedulers - 1) {
    throw new ValueError(
      `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers} and the number of milestones to be equal to ${list.length}`,
    )
  }
  if (list.some((milestone, i) => i > 0 && milestone <= list[i - 1]!)) {
    throw new ValueError(`SequentialLR: milestones must be rising, but got [${list.join(', ')}]`)
  }
}
