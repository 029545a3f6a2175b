/**
 * What all optimizers share: which parameters they take, groups, gradients, closures.
 */
import { describe, expect, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import { ValueError } from '../../src/errors.js'
import { Module } from '../../src/nn/module.js'
import { Parameter } from '../../src/nn/parameter.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { Adam, AdamW, type Optimizer, RMSprop, SGD } from '../../src/optim/index.js'
import { contiguousData } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { viewOf } from '../../src/tensor/tensor.js'
import { makeOptimizer, OPTIMIZERS } from './support.js'

class Pair extends Module {
  first = new Parameter(tensor([1, 2]))
  second = new Parameter(tensor([3]))
  override forward(): Tensor {
    return this.first.mul(this.first).sum().add(this.second.sum())
  }
}

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })
const withGradient = (parameter: Tensor, ...values: number[]): Tensor => {
  parameter.grad = tensor(values, { dtype: parameter.dtype })
  return parameter
}
/** A gradient that could not be assigned: it became another tensor afterwards. */
const withMisfit = (parameter: Tensor, data: Tensor): Tensor => {
  parameter.grad = parameter.detach().clone()
  parameter.grad.setData(data)
  return parameter
}
const none = { lr: 0.1 }

describe('parameters', () => {
  test.each([
    ['a generator of parameters', () => new Pair().parameters()],
    ['named parameters', () => new Pair().namedParameters()],
    ['an array', () => [...new Pair().parameters()]],
    ['one group', () => [{ params: new Pair().parameters() }]],
    ['two groups', () => [{ params: leaf(1, 2) }, { params: [leaf(3)], lr: 0.5 }]],
    ['a group with names', () => [{ params: new Pair().namedParameters() }]],
  ])('%s', (_, params) => {
    const optimizer = new SGD(params(), none)
    expect(optimizer.paramGroups.flatMap(group => group.params.map(p => p.tolist()))).toEqual([[1, 2], [3]])
  })

  test('names are kept and go into the state dict', () => {
    const optimizer = new SGD(new Pair().namedParameters(), none)
    expect(optimizer.paramGroups[0]!.paramNames).toEqual(['first', 'second'])
    expect(optimizer.stateDict().param_groups[0]!['param_names']).toEqual(['first', 'second'])
    expect(() => new SGD([['a', leaf(1)], leaf(2)] as never, none)).toThrow('Some param names are missing')
  })

  const mul = () => leaf(1).mul(2)
  test.each<[string, () => unknown, string]>([
    ['a tensor', () => leaf(1), 'should be an iterable of Tensors or dicts, but got'],
    ['a module', () => new Pair(), 'should be an iterable of Tensors or dicts, but got'],
    ['nothing', () => [], 'optimizer got an empty parameter list'],
    ['numbers', () => [1, 2], 'optimizer can only optimize Tensors, but one of the params is number 1'],
    ['a computed tensor', () => [mul()], "can't optimize a non-leaf Tensor"],
    ['a computed tensor in a group', () => [{ params: mul() }], "can't optimize a non-leaf Tensor"],
    ['a set', () => [{ params: new Set([leaf(1)]) }], 'the ordering of tensors in sets will change between runs'],
    ['a group and a tensor', () => [{ params: [leaf(1)] }, leaf(2)], 'mixed'],
    ['a group without parameters', () => [{ lr: 1 }], "a parameter group's params must be Tensors, but got undefined"],
  ])('refuses %s', (_, params, message) => {
    expect(() => new SGD(params() as never, none)).toThrow(message)
  })

  test('refuses a parameter that stands in two groups, or twice in one', () => {
    const shared = leaf(1)
    const groups = [{ params: [shared] }, { params: [leaf(2), shared] }]
    expect(() => new SGD(groups, none)).toThrow(
      new ValueError('some parameters appear in more than one parameter group'),
    )
    expect(() => new SGD([shared, shared], none)).toThrow('a parameter group with duplicate parameters')
    const optimizer = new SGD([shared], none)
    expect(() => optimizer.addParamGroup({ params: shared })).toThrow('more than one parameter group')
    expect(optimizer.paramGroups.length).toBe(1)
  })
})

describe('settings', () => {
  test.each<[string, () => unknown, string]>([
    ['SGD', () => new SGD([leaf(1)], { lr: -1 }), 'Invalid learning rate: -1'],
    ['SGD', () => new SGD([leaf(1)], { lr: Number.NaN }), 'lr=NaN'],
    ['SGD', () => new SGD([leaf(1)], { lr: '1' as never }), 'lr must be a number, but got string 1'],
    ['SGD', () => new SGD([leaf(1)], { lr: 1, momentum: -0.5 }), 'Invalid momentum value: -0.5'],
    ['SGD', () => new SGD([leaf(1)], { lr: 1, weightDecay: -2 }), 'Invalid weight_decay value: -2'],
    [
      'SGD',
      () => new SGD([leaf(1)], { lr: 1, nesterov: true }),
      'Nesterov momentum requires a momentum and zero dampening',
    ],
    ['SGD', () => new SGD([leaf(1)], { lr: 1, nesterov: true, momentum: 1, dampening: 0.1 }), 'Nesterov'],
    ['SGD', () => new SGD([{ params: leaf(1), lr: -3 }], { lr: 1 }), 'Invalid learning rate: -3'],
    ['SGD', () => new SGD([leaf(1)], { lr: 1, maximise: true } as never), "unexpected keyword argument 'maximise'"],
    ['SGD', () => new SGD([{ params: leaf(1), rate: 1 } as never], { lr: 1 }), "unexpected keyword argument 'rate'"],
    ['Adam', () => new Adam([leaf(1)], { lr: -1 }), 'Invalid learning rate: -1'],
    ['Adam', () => new Adam([leaf(1)], { eps: -1 }), 'Invalid epsilon value: -1'],
    ['Adam', () => new Adam([leaf(1)], { betas: [1, 0.9] }), 'Invalid beta parameter at index 0: 1'],
    ['Adam', () => new Adam([leaf(1)], { betas: [0.9, -0.1] }), 'Invalid beta parameter at index 1: -0.1'],
    ['Adam', () => new Adam([leaf(1)], { betas: [0.9] as never }), 'betas must be two numbers, but got [0.9]'],
    ['AdamW', () => new AdamW([leaf(1)], { weightDecay: -1 }), 'Invalid weight_decay value: -1'],
    ['AdamW', () => new AdamW([leaf(1)], { amsgrad: 1 as never }), 'amsgrad must be true or false, but got number 1'],
    ['RMSprop', () => new RMSprop([leaf(1)], { alpha: -1 }), 'Invalid alpha value: -1'],
    ['RMSprop', () => new RMSprop([leaf(1)], { momentum: -1 }), 'Invalid momentum value: -1'],
  ])('%s refuses what it cannot have (%#)', (_, make, message) => {
    expect(make).toThrow(message)
  })

  test("defaults are PyTorch's, and a group's own settings go before the optimizer's", () => {
    expect(new Adam([leaf(1)]).defaults).toEqual({
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
    })
    expect(new AdamW([leaf(1)]).defaults.weightDecay).toBe(0.01)
    const optimizer = new RMSprop([{ params: leaf(1) }, { params: leaf(2), lr: 5, alpha: undefined }], { lr: 3 })
    expect(optimizer.paramGroups.map(({ lr, alpha }) => [lr, alpha])).toEqual([
      [3, 0.99],
      [5, 0.99],
    ])
  })

  test('a rate needs no default where every group has its own', () => {
    expect(new SGD([{ params: leaf(1), lr: 2 }]).paramGroups[0]!.lr).toBe(2)
  })

  test('the lists of defaults are not shared between groups', () => {
    const optimizer = new Adam([{ params: leaf(1) }, { params: leaf(2) }])
    const own = optimizer.paramGroups[0]!.betas as unknown as number[]
    own[0] = 0.1
    expect(optimizer.paramGroups[1]!.betas).toEqual([0.9, 0.999])
    expect(new Adam([leaf(1)]).paramGroups[0]!.betas).toEqual([0.9, 0.999])
  })

  test('printing lists the settings as PyTorch does', () => {
    const optimizer = new SGD([{ params: leaf(1) }, { params: leaf(2), lr: 0.5 }], { lr: 0.1, weightDecay: 0.01 })
    const group = (index: number, lr: number) => `
Parameter Group ${index}
    dampening: 0
    lr: ${lr}
    maximize: false
    momentum: 0
    nesterov: false
    weight_decay: 0.01
`
    expect(String(optimizer)).toBe(`SGD (${group(0, 0.1)}${group(1, 0.5)})`)
  })
})

describe('step', () => {
  test('changes what has a gradient, and leaves the rest alone', () => {
    const [moved, left] = [withGradient(leaf(1, 2), 1, -1), leaf(5)]
    const optimizer = new SGD([moved, left], { lr: 0.5 })
    expect(optimizer.step()).toBeUndefined()
    expect([moved.tolist(), left.tolist()]).toEqual([[0.5, 2.5], [5]])
    expect(optimizer.state.has(left)).toBe(false)
    // what schedulers change
    optimizer.paramGroups[0]!.lr = 1
    optimizer.step()
    expect(moved.tolist()).toEqual([-0.5, 3.5])
  })

  test('runs a closure with recording, wherever it is called, and returns its loss', () => {
    const module = new Pair()
    const optimizer = new SGD(module.parameters(), { lr: 0.1 })
    const loss = noGrad(() =>
      optimizer.step(() => {
        optimizer.zeroGrad()
        const own = module()
        own.backward()
        return own
      }),
    )
    expect(loss.item()).toBe(8)
    expect(module.second.item()).toBeCloseTo(2.9)
  })

  test('counts as a change: a backward that needs the old parameter is refused', () => {
    const weight = leaf(2)
    const output = weight.mul(weight).sum()
    withGradient(weight, 1)
    const { version } = weight.storage
    new SGD([weight], none).step()
    expect(weight.storage.version).toBe(version + 1)
    expect(() => output.backward()).toThrow('modified by an inplace operation')
    // and nothing was put on the tape
    expect(weight.isLeaf).toBe(true)
  })

  test('updates are seen through views, and the elements beside a view are left alone', () => {
    const memory = tensor([1, 2, 3, 4, 5, 6])
    const view = viewOf(memory, [2], [3], 1)
    view.requiresGrad = true
    withGradient(view, 1, 1)
    new SGD([view], { lr: 1 }).step()
    expect(memory.tolist()).toEqual([1, 1, 3, 4, 4, 6])
  })

  test.each([...Object.keys(OPTIMIZERS)] as (keyof typeof OPTIMIZERS)[])(
    '%s treats complex numbers as pairs of reals',
    kind => {
      const values = [0.5, -1, 2, 0.25]
      const slopes = [1, -0.5, 0, 3]
      const options = kind === 'RMSprop' || kind === 'SGD' ? { lr: 0.1, momentum: 0.9 } : { lr: 0.1, amsgrad: true }
      const run = (dtype: DType) => {
        const made = (list: number[]) =>
          tensor(Float32Array.from(list), { dtype, shape: dtype === 'float32' ? [4] : [2] })
        const parameter = made(values).requiresGrad_()
        const optimizer = makeOptimizer(kind, [parameter], { ...options, weightDecay: 0.1 })
        for (let step = 1; step < 4; step++) {
          parameter.grad = made(slopes.map(slope => slope * step))
          optimizer.step()
        }
        return Array.from(contiguousData(parameter) as Float32Array)
      }
      expect(run('complex64')).toEqual(run('float32'))
    },
  )

  test('a gradient of another float dtype is converted', () => {
    const parameter = leaf(1)
    withMisfit(parameter, tensor([0.5], { dtype: 'float64' }))
    new SGD([parameter], { lr: 1 }).step()
    expect(parameter.tolist()).toEqual([0.5])
    expect(parameter.dtype).toBe('float32')
  })

  test('refuses a gradient that does not fit, and an expanded parameter, before anything is changed', () => {
    const fine = withGradient(leaf(1), 1)
    const optimizers = (bad: Tensor): Optimizer[] => [
      new SGD([fine, bad], { lr: 1, momentum: 0.9 }),
      new Adam([fine, bad]),
    ]
    const shape = withMisfit(leaf(1, 2), tensor([1, 2, 3]))
    const complex = withMisfit(leaf(1), tensor([{ re: 1, im: 2 }]))
    const expanded = tensor([1]).expand(3)
    expanded.requiresGrad = true
    withGradient(expanded, 1, 2, 3)
    for (const [bad, message] of [
      [shape, 'a parameter of shape [2] has a gradient of shape [3]'],
      [complex, 'a parameter of dtype float32 has a gradient of dtype complex64'],
      [expanded, 'more than one element of the written-to tensor refers to a single memory location'],
    ] as const) {
      for (const optimizer of optimizers(bad)) {
        expect(() => optimizer.step()).toThrow(message)
        expect(optimizer.state.size).toBe(0)
      }
    }
    expect(fine.tolist()).toEqual([1])
  })

  test('tensors without elements, and without dimensions', () => {
    const empty = zeros(0, 3, { requiresGrad: true })
    empty.grad = zeros(0, 3)
    const scalar = tensor(2, { requiresGrad: true })
    scalar.grad = tensor(1)
    new Adam([empty, scalar], { lr: 0.5 }).step()
    expect(scalar.item()).toBeCloseTo(1.5)
  })
})

describe('zeroGrad', () => {
  test('forgets the gradients', () => {
    const parameter = withGradient(leaf(1), 3)
    const optimizer = new SGD([parameter, leaf(2)], none)
    expect(() => optimizer.zeroGrad({ setToZero: true } as never)).toThrow("unexpected keyword argument 'setToZero'")
    optimizer.zeroGrad()
    expect(parameter.grad).toBeNull()
  })

  test('with setToNone false keeps them as zeros, the same tensors', () => {
    const [parameter, other] = [withGradient(leaf(1, 2), 3, 4), leaf(2)]
    const { grad } = parameter
    new SGD([parameter, other], none).zeroGrad({ setToNone: false })
    expect(parameter.grad).toBe(grad)
    expect(grad!.tolist()).toEqual([0, 0])
    expect(other.grad).toBeNull()
  })

  test('takes a gradient that is on the tape off it', () => {
    const weight = leaf(2)
    weight.mul(weight).mul(weight).sum().backward(null, { createGraph: true })
    expect(weight.grad!.requiresGrad).toBe(true)
    new SGD([weight], none).zeroGrad({ setToNone: false })
    expect([weight.grad!.requiresGrad, weight.grad!.tolist()]).toEqual([false, [0]])
  })
})
