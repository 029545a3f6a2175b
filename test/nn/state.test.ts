import { describe, expect, test } from 'vitest'
import { nn, noGrad, ones, type Tensor, tensor, zeros } from '../../src/index.js'

class Counter extends nn.Module {
  weight = new nn.Parameter(ones(2))
  inner = new nn.Conv1d(1, 1, 1)

  constructor() {
    super()
    this.registerBuffer('count', tensor([3], { dtype: 'int64' }))
    this.registerBuffer('cache', ones(1), { persistent: false })
    this.registerBuffer('nothing', null)
  }

  override forward(x: Tensor): Tensor {
    return x
  }
}

const dump = (module: nn.Module) => Object.entries(module.stateDict()).map(([name, value]) => [name, value.tolist()])

describe('stateDict', () => {
  test('has parameters and persistent buffers, and no fields without a tensor', () => {
    expect(Object.keys(new Counter().stateDict())).toEqual(['weight', 'count', 'inner.weight', 'inner.bias'])
    expect(Object.keys(new nn.Conv1d(1, 1, 1, { bias: false }).stateDict())).toEqual(['weight'])
  })

  test('shares memory with the module, and is off the tape', () => {
    const module = new Counter()
    const { weight } = module.stateDict() as { weight: Tensor }
    expect(weight.requiresGrad).toBe(false)
    noGrad(() => module.weight.mul_(5))
    expect(weight.tolist()).toEqual([5, 5])
  })

  test('a field set to null is gone, one assigned later is there', () => {
    const module = new Counter()
    module.inner.bias = null
    const grown = Object.assign(module, { extra: new nn.Parameter(zeros(1)) })
    expect(Object.keys(grown.stateDict())).toEqual(['weight', 'extra', 'count', 'inner.weight'])
  })
})

describe('loadStateDict', () => {
  test('copies: later changes of the source do not count', () => {
    const [module, source] = [new Counter(), new Counter().stateDict()]
    const changed = { ...source, weight: tensor([7, 8]) }
    module.loadStateDict(changed)
    changed.weight.zero_()
    expect(module.weight.tolist()).toEqual([7, 8])
  })

  test('takes a tensor of one dimension for a scalar, as files from before PyTorch 0.4 have it', () => {
    const norm = new nn.BatchNorm2d(2)
    norm.loadStateDict({ ...norm.stateDict(), num_batches_tracked: tensor([5], { dtype: 'int64' }) })
    expect(norm.stateDict().num_batches_tracked!.item()).toBe(5)
    const none = { ...norm.stateDict(), num_batches_tracked: zeros(0, { dtype: 'int64' }) }
    expect(() => norm.loadStateDict(none)).toThrow('size mismatch for num_batches_tracked')
  })

  test('keeps the parameters and their settings, and converts to their dtype', () => {
    const module = new Counter()
    const { weight } = module
    weight.requiresGrad = false
    const state = { ...module.stateDict(), weight: tensor([1.5, 2.5], { dtype: 'float64' }), count: tensor([9]) }
    module.loadStateDict(state)
    expect(module.weight).toBe(weight)
    expect([weight.dtype, weight.requiresGrad, weight.isLeaf]).toEqual(['float32', false, true])
    expect(weight.tolist()).toEqual([1.5, 2.5])
    expect(module.stateDict().count!.dtype).toBe('int64')
  })

  test('also into parameters that require gradients, and through views', () => {
    const module = new Counter()
    const rows = tensor([
      [1, 2],
      [3, 4],
    ])
    module.loadStateDict({ ...module.stateDict(), weight: rows.t().select(0, 1) })
    expect(module.weight.tolist()).toEqual([2, 4])
    expect(module.weight.requiresGrad).toBe(true)
  })

  test('its own state changes nothing', () => {
    const module = new Counter()
    const before = dump(module)
    module.loadStateDict(module.stateDict())
    expect(dump(module)).toEqual(before)
  })

  test('tells what was missing and unexpected', () => {
    const module = new Counter()
    const result = module.loadStateDict({ weight: ones(2), cache: ones(1) }, { strict: false })
    expect(result.missingKeys).toEqual(['count', 'inner.weight', 'inner.bias'])
    expect(result.unexpectedKeys).toEqual(['cache'])
  })

  test.each([
    ['a number', 5, 'received number 5'],
    ['an array', [1, 2], 'received an array'],
    ['null', null, 'received null'],
    ['a typed array', new Float32Array(2), 'received Float32Array'],
  ])('%s is no tensor: refused with its name', (_, value, text) => {
    const state = { ...new Counter().stateDict(), weight: value as unknown as Tensor }
    expect(() => new Counter().loadStateDict(state)).toThrow(
      `While copying the parameter named "weight", expected torch.Tensor or Tensor-like object from checkpoint but ${text}`,
    )
  })

  test.each([
    ['null', null],
    ['a Map', new Map()],
    ['a list', []],
    ['text', 'weight'],
  ])('%s is no state dict', (_, state) => {
    expect(() => new Counter().loadStateDict(state as unknown as nn.StateDict)).toThrow(TypeError)
  })

  test('a module may complete what an older file has', () => {
    class Renamed extends Counter {
      override completeStateDict(state: nn.StateDict, prefix: string): void {
        state[`${prefix}weight`] ??= state[`${prefix}scale`]!
        delete state[`${prefix}scale`]
      }
    }
    const net = new nn.Sequential(new Counter(), new Renamed())
    const old = { ...net.stateDict(), '1.scale': tensor([4, 5]) }
    Reflect.deleteProperty(old, '1.weight')
    net.loadStateDict(old)
    expect((net.get(1) as Renamed).weight.tolist()).toEqual([4, 5])
    expect(Object.keys(old)).toContain('1.scale')
  })

  test('unknown options are refused', () => {
    const options = { strikt: false } as { strict?: boolean }
    expect(() => new Counter().loadStateDict({}, options)).toThrow("unexpected keyword argument 'strikt'")
  })

  test('names of object properties are names like any other', () => {
    const module = new nn.Sequential(new nn.ReLU())
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      const result = module.loadStateDict({ [name]: ones(1) }, { strict: false })
      expect(result.unexpectedKeys).toEqual([name])
    }
    expect(module.loadStateDict({}).missingKeys).toEqual([])
    const keys = JSON.parse('{"__proto__": 1}') as nn.StateDict
    expect(() => module.loadStateDict(keys)).toThrow('Unexpected key(s) in state_dict: "__proto__"')
  })

  test('shared parameters are in it under each name, and the last one counts', () => {
    class Tied extends nn.Module {
      a = new nn.Conv1d(1, 1, 1, { bias: false })
      b = this.a
      override forward(x: Tensor): Tensor {
        return this.b(this.a(x))
      }
    }
    const tied = new Tied()
    tied.loadStateDict({ 'a.weight': tensor([[[1]]]), 'b.weight': tensor([[[2]]]) })
    expect(tied.a.weight.tolist()).toEqual([[[2]]])
    expect([...tied.namedParameters()].map(([name]) => name)).toEqual(['a.weight'])
  })
})
