import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  AttributeError,
  IndexError,
  KeyError,
  NotImplementedError,
  RuntimeError,
  ValueError,
} from '../../src/errors.js'
import { Module } from '../../src/nn/module.js'
import * as activations from '../../src/nn/modules/activation.js'
import * as otherActivations from '../../src/nn/modules/activationOutOfPlace.js'
import * as convolutions from '../../src/nn/modules/conv.js'
import * as dropouts from '../../src/nn/modules/dropout.js'
import * as flattens from '../../src/nn/modules/flatten.js'
import * as linears from '../../src/nn/modules/linear.js'
import * as losses from '../../src/nn/modules/loss.js'
import { ModuleDict } from '../../src/nn/modules/moduleDict.js'
import { ModuleList } from '../../src/nn/modules/moduleList.js'
import { ParameterDict, ParameterList } from '../../src/nn/modules/parameterList.js'
import { Sequential } from '../../src/nn/modules/sequential.js'
import * as softmaxes from '../../src/nn/modules/softmax.js'
import { Parameter } from '../../src/nn/parameter.js'
import { ones, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { readCases } from './pattern.fixture.js'

const nn = {
  ...activations,
  ...otherActivations,
  ...convolutions,
  ...dropouts,
  ...flattens,
  ...linears,
  ...losses,
  ...softmaxes,
  ModuleDict,
  ModuleList,
  Parameter,
  ParameterDict,
  ParameterList,
  Sequential,
}
const { Conv2d, Linear, ReLU } = nn

describe("printing and state-dict keys are PyTorch's", () => {
  /** The Python expressions of fixtures/losses.py, in TypeScript. */
  const MODULES: Record<string, () => Module> = {
    'nn.Linear(20, 30)': () => new Linear(20, 30),
    'nn.Linear(20, 30, bias=False)': () => new Linear(20, 30, { bias: false }),
    'nn.Identity(54, unused_argument1=0.1)': () => new nn.Identity(54, { unused: 0.1 }),
    'nn.Flatten()': () => new nn.Flatten(),
    'nn.Flatten(2, 3)': () => new nn.Flatten(2, 3),
    'nn.Unflatten(1, (2, 5, 5))': () => new nn.Unflatten(1, [2, 5, 5]),
    'nn.Unflatten(-1, (7,))': () => new nn.Unflatten(-1, [7]),
    'nn.Dropout()': () => new nn.Dropout(),
    'nn.Dropout(0.2, inplace=True)': () => new nn.Dropout(0.2, { inplace: true }),
    'nn.Dropout2d(1e-05)': () => new nn.Dropout2d(1e-5),
    'nn.ReLU(inplace=True)': () => new ReLU({ inplace: true }),
    'nn.ReLU6(inplace=True)': () => new nn.ReLU6({ inplace: true }),
    'nn.LeakyReLU(0.2, inplace=True)': () => new nn.LeakyReLU(0.2, { inplace: true }),
    'nn.LeakyReLU(1e-05)': () => new nn.LeakyReLU(1e-5),
    'nn.ELU(inplace=True)': () => new nn.ELU({ inplace: true }),
    'nn.ELU(2.0)': () => new nn.ELU(2),
    'nn.SELU(inplace=True)': () => new nn.SELU({ inplace: true }),
    'nn.CELU(0.5, inplace=True)': () => new nn.CELU(0.5, { inplace: true }),
    'nn.SiLU(inplace=True)': () => new nn.SiLU({ inplace: true }),
    'nn.Mish(inplace=True)': () => new nn.Mish({ inplace: true }),
    'nn.Hardswish(inplace=True)': () => new nn.Hardswish({ inplace: true }),
    'nn.Hardsigmoid(inplace=True)': () => new nn.Hardsigmoid({ inplace: true }),
    'nn.Hardtanh(-2.0, 2.5, inplace=True)': () => new nn.Hardtanh(-2, 2.5, { inplace: true }),
    'nn.Threshold(0.1, 20, inplace=True)': () => new nn.Threshold(0.1, 20, { inplace: true }),
    'nn.Softmax()': () => new nn.Softmax(),
    'nn.Softmax2d()': () => new nn.Softmax2d(),
    'nn.CrossEntropyLoss(label_smoothing=0.1)': () => new nn.CrossEntropyLoss({ labelSmoothing: 0.1 }),
    "nn.MSELoss(reduction='sum')": () => new nn.MSELoss({ reduction: 'sum' }),
    'nn.BCEWithLogitsLoss()': () => new nn.BCEWithLogitsLoss(),
    'nn.Sequential()': () => new Sequential(),
    'nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 5), nn.Dropout()))': () =>
      new Sequential(new Linear(3, 4), new ReLU(), new Sequential(new Linear(4, 5), new nn.Dropout())),
    "nn.Sequential(OrderedDict([('first', nn.Linear(3, 4)), ('10', nn.ReLU()), ('2', nn.Linear(4, 5))]))": () =>
      new Sequential([
        ['first', new Linear(3, 4)],
        ['10', new ReLU()],
        ['2', new Linear(4, 5)],
      ]),
    'nn.ModuleList([nn.Linear(3, 4), nn.ModuleList([nn.ReLU()])])': () =>
      new ModuleList<Module>([new Linear(3, 4), new ModuleList([new ReLU()])]),
    "nn.ModuleDict({'conv': nn.Conv2d(1, 2, 3), 'act': nn.ReLU()})": () =>
      new ModuleDict({ conv: new Conv2d(1, 2, 3), act: new ReLU() }),
    'nn.ParameterList([nn.Parameter(torch.zeros(3, 4)), nn.Parameter(torch.zeros(5))])': () =>
      new ParameterList([new Parameter(zeros(3, 4)), zeros(5)]),
    "nn.ParameterDict({'left': nn.Parameter(torch.zeros(3, 4)), 'right': nn.Parameter(torch.zeros(5))})": () =>
      new ParameterDict({ left: new Parameter(zeros(3, 4)), right: zeros(5) }),
    'nn.ParameterList([nn.Parameter(torch.zeros(2))])': () => new ParameterList([zeros(2)]),
  }

  const cases = readCases<{ python: string; text: string; keys: string[] }>('print')
  test('all expressions are here', () => {
    expect(Object.keys(MODULES)).toEqual(cases.map(one => one.python))
  })
  test.each(cases.map(one => [one.python, one] as const))('%s', (python, { text, keys }) => {
    const module = MODULES[python]!()
    expect(String(module)).toBe(text)
    expect(Object.keys(module.stateDict())).toEqual(keys)
  })
})

describe('Sequential', () => {
  const make = () => new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2))

  test('calls its modules in order', () => {
    const net = make()
    const x = randn(5, 3)
    const [first, relu, last] = net
    expect(net(x).tolist()).toEqual((last!(relu!(first!(x))) as Tensor).tolist())
    expect(new Sequential()(x) === x).toBe(true)
  })

  test('is indexed, sliced and iterated', () => {
    const net = make()
    expect(net.length).toBe(3)
    expect(net.get(0)).toBeInstanceOf(Linear)
    expect(net.get(-1) === net.get(2)).toBe(true)
    expect([...net].map(module => module.constructor.name)).toEqual(['Linear', 'ReLU', 'Linear'])
    const rest = net.slice(1)
    expect([...rest.namedChildren()].map(([name]) => name)).toEqual(['1', '2'])
    expect(rest.get(1) === net.get(2)).toBe(true)
    expect(net.slice(0, -1).length).toBe(2)
  })

  test('grows and shrinks', () => {
    const net = make()
    expect(net.append(new ReLU()) === net).toBe(true)
    net.extend([new Linear(2, 2), new ReLU()])
    expect(net.length).toBe(6)
    net.insert(1, new nn.Dropout(0.1))
    expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias', '3.weight', '3.bias', '5.weight', '5.bias'])
    expect(net.pop()).toBeInstanceOf(ReLU)
    expect(net.pop(1)).toBeInstanceOf(nn.Dropout)
    expect(net.length).toBe(5)
    net.set(1, new nn.Tanh())
    expect(String(net.get(1))).toBe('Tanh()')
    net.addModule('head', new Linear(2, 1))
    expect(net(ones(2, 3)).shape).toEqual([2, 1])
  })

  test('takes names', () => {
    const net = new Sequential({ conv: new Conv2d(1, 2, 3), relu: new ReLU() })
    expect(Object.keys(net.stateDict())).toEqual(['conv.weight', 'conv.bias'])
    expect(net.getSubmodule('relu')).toBeInstanceOf(ReLU)
    expect(net(zeros(1, 1, 5, 6)).shape).toEqual([1, 2, 3, 4])
    // as in PyTorch, a module that is added gets its number for a name
    expect([...net.append(new ReLU()).namedChildren()].map(([name]) => name)).toEqual(['conv', 'relu', '2'])
  })

  test('a field that is assigned takes the place of the module of that name', () => {
    const net = new Sequential({ body: new Linear(3, 4), head: new Linear(4, 2) })
    Object.assign(net, { head: new Linear(4, 7) })
    expect(net(zeros(1, 3)).shape).toEqual([1, 7])
  })

  test('shared modules print twice and train once', () => {
    const shared = new Linear(3, 3)
    const net = new Sequential(shared, new ReLU(), shared)
    expect(String(net).match(/Linear/g)).toHaveLength(2)
    expect([...net.parameters()]).toHaveLength(2)
    expect(Object.keys(net.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
    expect([...net.children()]).toHaveLength(2)
    expect([...net.namedModules({ removeDuplicate: false })].map(([name]) => name)).toEqual(['', '0', '1', '2'])
  })

  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ['an index beyond the end', () => make().get(3), IndexError, 'index 3 is out of range'],
    ['an index before the start', () => make().get(-4), IndexError, 'index -4 is out of range'],
    ['a fraction', () => make().get(0.5), IndexError, 'index 0.5 is out of range'],
    ['an insertion beyond the end', () => make().insert(4, new ReLU()), IndexError, 'Index out of range: 4'],
    ['what is no module', () => new Sequential(new ReLU(), 1 as never), TypeError, 'number 1 is not a Module subclass'],
    ['a function', () => make().append((() => 0) as never), TypeError, 'Function is not a Module subclass'],
    [
      'a list of modules',
      () => new Sequential([new ReLU()] as never),
      TypeError,
      'sequence element #0 should be a pair [name, module]; is ReLU',
    ],
    [
      'a name with a dot',
      () => new Sequential({ 'a.b': new ReLU() }),
      KeyError,
      `module name can't contain ".", got: a.b`,
    ],
    ['an empty name', () => new Sequential({ '': new ReLU() }), KeyError, `module name can't be empty string ""`],
    [
      'the name of a method',
      () => new Sequential({ forward: new ReLU() }),
      KeyError,
      "attribute 'forward' already exists",
    ],
    [
      'a name of the language',
      () => new Sequential([['__proto__', new ReLU()]]),
      KeyError,
      "attribute '__proto__' already exists",
    ],
    [
      'no iterable',
      () => make().extend(3 as never),
      TypeError,
      'Sequential.extend should be called with an iterable, but got number 3',
    ],
    ['null', () => make().addModule('x', null), TypeError, 'null is not a Module subclass'],
  ])('refuses %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('ModuleList', () => {
  test('holds modules that belong to its owner', () => {
    class Net extends Module {
      layers = new ModuleList([new Linear(3, 3), new Linear(3, 3, { bias: false })])
      override forward(x: Tensor): Tensor {
        for (const layer of this.layers) x = layer(x).relu()
        return x
      }
    }
    const net = new Net()
    expect(net(zeros(2, 3)).shape).toEqual([2, 3])
    expect(Object.keys(net.stateDict())).toEqual(['layers.0.weight', 'layers.0.bias', 'layers.1.weight'])
    net.layers.insert(0, new Linear(3, 3, { bias: false }))
    expect([...net.namedParameters()].map(([name]) => name)).toEqual([
      'layers.0.weight',
      'layers.1.weight',
      'layers.1.bias',
      'layers.2.weight',
    ])
    expect(net.layers.slice(1).length).toBe(2)
    expectTypeOf(net.layers.get(0)).toEqualTypeOf<linears.Linear>()
  })

  test('more than ten modules stay in order', () => {
    const list = new ModuleList(Array.from({ length: 12 }, (_, i) => new Linear(1, i + 1)))
    list.insert(2, new Linear(1, 99))
    expect([...list].map(layer => layer.outFeatures)).toEqual([1, 2, 99, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect([...list.namedChildren()].map(([name]) => name)).toEqual(Array.from({ length: 13 }, (_, i) => String(i)))
  })

  test('cannot be called', () => {
    const list = new ModuleList([new ReLU()])
    expect(() => (list as unknown as (x: Tensor) => void)(ones(1))).toThrow(NotImplementedError)
    expect(() => new ModuleList(3 as never)).toThrow(
      'ModuleList.extend should be called with an iterable, but got number 3',
    )
  })
})

describe('ModuleDict', () => {
  test('keeps the order of adding', () => {
    const dict = new ModuleDict([
      ['b', new ReLU()],
      ['10', new ReLU()],
      ['2', new Linear(3, 4)],
    ])
    expect(dict.keys()).toEqual(['b', '10', '2'])
    dict.set('a', new ReLU()).set('10', new nn.Tanh())
    expect([...dict].map(([name, module]) => `${name} ${module.constructor.name}`)).toEqual([
      'b ReLU',
      '10 Tanh',
      '2 Linear',
      'a ReLU',
    ])
    expect(dict.pop('10')).toBeInstanceOf(nn.Tanh)
    expect([dict.size, dict.has('10'), dict.has('a')]).toEqual([3, false, true])
    expect(Object.keys(dict.stateDict())).toEqual(['2.weight', '2.bias'])
    dict.update(new ModuleDict({ c: new ReLU() })).update({ b: new nn.Tanh() })
    expect(dict.entries().map(([name]) => name)).toEqual(['b', '2', 'a', 'c'])
    dict.clear()
    expect(dict.values()).toEqual([])
  })

  test('knows its types', () => {
    const dict = new ModuleDict({ conv: new Conv2d(1, 2, 3), act: new ReLU() })
    expectTypeOf(dict.get('conv')).toEqualTypeOf<convolutions.Conv2d>()
    expectTypeOf(dict.get('act')(ones(1))).toEqualTypeOf<Tensor>()
    // @ts-expect-error there is no such module
    expect(() => dict.get('pool')).toThrow(KeyError)
    expectTypeOf(new ModuleDict().get).returns.toEqualTypeOf<Module>()
  })

  test('refuses', () => {
    expect(() => new ModuleDict({ keys: new ReLU() })).toThrow("attribute 'keys' already exists")
    // what containers do for themselves takes no names away
    const own = { listOf: new ReLU(), moduleList: new ReLU(), inOrder: new ReLU() }
    expect(Object.keys(new Sequential(own).stateDict())).toEqual([])
    expect(new Sequential(own)(zeros([2])).tolist()).toEqual([0, 0])
    expect([...new ModuleDict(own).keys()]).toEqual(Object.keys(own))
    expect(() => new ModuleDict([['a', new ReLU(), 1]] as never)).toThrow(ValueError)
    expect(() => new ModuleDict(3 as never)).toThrow(
      'ModuleDict.update should be called with an object or an iterable of key/value pairs, but got number 3',
    )
    expect(() => (new ModuleDict() as unknown as () => void)()).toThrow('missing the required "forward" function')
  })
})

describe('ParameterList and ParameterDict', () => {
  test('hold parameters that are trained', () => {
    const list = new ParameterList([zeros(2, 3), new Parameter(zeros(4))])
    list.append(ones(1)).set(0, ones(5))
    expect([list.length, list.get(0).shape, list.get(-1).tolist()]).toEqual([3, [5], [1]])
    expect(Object.keys(list.stateDict())).toEqual(['0', '1', '2'])
    expect([...list].every(parameter => parameter.requiresGrad)).toBe(true)
    expect(() => list.get(3)).toThrow(IndexError)
    expect(() => (list as unknown as () => void)()).toThrow(RuntimeError)
    expect(() => list.append(1 as never)).toThrow('ParameterList holds parameters, but got number 1')
    expect(() => list.extend(ones(2) as never)).toThrow(
      'ParameterList.extend should be called with an iterable, but got Tensor',
    )

    const dict = new ParameterDict({ left: zeros(2) }).set('right', ones(3)).set('left', ones(4))
    expect([...dict].map(([name, { shape }]) => `${name} ${shape}`)).toEqual(['left 4', 'right 3'])
    expect([dict.has('left'), dict.pop('left').shape, dict.size]).toEqual([true, [4], 1])
    expect(() => dict.get('left')).toThrow(KeyError)
    expect(() => (dict as unknown as () => void)()).toThrow('ParameterDict should not be called.')
  })
})

describe('Module', () => {
  class Inner extends Module {
    weight = new Parameter(zeros(2))
    constructor() {
      super()
      this.registerBuffer('running', zeros(3))
      this.registerBuffer('scratch', zeros(4), { persistent: false })
    }
    override forward(x: Tensor): Tensor {
      return x
    }
  }
  class Net extends Module {
    inner = new Inner()
    again = this.inner
    bias = new Parameter(zeros(5))
    override forward(x: Tensor): Tensor {
      return this.inner(x)
    }
  }

  test('lists what belongs to it, with prefixes', () => {
    const net = new Net()
    const names = (entries: Iterable<[string, unknown]>) => [...entries].map(([name]) => name)
    expect(names(net.namedParameters())).toEqual(['bias', 'inner.weight'])
    expect(names(net.namedParameters({ prefix: 'net' }))).toEqual(['net.bias', 'net.inner.weight'])
    expect(names(net.namedParameters({ recurse: false }))).toEqual(['bias'])
    expect(names(net.namedParameters({ removeDuplicate: false }))).toEqual(['bias', 'inner.weight', 'again.weight'])
    expect(names(net.namedBuffers())).toEqual(['inner.running', 'inner.scratch'])
    expect([...net.buffers({ recurse: false })]).toEqual([])
    expect([...net.parameters({ recurse: false })]).toHaveLength(1)
    expect(names(net.namedModules({ prefix: 'net' }))).toEqual(['net', 'net.inner'])
    expect(Object.keys(net.stateDict())).toEqual([
      'bias',
      'inner.weight',
      'inner.running',
      'again.weight',
      'again.running',
    ])
    expect(() => [...net.namedParameters({ recursive: true } as object)]).toThrow(
      "unexpected keyword argument 'recursive'",
    )
  })

  test('finds by path', () => {
    const net = new Net()
    expect(net.getSubmodule('') === net).toBe(true)
    expect(net.getSubmodule('inner') === net.inner).toBe(true)
    expect(net.getParameter('inner.weight') === net.inner.weight).toBe(true)
    expect(net.getBuffer('again.running').shape).toEqual([3])
    for (const [call, message] of [
      [() => net.getSubmodule('outer'), 'Net has no attribute `outer`'],
      [() => net.getSubmodule('inner.weight'), '`weight` is not an nn.Module'],
      [() => net.getParameter('inner.bias'), 'Inner has no attribute `bias`'],
      [() => net.getParameter('inner.running'), '`running` is not an nn.Parameter'],
      [() => net.getBuffer('inner.weight'), '`weight` is not a buffer'],
    ] as const) {
      expect(call).toThrow(AttributeError)
      expect(call).toThrow(message)
    }
  })

  test('takes members by name', () => {
    const net = new Net()
    net.addModule('head', new Linear(2, 3))
    net.registerModule('tail', new ReLU())
    net.registerParameter('scale', new Parameter(ones(1)))
    net.registerParameter('scale', null)
    net.registerBuffer('mask', null)
    net.registerBuffer('mask', ones(2))
    expect(Object.keys(net.stateDict()).filter(key => /^(head|scale|mask)/.test(key))).toEqual([
      'mask',
      'head.weight',
      'head.bias',
    ])
    for (const [call, kind, message] of [
      [() => net.registerBuffer('a.b', null), KeyError, `buffer name can't contain "."`],
      [() => net.registerParameter('', null), KeyError, `parameter name can't be empty string ""`],
      [() => net.registerParameter('inner', null), KeyError, "attribute 'inner' already exists"],
      [() => net.addModule('forward', new ReLU()), KeyError, "attribute 'forward' already exists"],
      [() => net.addModule('x', 3 as never), TypeError, 'number 3 is not a Module subclass'],
      [
        () => net.registerParameter('x', ones(1) as never),
        TypeError,
        "cannot assign Tensor to parameter 'x' (torch.nn.Parameter or None required)",
      ],
      [
        () => net.registerBuffer('x', 3 as never),
        TypeError,
        "cannot assign number 3 to buffer 'x' (torch Tensor or None required)",
      ],
      [() => net.addModule(3 as never, new ReLU()), TypeError, 'module name should be a string. Got number 3'],
    ] as const) {
      expect(call).toThrow(kind)
      expect(call).toThrow(message)
    }
  })

  test('visits and switches all modules below it', () => {
    const seen: string[] = []
    const net = new Sequential(new Linear(2, 2), new Sequential(new ReLU()))
    net.apply(module => seen.push(module.constructor.name))
    expect(seen).toEqual(['Linear', 'ReLU', 'Sequential', 'Sequential'])
    class Frozen extends Linear {
      override train(): this {
        return super.train(false)
      }
    }
    const mixed = new Sequential(new Frozen(1, 1), new nn.Dropout())
    expect([...mixed.train().modules()].map(module => module.training)).toEqual([true, false, true])
    expect(() => net.train(1 as never)).toThrow('training mode is expected to be boolean, but got 1')
  })
})

test('a Sequential calls what it gives when somebody goes through it', () => {
  class AddOne extends Module {
    forward(x: Tensor): Tensor {
      return x.add(1)
    }
  }
  class Twice extends Module {
    forward(x: Tensor): Tensor {
      return x.mul(2)
    }
  }
  class Backwards extends Sequential {
    override *[Symbol.iterator]() {
      yield* [...super[Symbol.iterator]()].reverse()
    }
  }
  class WithoutTwice extends Sequential {
    override *moduleEntries() {
      for (const entry of super.moduleEntries()) if (!(entry[1] instanceof Twice)) yield entry
    }
  }
  expect(new Sequential(new AddOne(), new Twice())(ones(1)).tolist()).toEqual([4])
  expect(new Backwards(new AddOne(), new Twice())(ones(1)).tolist()).toEqual([3])
  expect(new WithoutTwice(new AddOne(), new Twice())(ones(1)).tolist()).toEqual([2])
})
