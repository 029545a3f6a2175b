/**
 * Parameter groups that are added after the scheduler was made, as in fine-tuning layer by layer. The numbers are those
 * of PyTorch 1.13: SGD with a group at 0.1, one step, a second group at 0.3, eight steps.
 */
import { describe, expect, test } from 'vitest'
import { Parameter } from '../../src/nn/parameter.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  ReduceLROnPlateau,
  type Scheduler,
  SGD,
  StepLR,
} from '../../src/optim/index.js'

const parameter = () => new Parameter(zeros([2]))
const make = () => new SGD([parameter()], { lr: 0.1, momentum: 0.9 })

describe.each<[string, (optimizer: SGD) => Scheduler & { step(): void }, number[], number[]]>([
  [
    'LambdaLR',
    o => new LambdaLR(o, { lrLambda: epoch => 0.5 ** epoch }),
    [0.025, 0.0125, 0.00625, 0.003125, 0.0015625, 0.00078125, 0.000390625, 0.0001953125],
    [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3],
  ],
  [
    'CosineAnnealingLR',
    o => new CosineAnnealingLR(o, { tMax: 3 }),
    [0.025, 0, 0.025, 0.075, 0.1, 0.075, 0.025, 0],
    [0.1, 0, 0, 0, 0, 0, 0, 0],
  ],
  [
    'CosineAnnealingWarmRestarts',
    o => new CosineAnnealingWarmRestarts(o, { t0: 3 }),
    [0.025, 0.1, 0.075, 0.025, 0.1, 0.075, 0.025, 0.1],
    [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3],
  ],
  [
    'StepLR',
    o => new StepLR(o, { stepSize: 3 }),
    [0.1, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.0001],
    [0.3, 0.03, 0.03, 0.03, 0.003, 0.003, 0.003, 0.0003],
  ],
  [
    'MultiStepLR',
    o => new MultiStepLR(o, { milestones: [2, 4] }),
    [0.01, 0.01, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001],
    [0.03, 0.03, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003],
  ],
  [
    'ExponentialLR',
    o => new ExponentialLR(o, { gamma: 0.9 }),
    [0.081, 0.0729, 0.06561, 0.059049, 0.0531441, 0.04782969, 0.043046721, 0.0387420489],
    [0.27, 0.243, 0.2187, 0.19683, 0.177147, 0.1594323, 0.14348907, 0.129140163],
  ],
  [
    'LinearLR',
    o => new LinearLR(o, { startFactor: 0.5 }),
    [0.07, 0.08, 0.09, 0.1, 0.1, 0.1, 0.1, 0.1],
    [0.35, 0.4, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5],
  ],
  [
    'ConstantLR',
    o => new ConstantLR(o, { factor: 0.5 }),
    [0.05, 0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1],
    [0.3, 0.3, 0.3, 0.6, 0.6, 0.6, 0.6, 0.6],
  ],
])('%s', (_, makeScheduler, first, second) => {
  test('gives the learning rates that PyTorch gives', () => {
    const optimizer = make()
    const scheduler = makeScheduler(optimizer)
    optimizer.step()
    scheduler.step()
    optimizer.addParamGroup({ params: [parameter()], lr: 0.3 })
    first.forEach((lr, i) => {
      scheduler.step()
      expect(optimizer.paramGroups[0]!.lr).toBeCloseTo(lr, 12)
      expect(optimizer.paramGroups[1]!.lr).toBeCloseTo(second[i]!, 12)
      expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map(group => group.lr))
    })
  })

  test('goes on from its state', () => {
    const optimizer = make()
    const scheduler = makeScheduler(optimizer)
    optimizer.step()
    optimizer.addParamGroup({ params: [parameter()], lr: 0.3 })
    scheduler.step()
    const [state, optimizerState] = [scheduler.stateDict(), optimizer.stateDict()]
    scheduler.step()

    const other = new SGD([{ params: parameter() }, { params: parameter(), lr: 0.3 }], { lr: 0.1, momentum: 0.9 })
    const resumed = makeScheduler(other)
    resumed.loadStateDict(state)
    other.loadStateDict(optimizerState)
    resumed.step()
    expect(resumed.getLastLr()).toEqual(scheduler.getLastLr())
  })
})

test('OneCycleLR says what such a group lacks, and follows one that has it', () => {
  const optimizer = make()
  const scheduler = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10 })
  optimizer.step()
  optimizer.addParamGroup({ params: [parameter()], lr: 0.3, maxLr: 2 })
  const message =
    'OneCycleLR: parameter group 1 was added after the scheduler was made: add it with initialLr, minLr, baseMomentum, maxMomentum'
  expect(() => scheduler.step()).toThrow(message)

  const second = make()
  const follower = new OneCycleLR(second, { maxLr: 1, totalSteps: 10 })
  second.step()
  const { initialLr, minLr, baseMomentum, maxMomentum } = second.paramGroups[0]!
  second.addParamGroup({ params: [parameter()], maxLr: 1, initialLr, minLr, baseMomentum, maxMomentum })
  follower.step()
  expect(second.paramGroups[1]!.lr).toBe(second.paramGroups[0]!.lr)
  expect(second.paramGroups[1]!.momentum).toBe(second.paramGroups[0]!.momentum)
})

describe('ReduceLROnPlateau', () => {
  test('reduces it too, down to the bound that was given for all', () => {
    const optimizer = make()
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, minLr: 0.02 })
    optimizer.addParamGroup({ params: [parameter()], lr: 0.3 })
    for (const loss of [1, 2, 3]) scheduler.step(loss)
    expect(scheduler.getLastLr()).toEqual([0.02, 0.02])
  })

  test('asks for one bound for all where each group had its own', () => {
    const optimizer = make()
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, minLr: [0.02] })
    optimizer.addParamGroup({ params: [parameter()], lr: 0.3 })
    scheduler.step(1)
    expect(() => scheduler.step(2)).toThrow('The number of param groups in the `optimizer` (2) differs from when')
  })
})
