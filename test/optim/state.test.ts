/**
 * Optimizers' state dicts: PyTorch's structure, going on from one to the bit, and refusing what does not fit.
 */
import { describe, expect, test } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { Adam, type Optimizer, type OptimizerState, SGD } from '../../src/optim/index.js'
import { contiguousData } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { type Kind, makeOptimizer, OPTIMIZERS, tensorIn } from './support.js'

const KINDS = Object.keys(OPTIMIZERS) as Kind[]

/** Settings that make each optimizer keep everything it can keep. */
const FULL: Record<Kind, object> = {
  SGD: { lr: 0.1, momentum: 0.9, weightDecay: 0.01 },
  Adam: { lr: 0.1, amsgrad: true },
  AdamW: { lr: 0.1, amsgrad: true },
  RMSprop: { lr: 0.1, momentum: 0.5, centered: true },
}

/** An entry of each optimizer's states. */
const KEPT: Record<Kind, string> = {
  SGD: 'momentum_buffer',
  Adam: 'exp_avg',
  AdamW: 'max_exp_avg_sq',
  RMSprop: 'grad_avg',
}

function setUp(kind: Kind, dtype: DType = 'float32', options: object = FULL[kind]) {
  const params = [[1, 2, 3, 4, 5, 6], [7], [8, 9]].map((values, i) =>
    tensorIn('strided', values, i === 0 ? [2, 3] : [values.length], dtype).requiresGrad_(),
  )
  const groups = [{ params: params.slice(0, 2) }, { params: params.slice(2), lr: 0.3 }]
  return { params, optimizer: makeOptimizer(kind, groups, options) }
}

/** One step; the second parameter has no gradient before step 2. */
function step({ params, optimizer }: { params: readonly Tensor[]; optimizer: Optimizer }, index: number): void {
  params.forEach((parameter, i) => {
    const values = Array.from({ length: parameter.numel() }, (_, k) => Math.sin(index * 7 + i * 3 + k))
    parameter.grad = i === 1 && index < 2 ? null : tensorIn('contiguous', values, parameter.shape, parameter.dtype)
  })
  optimizer.step()
}

const bits = (params: readonly Tensor[]): unknown =>
  params.map(parameter => Array.from(contiguousData(parameter) as Float32Array))

describe.each(KINDS)('%s', kind => {
  test.each(['float32', 'float64', 'float16', 'bfloat16', 'complex64'] as const)('goes on to the bit, in %s', dtype => {
    const [whole, first] = [setUp(kind, dtype), setUp(kind, dtype)]
    for (let i = 0; i < 6; i++) step(whole, i)
    for (let i = 0; i < 3; i++) step(first, i)
    const second = setUp(kind, dtype)
    second.params.forEach((parameter, i) => {
      parameter.detach().copy_(first.params[i]!.detach())
    })
    second.optimizer.loadStateDict(first.optimizer.stateDict())
    for (let i = 3; i < 6; i++) step(second, i)
    expect(bits(second.params)).toEqual(bits(whole.params))
    // and without the state it would not
    const without = setUp(kind, dtype)
    without.params.forEach((parameter, i) => {
      parameter.detach().copy_(first.params[i]!.detach())
    })
    for (let i = 3; i < 6; i++) step(without, i)
    expect(bits(without.params)).not.toEqual(bits(whole.params))
  })

  test('the state is empty before the first step, and can be loaded', () => {
    const { optimizer } = setUp(kind)
    const state = optimizer.stateDict()
    expect(state.state).toEqual({})
    const other = setUp(kind)
    step(other, 0)
    other.optimizer.loadStateDict(state)
    expect(other.optimizer.state.size).toBe(0)
  })

  test.each(['float64', 'float16'] as const)('follows its parameters to %s', dtype => {
    const [own, other] = [setUp(kind), setUp(kind, dtype)]
    step(own, 0)
    for (const parameter of own.params) {
      const converted = parameter.detach().to(dtype)
      parameter.setData(converted)
    }
    // loading a state gives it the parameters' dtype, too
    other.params.forEach((parameter, i) => {
      parameter.detach().copy_(own.params[i]!.detach())
    })
    other.optimizer.loadStateDict(own.optimizer.stateDict())
    step(own, 1)
    step(other, 1)
    expect(own.optimizer.state.get(own.params[0]!)![KEPT[kind]]!.dtype).toBe(dtype)
    expect(bits(own.params)).toEqual(bits(other.params))
  })

  test('loading copies', () => {
    const [own, other] = [setUp(kind), setUp(kind)]
    step(own, 0)
    other.optimizer.loadStateDict(own.optimizer.stateDict())
    const before = JSON.stringify(other.optimizer.stateDict())
    step(own, 1)
    expect(JSON.stringify(other.optimizer.stateDict())).toBe(before)
  })
})

test("the structure and the spelling are PyTorch's", () => {
  const { optimizer, params } = setUp('Adam', 'float32', { lr: 0.1, weightDecay: 0.5 })
  step({ optimizer, params }, 0)
  const { state, param_groups } = optimizer.stateDict()
  expect(param_groups).toEqual([
    { lr: 0.1, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.5, amsgrad: false, maximize: false, params: [0, 1] },
    { lr: 0.3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.5, amsgrad: false, maximize: false, params: [2] },
  ])
  expect(Object.entries(state).map(([number, own]) => [number, Object.keys(own)])).toEqual([
    ['0', ['exp_avg', 'exp_avg_sq', 'step']],
    ['2', ['exp_avg', 'exp_avg_sq', 'step']],
  ])
  const { step: steps, exp_avg } = state['0'] as Record<string, Tensor>
  expect([steps!.item(), steps!.shape, steps!.dtype]).toEqual([1, [], 'float32'])
  expect(exp_avg!.shape).toEqual([2, 3])
})

describe('loading', () => {
  const like = (...values: number[]) => tensor(values)

  test('takes what PyTorch 1 and 2 write: other numbers, switches between implementations, None, counts as numbers', () => {
    const params = [tensor([1, 2], { requiresGrad: true }), tensor([3], { requiresGrad: true })]
    const adam = new Adam(params, { lr: 1 })
    adam.loadStateDict({
      state: {
        11: { step: 5, exp_avg: like(1, 2), exp_avg_sq: like(3, 4) },
        10: { step: tensor([7]), exp_avg: like(5), exp_avg_sq: like(6) },
      },
      param_groups: [
        {
          lr: 0.25,
          betas: [0.5, 0.6],
          eps: 1e-3,
          weight_decay: 0.1,
          amsgrad: false,
          foreach: null,
          maximize: true,
          capturable: false,
          differentiable: false,
          fused: null,
          initial_lr: 0.75,
          params: [11, 10],
        },
      ],
    })
    const { params: kept, ...settings } = adam.paramGroups[0]!
    expect(kept.map((parameter, i) => parameter === params[i])).toEqual([true, true])
    expect(settings).toEqual({
      lr: 0.25,
      betas: [0.5, 0.6],
      eps: 1e-3,
      weightDecay: 0.1,
      amsgrad: false,
      maximize: true,
      initialLr: 0.75,
    })
    expect(adam.state.get(params[1]!)!['step']!.item()).toBe(7)
    expect(adam.state.get(params[0]!)!['exp_avg']!.tolist()).toEqual([1, 2])

    const sgd = new SGD(params, { lr: 1 })
    const group = { lr: 2, momentum: 0, dampening: 0, weight_decay: 0, nesterov: false, params: [0, 1] }
    sgd.loadStateDict({ state: { 0: { momentum_buffer: null }, 1: {} }, param_groups: [group] })
    // `maximize` is not in the states of older versions
    expect(sgd.paramGroups[0]!.maximize).toBe(false)
    expect(sgd.stateDict().state).toEqual({})
  })

  test("gives the state the parameter's dtype", () => {
    const parameter = tensor([1, 2], { dtype: 'float64', requiresGrad: true })
    const optimizer = new SGD([parameter], { lr: 1, momentum: 0.5 })
    optimizer.loadStateDict({
      state: { 0: { momentum_buffer: like(1, 2) } },
      param_groups: optimizer.stateDict().param_groups,
    })
    expect(optimizer.state.get(parameter)!['momentum_buffer']!.dtype).toBe('float64')
  })

  test('keeps the groups themselves, which somebody may hold, and the names of parameters', () => {
    const optimizer = new SGD([['w', tensor([1], { requiresGrad: true })]], { lr: 1 })
    const [group] = optimizer.paramGroups
    group!.initialLr = 5
    const state = new SGD([tensor([1], { requiresGrad: true })], { lr: 0.125 }).stateDict()
    optimizer.loadStateDict(state)
    expect(optimizer.paramGroups[0]).toBe(group)
    expect([group!.lr, group!.initialLr, group!.paramNames]).toEqual([0.125, undefined, ['w']])
  })

  const good = (): OptimizerState => {
    const own = setUp('Adam')
    step(own, 5)
    return own.optimizer.stateDict()
  }
  type Change = (state: OptimizerState) => unknown
  const group =
    (change: (group: Record<string, unknown>) => void): Change =>
    state =>
      change(state.param_groups[0]!)
  const entry =
    (change: (own: Record<string, unknown>) => void): Change =>
    state =>
      change(state.state['0']!)

  test.each<[string, Change, string]>([
    ['no groups', state => Reflect.deleteProperty(state, 'param_groups'), 'is { state, param_groups }'],
    ['a state that is a list', state => Object.assign(state, { state: [] }), 'is { state, param_groups }'],
    [
      'another number of groups',
      state => state.param_groups.pop(),
      'loaded state dict has a different number of parameter groups',
    ],
    [
      'another size of a group',
      group(own => Object.assign(own, { params: [0] })),
      "contains a parameter group that doesn't match the size of optimizer's group",
    ],
    ['a parameter twice', group(own => Object.assign(own, { params: [0, 0] })), 'lists parameter 0 twice'],
    [
      'numbers that are none',
      group(own => Object.assign(own, { params: [0, '1'] })),
      'params of group 0 must be whole numbers',
    ],
    [
      'a group that is none',
      state => Object.assign(state.param_groups, [null]),
      'params of group 0 must be whole numbers, but got undefined',
    ],
    ['a negative rate', group(own => Object.assign(own, { lr: -1 })), 'Invalid learning rate: -1'],
    ['a rate that is text', group(own => Object.assign(own, { lr: '1' })), 'lr must be a number, but got string 1'],
    ['bad betas', group(own => Object.assign(own, { betas: [0.5, 2] })), 'Invalid beta parameter at index 1: 2'],
    [
      'a nested setting',
      group(own => Object.assign(own, { extra: { a: 1 } })),
      'extra of group 0 must be a plain value',
    ],
    [
      'a setting that reaches for the prototype',
      group(own => Object.defineProperty(own, '__proto__', { value: 1, enumerable: true })),
      '"__proto__"',
    ],
    [
      'a parameter that no group lists',
      state => Object.assign(state.state, { 9: {} }),
      'has a state for 9, which no group lists',
    ],
    [
      'a missing entry',
      entry(own => Reflect.deleteProperty(own, 'exp_avg_sq')),
      'state of parameter 0 has no exp_avg_sq',
    ],
    [
      "another optimizer's entry",
      entry(own => Object.assign(own, { square_avg: like(1) })),
      'square_avg, which Adam does not keep',
    ],
    [
      'a null where a tensor must be',
      entry(own => Object.assign(own, { exp_avg: null })),
      'exp_avg of parameter 0 must be a Tensor, but got null',
    ],
    [
      'another shape',
      entry(own => Object.assign(own, { exp_avg: like(1, 2) })),
      "size mismatch for exp_avg of parameter 0: its shape is [2], the parameter's shape is [2, 3]",
    ],
    [
      'integers',
      entry(own => Object.assign(own, { exp_avg: (own['exp_avg'] as Tensor).to('int32') })),
      'exp_avg of parameter 0 is int32',
    ],
    [
      'complex numbers',
      entry(own => Object.assign(own, { exp_avg: (own['exp_avg'] as Tensor).to('complex64') })),
      'exp_avg of parameter 0 is complex64',
    ],
    [
      'a step that is no count',
      entry(own => Object.assign(own, { step: tensor(1.5) })),
      'step in state of parameter 0 must be a whole number, but got 1.5',
    ],
    [
      'many steps',
      entry(own => Object.assign(own, { step: like(1, 2) })),
      'step in state of parameter 0 must be a whole number',
    ],
    [
      'an entry that is none',
      state => Object.assign(state.state, { 0: 3 }),
      'state of parameter 0 must be an object, but got number 3',
    ],
  ])('refuses %s, and changes nothing then', (_, change, message) => {
    const own = setUp('Adam')
    step(own, 0)
    const before = JSON.stringify(own.optimizer.stateDict())
    const state = good()
    change(state)
    expect(() => own.optimizer.loadStateDict(state)).toThrow(message)
    expect(JSON.stringify(own.optimizer.stateDict())).toBe(before)
    // the state was fine before the change
    own.optimizer.loadStateDict(good())
    expect(JSON.stringify(own.optimizer.stateDict())).not.toBe(before)
  })

  test('refuses the state of another optimizer', () => {
    const own = setUp('SGD')
    step(own, 0)
    expect(() => setUp('Adam').optimizer.loadStateDict(own.optimizer.stateDict())).toThrow(ValueError)
    expect(() => setUp('Adam').optimizer.loadStateDict(null as never)).toThrow(TypeError)
  })
})
