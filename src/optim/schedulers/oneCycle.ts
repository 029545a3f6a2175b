/**
 * The 1cycle policy.
 *
 * @module
 */
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { Optimizer, ParamGroup } from '../optimizer.js'
import { LRScheduler, perGroup, type SchedulerOptions, type SettingsOf } from '../scheduler.js'
import { eachGroup, flag, number, oneOf, positiveInteger, type SettingTable } from '../settings.js'

/** Options of {@link OneCycleLR}. */
export interface OneCycleLROptions extends SchedulerOptions {
  /** The highest learning rate: one for all groups, or a list with one for each. */
  maxLr: number | readonly number[]
  /** The number of steps of the cycle. This, or `epochs` and `stepsPerEpoch`, must be given. */
  totalSteps?: number
  epochs?: number
  stepsPerEpoch?: number
  /** The part of the cycle in which the learning rate rises. Default: 0.3 */
  pctStart?: number
  /** Along half a cosine, or a straight line. Default: `'cos'` */
  annealStrategy?: 'cos' | 'linear'
  /** Move the momentum (or the first beta) against the learning rate. Default: true */
  cycleMomentum?: boolean
  /** The momentum at the highest learning rate. Default: 0.85 */
  baseMomentum?: number | readonly number[]
  /** The momentum at the start and at the end. Default: 0.95 */
  maxMomentum?: number | readonly number[]
  /** The first learning rate is `maxLr / divFactor`. Default: 25 */
  divFactor?: number
  /** The last learning rate is the first `/ finalDivFactor`. Default: 1e4 */
  finalDivFactor?: number
  /** Come down to the first learning rate as fast as it rose, and only then to the last. Default: false */
  threePhase?: boolean
}

type Options = Omit<OneCycleLROptions, 'epochs' | 'stepsPerEpoch'>

const TABLE: SettingTable<SettingsOf<Options>> = {
  maxLr: { check: eachGroup(number) },
  totalSteps: { check: positiveInteger },
  pctStart: {
    check: (value, name) => {
      number(value, name)
      if ((value as number) >= 0 && (value as number) <= 1) return
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${value}`)
    },
    default: 0.3,
  },
  annealStrategy: {
    check: oneOf(['cos', 'linear'], given => `anneal_strategy must by one of 'cos' or 'linear', instead got ${given}`),
    default: 'cos',
  },
  cycleMomentum: { check: flag, default: true },
  baseMomentum: { check: eachGroup(number), default: 0.85 },
  maxMomentum: { check: eachGroup(number), default: 0.95 },
  divFactor: { check: number, default: 25 },
  finalDivFactor: { check: number, default: 1e4 },
  threePhase: { check: flag, default: false },
}

/** A part of the cycle: up to which step, and between which of a group's learning rates and momenta. */
interface Phase {
  readonly end: number
  readonly lr: readonly ['initialLr' | 'maxLr', 'initialLr' | 'maxLr' | 'minLr']
  readonly momentum: readonly ['maxMomentum' | 'baseMomentum', 'maxMomentum' | 'baseMomentum']
}

/** A group of an optimizer with momentum, or of one with betas. */
type MovingGroup = ParamGroup & { momentum?: number; betas?: readonly [number, number] }

/**
 * One cycle for a whole training: the learning rate rises to `maxLr` and falls far below where it started, and the
 * momentum falls and rises. Step after every batch.
 *
 * As in PyTorch the momentum is cycled by default, also that of an optimizer that was made without momentum.
 *
 * @example new optim.OneCycleLR(optimizer, { maxLr: 0.01, epochs: 2, stepsPerEpoch: loader.length })
 * @throws ValueError for a step beyond the cycle, or an optimizer without momentum to cycle
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
 * @see https://arxiv.org/abs/1708.07120
 */
export class OneCycleLR extends LRScheduler<Options> {
  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    super(optimizer, withTotalSteps(options), TABLE)
  }

  protected override prepare(fresh: boolean): void {
    const { maxLr, maxMomentum, baseMomentum, divFactor, finalDivFactor, cycleMomentum } = this.settings
    const phases = this.phases()
    if (phases[0]!.end === 0) {
      throw new ValueError('OneCycleLR: a pctStart * totalSteps of 1 leaves no step to rise in; give more of either')
    }
    const maxLrs = perGroup('max_lr', maxLr, this.optimizer)
    const maxMomenta = perGroup('max_momentum', maxMomentum, this.optimizer)
    const baseMomenta = perGroup('base_momentum', baseMomentum, this.optimizer)
    const { defaults } = this.optimizer
    if (cycleMomentum && !('momentum' in defaults) && !('betas' in defaults)) {
      throw new ValueError('optimizer must support momentum with `cycle_momentum` option enabled')
    }
    if (!fresh) return
    this.groups.forEach((group, i) => {
      group.initialLr = maxLrs[i]! / divFactor
      group.maxLr = maxLrs[i]!
      group.minLr = group.initialLr / finalDivFactor
      if (!cycleMomentum) return
      group.maxMomentum = maxMomenta[i]!
      group.baseMomentum = baseMomenta[i]!
      this.setMomentum(group, maxMomenta[i]!)
    })
    this.baseLrs = this.groups.map(group => group.initialLr!)
  }

  protected override nextLrs(): number[] {
    const { totalSteps, cycleMomentum } = this.settings
    if (this.lastEpoch > totalSteps) {
      throw new ValueError(
        `Tried to step ${this.lastEpoch + 1} times. The specified number of total steps is ${totalSteps}`,
      )
    }
    const phases = this.phases()
    const reached = phases.findIndex(({ end }) => this.lastEpoch <= end)
    const at = reached < 0 ? phases.length - 1 : reached
    const phase = phases[at]!
    const start = at === 0 ? 0 : phases[at - 1]!.end
    const done = (this.lastEpoch - start) / (phase.end - start)
    this.checkGroups()
    return this.groups.map(group => {
      if (cycleMomentum) {
        this.setMomentum(group, this.anneal(group[phase.momentum[0]]!, group[phase.momentum[1]]!, done))
      }
      return this.anneal(group[phase.lr[0]]!, group[phase.lr[1]]!, done)
    })
  }

  /** Groups that were added after the scheduler was made need what it sets up for the others. */
  private checkGroups(): void {
    const momenta = this.settings.cycleMomentum ? (['baseMomentum', 'maxMomentum'] as const) : []
    this.groups.forEach((group, i) => {
      const missing = (['initialLr', 'maxLr', 'minLr', ...momenta] as const).filter(name => group[name] === undefined)
      if (missing.length === 0) return
      throw new ValueError(
        `OneCycleLR: parameter group ${i} was added after the scheduler was made: add it with ${missing.join(', ')}`,
      )
    })
  }

  protected override firstLrs(): number[] {
    return this.nextLrs()
  }

  private phases(): Phase[] {
    const { pctStart, totalSteps, threePhase } = this.settings
    const rise = { lr: ['initialLr', 'maxLr'], momentum: ['maxMomentum', 'baseMomentum'] } as const
    const rising = { ...rise, end: pctStart * totalSteps - 1 }
    if (!threePhase) {
      return [rising, { end: totalSteps - 1, lr: ['maxLr', 'minLr'], momentum: ['baseMomentum', 'maxMomentum'] }]
    }
    return [
      rising,
      { end: 2 * pctStart * totalSteps - 2, lr: ['maxLr', 'initialLr'], momentum: ['baseMomentum', 'maxMomentum'] },
      { end: totalSteps - 1, lr: ['initialLr', 'minLr'], momentum: ['maxMomentum', 'maxMomentum'] },
    ]
  }

  /** From start to end as `done` goes from 0 to 1. */
  private anneal(start: number, end: number, done: number): number {
    if (this.settings.annealStrategy === 'linear') return (end - start) * done + start
    return end + ((start - end) / 2) * (Math.cos(Math.PI * done) + 1)
  }

  private setMomentum(group: MovingGroup, momentum: number): void {
    if ('betas' in this.optimizer.defaults) group.betas = [momentum, group.betas![1]]
    else group.momentum = momentum
  }
}

function withTotalSteps(given: OneCycleLROptions): Options {
  const known = [...Object.keys(TABLE), 'epochs', 'stepsPerEpoch', 'lastEpoch']
  const { epochs, stepsPerEpoch, ...options } = checkOptions('OneCycleLR', given, known)
  if (options.totalSteps !== undefined) return options
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new ValueError('You must define either total_steps OR (epochs AND steps_per_epoch)')
  }
  positiveInteger(epochs, 'epochs')
  positiveInteger(stepsPerEpoch, 'stepsPerEpoch')
  return { ...options, totalSteps: epochs * stepsPerEpoch }
}
