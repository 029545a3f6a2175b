/**
 * What a user of PyTorch may pass by mistake, or expects without saying it.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Linear } from '../../src/nn/modules/linear.js'
import { Parameter } from '../../src/nn/parameter.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import {
  Adam,
  AdamW,
  CosineAnnealingLR,
  clipGradNorm_,
  clipGradValue_,
  OneCycleLR,
  type Optimizer,
  SequentialLR,
  SGD,
  StepLR,
} from '../../src/optim/index.js'

const parameter = () => {
  const own = new Parameter(tensor([1, 2]))
  own.grad = tensor([3, 4])
  return own
}
const sgd = () => new SGD([parameter()], { lr: 1, momentum: 0.9 })
const step = (optimizer: Optimizer) => new StepLR(optimizer, { stepSize: 1 })

test.each<[string, () => unknown, string]>([
  ['a module for its parameters', () => new SGD(new Linear(2, 3) as never), 'got Linear; pass its parameters()'],
  ['a tensor as a group', () => sgd().addParamGroup(parameter() as never), 'param_group must be an object'],
  ['a list as a group', () => sgd().addParamGroup([parameter()] as never), 'param_group must be an object'],
  ['a setting that is none', () => sgd().addParamGroup({ params: [], rate: 1 } as never), "argument 'rate'"],
  ['a number for a closure', () => sgd().step(3 as never), 'closure must be a function, but got number 3'],
  [
    'no options',
    () => new StepLR(sgd(), undefined as never),
    'StepLR(): options must be an object with stepSize, gamma',
  ],
  ['a number by position', () => new StepLR(sgd(), 30 as never), 'but got number 30'],
  ['no options', () => new CosineAnnealingLR(sgd(), undefined as never), 'options must be an object with tMax, etaMin'],
  ['no options', () => new OneCycleLR(sgd(), undefined as never), 'OneCycleLR(): options must be an object with maxLr'],
  ['no options', () => new SequentialLR(sgd(), undefined as never), 'options must be an object with schedulers'],
  [
    'an unknown option',
    () => {
      const optimizer = sgd()
      return new SequentialLR(optimizer, { schedulers: [step(optimizer)], milestones: [], verbose: true } as never)
    },
    "SequentialLR() got an unexpected keyword argument 'verbose'",
  ],
  [
    'a module to clip',
    () => clipGradNorm_(new Linear(2, 3) as never, 1),
    'clipGradNorm(): parameters must be a Tensor',
  ],
  ['a number to clip', () => clipGradValue_([3 as never], 1), 'iterable of Tensors, but got number 3'],
])('%s is refused by name (%#)', (_, make, message) => {
  expect(make).toThrow(message)
})

test('gradients of any tensors are clipped: not only of leaves, and of sets', () => {
  const leaf = parameter()
  const product = leaf.mul(2)
  product.retainGrad()
  product
    .mul(tensor([3, 4]))
    .sum()
    .backward()
  expect(clipGradNorm_([product], 1).item()).toBe(5)
  expect(product.grad!.norm().item()).toBeCloseTo(1, 5)
  expect(clipGradNorm_(new Set([parameter()]), 10).item()).toBe(5)
  expect(clipGradNorm_(new Linear(2, 3).namedParameters(), 1).item()).toBe(0)
})

test('SGD has a learning rate of its own', () => {
  expect(new SGD([parameter()]).paramGroups[0]!.lr).toBe(1e-3)
})

test('lists are printed as Python prints them', () => {
  expect(String(new Adam([parameter()]))).toContain('betas: (0.9, 0.999)\n')
})

describe('whether weight decay is decoupled is in the states of PyTorch 2.7', () => {
  const stateOf = (optimizer: Optimizer, decoupled: boolean) => {
    optimizer.step()
    const { state, param_groups } = optimizer.stateDict()
    return { state, param_groups: param_groups.map(group => ({ ...group, decoupled_weight_decay: decoupled })) }
  }

  test('and loads where it fits', () => {
    new Adam([parameter()]).loadStateDict(stateOf(new Adam([parameter()]), false))
    new AdamW([parameter()]).loadStateDict(stateOf(new AdamW([parameter()]), true))
  })

  test('and is refused where it does not', () => {
    expect(() => new Adam([parameter()]).loadStateDict(stateOf(new AdamW([parameter()]), true))).toThrow(
      'decoupled_weight_decay of group 0 is boolean true, and that of Adam is false',
    )
    expect(() => new AdamW([parameter()]).loadStateDict(stateOf(new Adam([parameter()]), false))).toThrow(
      'and that of AdamW is true',
    )
  })
})

describe('a scheduler that steps before its optimizer', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.resetModules()
  })

  // anew each time: a warning is given once
  async function warnings(use: (optimizer: SGD, makeScheduler: typeof step) => void): Promise<unknown[]> {
    vi.resetModules()
    const optim = await import('../../src/optim/index.js')
    const { Parameter: Own } = await import('../../src/nn/parameter.js')
    const { tensor: make } = await import('../../src/ops/creation/fromData.js')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    use(
      new optim.SGD([new Own(make([1]))], { lr: 1 }) as never,
      o => new optim.StepLR(o as never, { stepSize: 1 }) as never,
    )
    return warn.mock.calls.flat()
  }

  test('is warned of, once', async () => {
    const found = await warnings((optimizer, makeScheduler) => {
      makeScheduler(optimizer).step()
      makeScheduler(optimizer).step()
    })
    expect(found).toEqual([expect.stringContaining('Detected call of `scheduler.step()` before `optimizer.step()`')])
  })

  test('the right order is not, nor is a scheduler that goes on from a state', async () => {
    const found = await warnings((optimizer, makeScheduler) => {
      const scheduler = makeScheduler(optimizer)
      optimizer.step()
      scheduler.step()
      scheduler.step()
    })
    expect(found).toEqual([])
    const resumed = await warnings((optimizer, makeScheduler) => {
      const scheduler = makeScheduler(optimizer)
      scheduler.loadStateDict({ ...scheduler.stateDict(), _step_count: 5, last_epoch: 4 })
      scheduler.step()
    })
    expect(resumed).toEqual([])
  })
})
