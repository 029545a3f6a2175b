/**
 * What schedulers refuse, and the state dicts they do not load.
 */
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/ops/creation/fromData.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import {
  Adam,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  Optimizer,
  ReduceLROnPlateau,
  type Scheduler,
  SequentialLR,
  SGD,
  StepLR,
} from '../../src/optim/index.js'

const sgd = () => new SGD([{ params: zeros(1, { requiresGrad: true }) }, { params: zeros(1), lr: 0.2 }], { lr: 0.1 })
const adam = () => new Adam([zeros(1)], { lr: 0.1 })

/** An optimizer of somebody's own, without momentum or betas. */
class Plain extends Optimizer {
  constructor() {
    super([zeros(1)], { lr: 1 }, { settings: { lr: { check: () => undefined } }, state: {} })
  }
  protected override update(): void {}
}

describe('refuses', () => {
  test.each<[string, () => unknown, string]>([
    ['no optimizer', () => new StepLR({} as never, { stepSize: 1 }), 'Object is not an Optimizer'],
    ['a missing option', () => new StepLR(sgd(), {} as never), "StepLR() missing the required option 'stepSize'"],
    ['an unknown option', () => new ExponentialLR(sgd(), { gamma: 1, verbose: true } as never), "'verbose'"],
    ['no steps', () => new StepLR(sgd(), { stepSize: 0 }), 'Expected positive integer step_size, but got 0'],
    ['a gamma that is text', () => new StepLR(sgd(), { stepSize: 1, gamma: '1' as never }), 'gamma must be a number'],
    [
      'milestones that are none',
      () => new MultiStepLR(sgd(), { milestones: 3 as never }),
      'milestones must be an array',
    ],
    ['a broken milestone', () => new MultiStepLR(sgd(), { milestones: [1.5] }), 'integer milestones, but got 1.5'],
    ['a factor of 0', () => new ConstantLR(sgd(), { factor: 0 }), 'Constant multiplicative factor expected'],
    ['a factor above 1', () => new LinearLR(sgd(), { startFactor: 1.5 }), 'Starting multiplicative factor expected'],
    [
      'an end below 0',
      () => new LinearLR(sgd(), { endFactor: -1 }),
      'Ending multiplicative factor expected to be between 0 and 1',
    ],
    ['no function', () => new LambdaLR(sgd(), { lrLambda: 3 as never }), 'lrLambda must be a function'],
    ['too few functions', () => new LambdaLR(sgd(), { lrLambda: [() => 1] }), 'Expected 2 lr_lambdas, but got 1'],
    [
      'half a period',
      () => new CosineAnnealingLR(sgd(), { tMax: 2.5 }),
      'Expected positive integer T_max, but got 2.5',
    ],
    ['no period', () => new CosineAnnealingWarmRestarts(sgd(), { t0: 0 }), 'Expected positive integer T_0, but got 0'],
    [
      'falling periods',
      () => new CosineAnnealingWarmRestarts(sgd(), { t0: 1, tMult: 0 }),
      'Expected integer T_mult >= 1, but got 0',
    ],
    [
      'no cycle',
      () => new OneCycleLR(sgd(), { maxLr: 1 }),
      'You must define either total_steps OR (epochs AND steps_per_epoch)',
    ],
    ['half a cycle', () => new OneCycleLR(sgd(), { maxLr: 1, epochs: 2 }), 'You must define either total_steps'],
    [
      'an empty cycle',
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 0 }),
      'Expected positive integer total_steps, but got 0',
    ],
    [
      'empty epochs',
      () => new OneCycleLR(sgd(), { maxLr: 1, epochs: 2, stepsPerEpoch: 0 }),
      'Expected positive integer steps_per_epoch, but got 0',
    ],
    [
      'a start beyond the end',
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9, pctStart: 1.1 }),
      'Expected float between 0 and 1 pct_start, but got 1.1',
    ],
    [
      'a start without a step',
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 10, pctStart: 0.1 }),
      'leaves no step to rise in',
    ],
    [
      'another curve',
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9, annealStrategy: 'poly' as never }),
      "anneal_strategy must by one of 'cos' or 'linear', instead got poly",
    ],
    [
      'too few rates',
      () => new OneCycleLR(sgd(), { maxLr: [1], totalSteps: 9 }),
      'expected 2 values for max_lr, got 1',
    ],
    [
      'no momentum to cycle',
      () => new OneCycleLR(new Plain(), { maxLr: 1, totalSteps: 9 }),
      'optimizer must support momentum with `cycle_momentum` option enabled',
    ],
    ['a factor of 1', () => new ReduceLROnPlateau(sgd(), { factor: 1 }), 'Factor should be < 1.0.'],
    ['another mode', () => new ReduceLROnPlateau(sgd(), { mode: 'mean' as never }), 'mode mean is unknown!'],
    [
      'another threshold',
      () => new ReduceLROnPlateau(sgd(), { thresholdMode: 'x' as never }),
      'threshold mode x is unknown!',
    ],
    ['too few bounds', () => new ReduceLROnPlateau(sgd(), { minLr: [1] }), 'expected 2 values for min_lr, got 1'],
    [
      'resuming what never started',
      () => new StepLR(sgd(), { stepSize: 1, lastEpoch: 3 }),
      "param 'initial_lr' is not specified in param_groups[0] when resuming an optimizer",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })

  test('sequences that do not fit together', () => {
    const optimizer = sgd()
    const parts = () => [new StepLR(optimizer, { stepSize: 1 }), new ExponentialLR(optimizer, { gamma: 0.5 })]
    const make = (schedulers: unknown, milestones: number[]) => () =>
      new SequentialLR(optimizer, { schedulers: schedulers as never, milestones })
    expect(make(parts(), [])).toThrow('got number of schedulers 2 and the number of milestones to be equal to 0')
    expect(make([...parts(), new StepLR(sgd(), { stepSize: 1 })], [1, 2])).toThrow(
      'got schedulers at index 2 to be different',
    )
    expect(make([...parts(), ...parts()], [1, 3, 2])).toThrow('milestones must be rising, but got [1, 3, 2]')
    expect(make([], [])).toThrow('schedulers must be a list of schedulers')
    expect(make([new ReduceLROnPlateau(optimizer)], [])).toThrow(
      'scheduler 0 must be an LRScheduler, but got ReduceLROnPlateau',
    )
  })

  test('a step beyond the cycle', () => {
    const scheduler = new OneCycleLR(adam(), { maxLr: 1, totalSteps: 4 })
    for (let step = 0; step < 4; step++) scheduler.step()
    expect(() => scheduler.step()).toThrow('Tried to step 6 times. The specified number of total steps is 4')
  })
})

test('without momentum to cycle, if it is not asked to', () => {
  const optimizer = new Plain()
  new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 9, cycleMomentum: false })
  expect(optimizer.paramGroups[0]).not.toHaveProperty('momentum')
})

test('the metric of a plateau may be a tensor', () => {
  const optimizer = sgd()
  const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 })
  scheduler.step(tensor([2]))
  expect(scheduler.best).toBe(2)
  scheduler.step(tensor(3))
  expect(scheduler.getLastLr()).toEqual([0.05, 0.1])
  expect(() => scheduler.step('low' as never)).toThrow('the metric must be a number, but got string low')
})

test('resuming without a state dict goes on from the rates that are set', () => {
  const whole = sgd()
  const scheduler = new LinearLR(whole, { totalIters: 8 })
  for (let step = 0; step < 3; step++) scheduler.step()
  const rest = sgd()
  rest.loadStateDict(whole.stateDict())
  // making a scheduler makes a step
  const resumed = new LinearLR(rest, { totalIters: 8, lastEpoch: scheduler.lastEpoch })
  scheduler.step()
  expect(resumed.getLastLr()).toEqual(scheduler.getLastLr())
})

describe('state dicts that do not fit are refused, and change nothing', () => {
  const make: Record<string, () => Scheduler> = {
    step: () => new StepLR(sgd(), { stepSize: 3 }),
    cosine: () => new CosineAnnealingWarmRestarts(sgd(), { t0: 3 }),
    plateau: () => new ReduceLROnPlateau(sgd(), { minLr: [0.1, 0.2] }),
    sequence: () => {
      const optimizer = sgd()
      const schedulers = [new StepLR(optimizer, { stepSize: 2 }), new LinearLR(optimizer)]
      return new SequentialLR(optimizer, { schedulers, milestones: [4] })
    },
  }
  test.each<[string, Record<string, unknown> | null, string]>([
    ['step', null, 'a state dict must be an object, but got null'],
    ['step', { gamma: undefined }, 'StepLR: the loaded state dict has no gamma'],
    ['step', { step_size: -3 }, 'Expected positive integer step_size, but got -3'],
    ['step', { last_epoch: 1.5 }, 'last_epoch must be a whole number'],
    [
      'step',
      { base_lrs: [1, 2, 3] },
      'base_lrs in the loaded state dict has 3 entries, and the optimizer has 2 groups',
    ],
    ['step', { _last_lr: ['1', 2] }, '_last_lr must be a number, but got string 1'],
    ['step', JSON.parse('{"__proto__": 1}') as Record<string, unknown>, '"__proto__"'],
    ['cosine', { T_cur: null }, 'T_cur must be a whole number'],
    ['plateau', { best: 'low' }, 'best must be a number, but got string low'],
    ['plateau', { min_lrs: [] }, 'min_lrs in the loaded state dict has 0 entries'],
    ['sequence', { _milestones: [1, 2] }, 'number of milestones to be equal to 2'],
    ['sequence', { _schedulers: [] }, '_schedulers must be 2 state dicts'],
    ['sequence', { _schedulers: [{}, {}] }, 'StepLR: the loaded state dict has no step_size'],
  ])('%s %j', (kind, change, message) => {
    const scheduler = make[kind]!()
    const state = scheduler.stateDict()
    const bad: unknown = change && Object.fromEntries([...Object.entries(state), ...Object.entries(change)])
    expect(() => scheduler.loadStateDict(bad as never)).toThrow(message)
    expect(scheduler.stateDict()).toEqual(state)
    scheduler.loadStateDict(state)
  })

  test('that of another kind of scheduler', () => {
    expect(() => make['step']!().loadStateDict(make['plateau']!().stateDict())).toThrow(
      'StepLR: the loaded state dict has no',
    )
  })

  test('functions are not in the state, and stay', () => {
    const scheduler = new LambdaLR(sgd(), { lrLambda: epoch => 1 / (epoch + 1) })
    scheduler.step()
    const state = JSON.parse(JSON.stringify(scheduler.stateDict()))
    expect(state).not.toHaveProperty('lr_lambda')
    const other = new LambdaLR(sgd(), { lrLambda: [epoch => 1 / (epoch + 1), () => 3] })
    other.loadStateDict(state)
    other.step()
    expect(other.getLastLr()).toEqual([0.1 / 3, 0.2 * 3])
  })
})

test('a sequence may begin with warm restarts', () => {
  const optimizer = new SGD([zeros(1)], { lr: 0.1 })
  const schedulers = [
    new CosineAnnealingWarmRestarts(optimizer, { t0: 4 }),
    new ExponentialLR(optimizer, { gamma: 0.9 }),
  ]
  const sequence = new SequentialLR(optimizer, { schedulers, milestones: [5] })
  const lrs = Array.from({ length: 7 }, () => {
    const { lr } = optimizer.paramGroups[0]!
    optimizer.step()
    sequence.step()
    return lr.toFixed(4)
  })
  // by PyTorch 1.13
  expect(lrs).toEqual(['0.1000', '0.0854', '0.0500', '0.0146', '0.1000', '0.1000', '0.0900'])
})
