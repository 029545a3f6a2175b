/**
 * Modules as PyTorch has them (fixtures/modules.py): what comes after a seed to the bit, and every name and text.
 */
import { describe, expect, test } from 'vitest'
import { type DType, manualSeed, nn, noGrad, ones, rand, type Tensor, zeros } from '../../src/index.js'
import { values } from '../property/support/numbers.js'
import { type Expected, fixture, pattern } from './support/pattern.js'

type Options = Readonly<Record<string, unknown>>

interface Built {
  readonly class: keyof typeof CLASSES
  readonly args: readonly unknown[]
  readonly options: Options
  readonly state: Readonly<Record<string, Expected>>
}

interface Fixture {
  readonly weights: readonly (Built & { dtype: DType; text: string; after: Expected })[]
  readonly lazy: readonly (Built & {
    input: number[]
    before: string
    after: string
    becomes: string
    output: number[]
  })[]
  readonly inits: readonly {
    readonly function: string
    readonly args: readonly number[]
    readonly options: Options
    readonly dtype: DType
    readonly values: Expected
    readonly after: Expected
  }[]
  readonly refusedInits: readonly {
    readonly function: string
    readonly args: readonly number[]
    readonly options: Options
    readonly shape: readonly number[]
    readonly message: string
  }[]
  readonly gains: readonly (readonly [string, number] | readonly [string, number, number])[]
  readonly names: {
    readonly texts: readonly string[]
    readonly state: readonly string[]
    readonly parameters: readonly string[]
    readonly buffers: readonly string[]
    readonly modules: readonly string[]
    readonly children: readonly string[]
    readonly sharedChildren: readonly string[]
    readonly apply: readonly string[]
    readonly dtypes: Readonly<Record<string, DType>>
  }
  readonly loading: {
    readonly kept: string
    readonly lenient: readonly string[]
    readonly refused: readonly string[]
    readonly refusedLenient: string
  }
  readonly sizes: readonly {
    readonly rank: 1 | 2 | 3
    readonly input: readonly number[]
    readonly kernel: number | readonly number[]
    readonly options: Options
    readonly size: readonly number[]
    readonly output?: readonly number[]
    readonly refused?: string
  }[]
}

const DATA = fixture<Fixture>('modules.json')
const {
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  LeakyReLU,
  Module,
  ReLU,
  Sequential,
} = nn
const { LazyConv1d, LazyConv2d, LazyConv3d, LazyConvTranspose1d, LazyConvTranspose2d, LazyConvTranspose3d } = nn
const PLAIN = { Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d }
const LAZY = { LazyConv1d, LazyConv2d, LazyConv3d, LazyConvTranspose1d, LazyConvTranspose2d, LazyConvTranspose3d }
const CLASSES = { ...PLAIN, ...LAZY }

/** "output_padding" to "outputPadding". */
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const camelKeys = (options: Options) =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]))

function expectSame(found: Tensor, expected: Expected): void {
  expect(found.shape).toEqual(expected.shape)
  expect(values(found)).toEqual(expected.data)
}

/** Normal numbers come through a logarithm and a cosine: within 2 units in the last place, as golden/data/README.md says. */
function expectNormal(found: Tensor, expected: Expected): void {
  const unit = found.dtype === 'float64' ? 2 ** -52 : found.dtype === 'bfloat16' ? 2 ** -7 : 2 ** -23
  expect(found.shape).toEqual(expected.shape)
  const far = values(found).filter((value, i) => !(Math.abs(value - expected.data[i]!) <= 2 * unit * Math.abs(value)))
  expect(far).toEqual([])
}

function expectState(module: nn.Module, expected: Readonly<Record<string, Expected>>): void {
  const state = module.stateDict()
  expect(Object.keys(state)).toEqual(Object.keys(expected))
  for (const [name, value] of Object.entries(expected)) expectSame(state[name]!, value)
}

/** Constructors and functions called with what the fixture says: no types there. */
type Loose<R> = (...args: unknown[]) => R
const make = (name: keyof typeof CLASSES, args: readonly unknown[], options: object) =>
  Reflect.construct(CLASSES[name], [...args, options]) as InstanceType<(typeof CLASSES)['Conv2d']>

describe('initial weights, to the bit', () => {
  test.each(DATA.weights.map((one, i) => [`${one.text} ${one.dtype}`, i] as const))('%s', (_, i) => {
    const { class: name, args, options, dtype, text, state, after } = DATA.weights[i]!
    manualSeed(100 + i)
    const module = make(name, args, { ...camelKeys(options), dtype })
    expectSame(rand(2), after)
    expect(String(module)).toBe(text)
    expectState(module, state)
  })
})

describe('lazy modules', () => {
  test.each(DATA.lazy.map((one, i) => [one.before, i] as const))('%s', (_, i) => {
    const { class: name, args, options, input, before, after, becomes, state, output } = DATA.lazy[i]!
    manualSeed(200 + i)
    const module = make(name, args, camelKeys(options))
    expect(String(module)).toBe(before)
    expect(module(pattern(1, input, 'float32')).shape).toEqual(output)
    expect(String(module)).toBe(after)
    expect(module.constructor).toBe(PLAIN[becomes as keyof typeof PLAIN])
    expectState(module, state)
  })
})

/** Our name and arguments of an initialisation: Kaiming's are an options object. */
function initialise(name: string, tensor: Tensor, args: readonly number[], options: Options): Tensor {
  const own = nn.init[camel(name) as keyof typeof nn.init] as Loose<Tensor>
  return name.startsWith('kaiming') ? own(tensor, options) : own(tensor, ...args)
}

describe('initialisations', () => {
  const titles = DATA.inits.map(
    (one, i) => [one.function, JSON.stringify([one.values.shape, one.args, one.options]), i] as const,
  )

  test.each(titles)('%s %s', (_name, _arguments, i) => {
    const one = DATA.inits[i]!
    manualSeed(300 + i)
    const tensor = zeros([...one.values.shape], { dtype: one.dtype })
    expect(initialise(one.function, tensor, one.args, one.options)).toBe(tensor)
    if (one.function.includes('normal_') && one.function !== 'trunc_normal_') expectNormal(tensor, one.values)
    else expectSame(tensor, one.values)
    expectSame(rand(2), one.after)
  })

  test.each(DATA.refusedInits.map(one => [one.message, one] as const))('%s', (message, one) => {
    const tensor = zeros([...one.shape])
    const [, text] = message.split(': ')
    expect(() => initialise(one.function, tensor, one.args, one.options)).toThrow(text)
  })

  test.each(DATA.gains.map(row => [row.slice(0, -1), row.at(-1)] as const))(
    'gain of %j is %f',
    ([name, param], gain) => {
      expect(nn.init.calculateGain(name as 'relu', param as number | undefined)).toBe(gain)
    },
  )
})

class Block extends Module {
  conv: nn.Conv2d
  scale: nn.Parameter
  act = new ReLU()

  constructor(channels: number) {
    super()
    this.conv = new Conv2d(channels, channels, 3, { padding: 1, bias: false })
    this.scale = new nn.Parameter(ones(channels))
    this.registerBuffer('seen', zeros(2))
    this.registerBuffer('passing', zeros(1), { persistent: false })
  }

  override forward(x: Tensor): Tensor {
    return x
  }
}

class Net extends Module {
  first = new Conv2d(3, 4, [3, 5], { stride: [2, 1] })
  temperature = new nn.Parameter(ones([]))
  blocks = new Sequential(new Block(4), new Sequential(new Block(4), new LeakyReLU(0.1)), new Sequential())
  tied = this.first
  last = new ConvTranspose2d(4, 3, 2)

  constructor() {
    super()
    this.last.bias = this.first.bias
  }

  override forward(x: Tensor): Tensor {
    return x
  }

  override extraRepr(): string {
    return 'size=small'
  }
}

class Noted extends Module {
  override forward(): void {}

  override extraRepr(): string {
    return 'one\ntwo'
  }
}

describe('names and texts', () => {
  const { names } = DATA
  const net = new Net()
  const shared = new ReLU()
  const keys = (entries: Iterable<readonly [string, unknown]>) => Array.from(entries, ([name]) => name)

  test('modules print as in PyTorch', () => {
    const alone = new Sequential(
      new Sequential(new Sequential(new ReLU())),
      new Noted(),
      new Sequential(new Noted(), new ReLU()),
    )
    const modules = [net, alone, new Sequential(shared, shared), new Sequential(), new Noted()]
    expect(modules.map(String)).toEqual(names.texts)
  })

  test('parameters, buffers and modules have the names and the order of PyTorch', () => {
    expect(Object.keys(net.stateDict())).toEqual(names.state)
    expect(keys(net.namedParameters())).toEqual(names.parameters)
    expect(keys(net.namedBuffers())).toEqual(names.buffers)
    expect(keys(net.namedModules())).toEqual(names.modules)
    expect(keys(net.namedChildren())).toEqual(names.children)
    expect(keys(new Sequential(shared, shared).namedChildren())).toEqual(names.sharedChildren)
    const parameters = [...net.parameters()]
    expect(Array.from(net.namedParameters(), ([, one], i) => one === parameters[i])).not.toContain(false)
  })

  test('apply visits children first, each module as often as it is reached', () => {
    const order: string[] = []
    net.apply(module => {
      order.push(module.constructor.name)
    })
    expect(order).toEqual(names.apply)
  })

  test('to() converts parameters and buffers, those of shared modules once', () => {
    const moved = new Net().double()
    moved.first.to('bfloat16')
    const found = Object.entries(moved.stateDict()).map(([name, value]) => [name, value.dtype])
    expect(Object.fromEntries(found)).toEqual(names.dtypes)
  })
})

describe('loading states that do not fit', () => {
  const { loading } = DATA
  const model = () => new Sequential(new Conv1d(2, 3, 2), new Sequential(new Conv1d(3, 1, 1, { bias: false })))
  const full = model().stateDict()
  const { '0.bias': _bias, '1.0.weight': _weight, ...without } = full
  const extra = { ...full, '1.zzz': zeros(1), '2.weight': zeros(1), x: zeros(1) }
  const both = { ...without, 'other.weight': zeros(1) }
  const wrong = { ...full, '0.weight': zeros(3, 2, 3), '1.0.weight': zeros(1) }
  const { '0.bias': _, ...everything } = { ...wrong, x: zeros(1) } as nn.StateDict

  function text(call: () => unknown): string {
    try {
      call()
    } catch (error) {
      return String(error)
    }
    return 'not refused'
  }

  test('a full one is taken', () => expect(String(model().loadStateDict(full))).toBe(loading.kept))

  test('without strict, what is missing or unexpected is told', () => {
    const found = [without, extra, both].map(state => String(model().loadStateDict(state, { strict: false })))
    expect(found).toEqual(loading.lenient)
  })

  test('with strict, refused in the words of PyTorch', () => {
    const found = [without, extra, both, wrong, everything].map(state => text(() => model().loadStateDict(state)))
    expect(found).toEqual(loading.refused)
  })

  test('wrong sizes are refused without strict, too', () => {
    expect(text(() => model().loadStateDict(everything, { strict: false }))).toBe(loading.refusedLenient)
  })

  test('a refused state leaves everything as it was', () => {
    const own = model()
    const before = Object.values(own.stateDict()).map(value => value.tolist())
    text(() => own.loadStateDict({ ...wrong, '0.bias': zeros(3).add(7) }))
    expect(Object.values(own.stateDict()).map(value => value.tolist())).toEqual(before)
  })
})

describe('transposed convolutions with an output size', () => {
  const classes = { 1: ConvTranspose1d, 2: ConvTranspose2d, 3: ConvTranspose3d }

  test.each(DATA.sizes.map(one => [`${one.rank}d of [${one.input}] to [${one.size}]`, one] as const))(
    '%s',
    (_, one) => {
      const module = new classes[one.rank](2, 1, one.kernel, camelKeys(one.options))
      const input = zeros([...one.input])
      const calls = [() => module(input, one.size), () => module(input, { outputSize: one.size })]
      for (const call of calls) {
        if (one.output) expect(noGrad(call).shape).toEqual(one.output)
        else expect(call).toThrow(one.refused!.replace('ValueError: ', ''))
      }
    },
  )
})
