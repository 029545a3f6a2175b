/**
 * Every scheduler against PyTorch: learning rates and momenta step by step, state dicts, and going on from one.
 */
import { describe, expect, test } from 'vitest'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import type { LRScheduler, Optimizer, Scheduler, SchedulerState } from '../../src/optim/index.js'
import * as optim from '../../src/optim/index.js'
import { camelCased, type Kind, makeOptimizer, readFixture } from './support.js'

interface Case {
  kind: string
  schedulers: [name: string, options: Record<string, unknown>][]
  milestones: number[] | null
  halved: number | null
  seen: [lr: number, momentum: number][][]
  last: number[]
  state: SchedulerState
}

const { steps, stateAt, metrics, cases } = readFixture<{
  steps: number
  stateAt: number
  metrics: number[]
  cases: Case[]
}>('schedulers')

const OPTIONS: Record<string, object> = { 'SGD momentum': { momentum: 0.9 }, RMSprop: { momentum: 0.5 } }
const LAMBDAS = [(epoch: number) => 0.95 ** epoch, (epoch: number) => 1 / (1 + epoch)]

const SCHEDULERS: Readonly<Record<string, unknown>> = { ...optim }

type Stepped = Scheduler & { step(metric?: number): void }

function setUp({ kind, schedulers, milestones }: Case): { optimizer: Optimizer; scheduler: Stepped } {
  const groups = [0.1, 0.03].map(lr => ({ params: [zeros(1, { requiresGrad: true })], lr }))
  const optimizer = makeOptimizer(kind.split(' ')[0] as Kind, groups, { lr: 1, ...OPTIONS[kind] })
  const list = schedulers.map(([name, options]) => {
    const make = SCHEDULERS[name] as new (optimizer: Optimizer, options: object) => LRScheduler
    return new make(optimizer, name === 'LambdaLR' ? { lrLambda: LAMBDAS } : camelCased(options))
  })
  if (milestones === null) return { optimizer, scheduler: list[0] as unknown as Stepped }
  return { optimizer, scheduler: new optim.SequentialLR(optimizer, { schedulers: list, milestones }) }
}

const look = (optimizer: Optimizer): number[][] =>
  optimizer.paramGroups.map(group => {
    const moving = group as { momentum?: number; betas?: readonly number[] }
    return [group.lr, moving.betas?.[0] ?? moving.momentum!]
  })

/** Whether a scheduler computes a cosine (or a power), where Python may differ in the last place. */
const bendsPrecision = (name: string, options: Record<string, unknown>): boolean =>
  name.startsWith('Cosine') || name === 'LambdaLR' || (name === 'OneCycleLR' && options['anneal_strategy'] !== 'linear')

/** Our cosine and Python's may differ in the last place, which the recursions carry on. */
function expectSame(actual: number[][], expected: number[][], exact: boolean, what: string): void {
  if (exact) expect(actual, what).toEqual(expected)
  else {
    actual.flat().forEach((value, i) => {
      const other = expected.flat()[i]!
      expect(Math.abs(value - other), `${what}: ${value}, PyTorch ${other}`).toBeLessThanOrEqual(
        1e-14 * Math.abs(other) + 1e-18,
      )
    })
  }
}

const titled = cases.map(own => ({ ...own, title: `${own.kind} ${JSON.stringify([own.schedulers, own.halved])}` }))

test.each(titled)('$title', own => {
  const exact = own.schedulers.every(([name, options]) => !bendsPrecision(name, options))
  const { optimizer, scheduler } = setUp(own)
  expectSame(look(optimizer), own.seen[0]!, exact, 'at the start')
  for (let step = 0; step < steps; step++) {
    if (step === own.halved) optimizer.paramGroups[0]!.lr /= 2
    scheduler.step(metrics[step])
    expectSame(look(optimizer), own.seen[step + 1]!, exact, `after step ${step}`)
  }
  expectSame([scheduler.getLastLr()], [own.last], exact, 'getLastLr')
})

describe('state dicts', () => {
  test.each(titled)('$title', own => {
    const { optimizer, scheduler } = setUp(own)
    const other = setUp(own)
    for (let step = 0; step < steps; step++) {
      if (step === own.halved) optimizer.paramGroups[0]!.lr /= 2
      if (step === stateAt) {
        const state = scheduler.stateDict()
        expectLike(state, own.state)
        other.scheduler.loadStateDict(state)
        other.optimizer.loadStateDict(optimizer.stateDict())
        expect(other.scheduler.stateDict()).toEqual(state)
      }
      scheduler.step(metrics[step])
      if (step < stateAt) continue
      other.scheduler.step(metrics[step])
      expect(look(other.optimizer)).toEqual(look(optimizer))
      expect(other.scheduler.getLastLr()).toEqual(scheduler.getLastLr())
    }
  })

  /** What PyTorch's state dict also has must be equal in it. Milestones are counted there, and listed here. */
  function expectLike(actual: SchedulerState, expected: SchedulerState): void {
    for (const [name, value] of Object.entries(expected)) {
      // PyTorch does not count the steps of warm restarts
      if (name === '_step_count' && 'T_cur' in expected) continue
      if (name === 'milestones' || name === '_schedulers' || !(name in actual)) continue
      const wanted =
        value === 'Infinity' ? Number.POSITIVE_INFINITY : value === '-Infinity' ? Number.NEGATIVE_INFINITY : value
      if (typeof wanted === 'number') expect(actual[name], name).toBeCloseTo(wanted, 14)
      else if (!Array.isArray(wanted)) expect(actual[name], name).toEqual(wanted)
    }
    const ours = Object.keys(actual).filter(name => name in expected)
    expect(ours).toEqual(expect.arrayContaining(['last_epoch', '_last_lr']))
    if (Array.isArray(expected['_schedulers'])) {
      const parts = actual['_schedulers'] as SchedulerState[]
      for (const [i, state] of expected['_schedulers'].entries()) expectLike(parts[i]!, state)
    }
  }
})
