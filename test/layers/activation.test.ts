import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { RuntimeError, ValueError } from '../../src/errors.js'
import * as inPlaceFunctions from '../../src/nn/functional/activation.js'
import * as otherFunctions from '../../src/nn/functional/activationOutOfPlace.js'
import * as softmaxFunctions from '../../src/nn/functional/softmax.js'
import * as inPlaceModules from '../../src/nn/modules/activation.js'
import * as otherModules from '../../src/nn/modules/activationOutOfPlace.js'
import * as softmaxModules from '../../src/nn/modules/softmax.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { ones, zeros } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { checkGradient } from '../gradients.js'
import { type Answers, compare, type Pattern, pattern, readCases } from './pattern.fixture.js'

interface ActivationCase extends Answers {
  name: string
  args: number[]
  options: Record<string, unknown>
  inputs: Pattern[]
  text: string
}

type Activation = (input: Tensor) => Tensor
const MODULES = { ...inPlaceModules, ...otherModules, ...softmaxModules } as unknown as Record<
  string,
  new (
    ...args: unknown[]
  ) => Activation
>
const F = { ...inPlaceFunctions, ...otherFunctions, ...softmaxFunctions }
const { ELU, Hardtanh, LeakyReLU, ReLU, ReLU6, Threshold } = inPlaceModules
const { GELU, PReLU, Softplus } = otherModules
const { LogSoftmax, Softmax, Softmax2d } = softmaxModules

function build({ name, args, options }: Pick<ActivationCase, 'name' | 'args' | 'options'>): Activation {
  const all = name === 'PReLU' ? { ...options, dtype: 'float64' } : options
  return new MODULES[name]!(...args, ...(Object.keys(all).length > 0 ? [all] : []))
}

/** PyTorch multiplies by a float32 constant in these two, whatever the dtype. */
const boundOf = (name: string) => (name === 'CELU' || name === 'Hardsigmoid' ? 1e-7 : 1e-9)

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('against PyTorch', () => {
  const cases = readCases<ActivationCase>('activation')
  test.each(cases.map(one => [`${one.text} of ${JSON.stringify(one.inputs[0])}`, one] as const))('%s', (_, one) => {
    const module = build(one)
    expect(String(module)).toBe(one.text)
    compare(x => module(x), one.inputs.map(pattern), [0], one, boundOf(one.name))
  })

  test.each(cases.filter(one => one.inputs[0]![2] !== 'kinks').map(one => [one.text, one] as const))(
    '%s against finite differences, twice',
    (_, one) => {
      const module = build(one)
      checkGradient(x => module(x), [pattern([21, one.inputs[0]![1]])], { order: 2, tolerance: 3e-6 })
    },
  )
})

describe('zeros, infinities and NaN are PyTorch’s', () => {
  const { Infinity: inf, NaN: nan } = globalThis
  const special = [-0, 0, nan, -inf, inf, -1, 2, 6, 7]
  // torch.nn.functional.f(torch.tensor([-0., 0., nan, -inf, inf, -1., 2., 6., 7.], requires_grad=True)), its gradient (of a NaN: of float32)
  const CASES: [string, Activation, number[], number[]][] = [
    ['relu', F.relu, [-0, 0, nan, 0, inf, 0, 2, 6, 7], [0, 0, 1, 0, 1, 0, 1, 1, 1]],
    [
      'leakyRelu, 0.25',
      x => F.leakyRelu(x, 0.25),
      [-0, 0, nan, -inf, inf, -0.25, 2, 6, 7],
      [0.25, 0.25, 0.25, 0.25, 1, 0.25, 1, 1, 1],
    ],
    [
      'leakyRelu, -0.5',
      x => F.leakyRelu(x, -0.5),
      [0, -0, nan, inf, inf, 0.5, 2, 6, 7],
      [-0.5, -0.5, -0.5, -0.5, 1, -0.5, 1, 1, 1],
    ],
    ['relu6', F.relu6, [-0, 0, nan, 0, 6, 0, 2, 6, 6], [0, 0, 1, 0, 0, 0, 1, 0, 0]],
    [
      'hardtanh, -0.5 to 2',
      x => F.hardtanh(x, -0.5, 2),
      [-0, 0, nan, -0.5, 2, -0.5, 2, 2, 2],
      [1, 1, 1, 0, 0, 0, 0, 0, 0],
    ],
    ['threshold', x => F.threshold(x, 0, -3), [-3, -3, nan, -3, inf, -3, 2, 6, 7], [0, 0, 1, 0, 1, 0, 1, 1, 1]],
  ]
  test.each(CASES)('%s', (_name, f, values, slopes) => {
    for (const dtype of ['float32', 'float64', 'float16'] as const) {
      const x = tensor(special, { dtype, requiresGrad: true })
      const y = f(x)
      expect(y.tolist(), dtype).toEqual(values)
      y.backward(ones([9], { dtype }))
      expect(x.grad!.tolist(), dtype).toEqual(slopes)
      // every second element in memory
      const pairs = tensor(
        special.map(value => [3, value]),
        { dtype },
      )
      expect(f(pairs.select(1, 1)).tolist(), dtype).toEqual(values)
    }
  })

  test.each(CASES)('%s of a NaN with a sign', (_name, f) => {
    const bits = new Uint32Array([0xffc00000, 0x7fc00000])
    expect(f(tensor(new Float32Array(bits.buffer))).tolist()).toEqual([nan, nan])
  })
})

describe('in place', () => {
  const modules: [string, (inplace: boolean) => Activation][] = [
    ...[
      'ReLU',
      'ReLU6',
      'SELU',
      'SiLU',
      'Mish',
      'Hardsigmoid',
      'Hardswish',
      'LeakyReLU',
      'ELU',
      'CELU',
      'Hardtanh',
    ].map(
      name =>
        [name, (inplace: boolean) => new MODULES[name]!({ inplace })] as [string, (inplace: boolean) => Activation],
    ),
    ['Threshold', inplace => new Threshold(0.1, 20, { inplace })],
  ]

  test.each(modules)('%s writes over its input, and has the same gradient', (_, make) => {
    const x = pattern([3, [4, 5]]).requiresGrad_()
    const y = pattern([3, [4, 5]]).requiresGrad_()
    const [overwritten, plain] = [x.mul(2), y.mul(2)]
    const output = make(true)(overwritten)
    expect(output === overwritten).toBe(true)
    const expected = make(false)(plain)
    expect(expected === plain).toBe(false)
    expect(output.tolist()).toEqual(expected.tolist())
    output.square().sum().backward()
    expected.square().sum().backward()
    expect(x.grad!.tolist()).toEqual(y.grad!.tolist())
  })

  test('what another derivative saved and an activation overwrote is noticed', () => {
    const x = pattern([3, [4, 5]]).requiresGrad_()
    const squared = x.exp()
    F.relu(squared, { inplace: true })
    expect(() => squared.sum().backward()).toThrow('modified by an inplace operation')
  })

  test('a leaf that requires a gradient is not overwritten', () => {
    expect(() => new ReLU({ inplace: true })(ones(2).requiresGrad_())).toThrow(
      'a leaf Variable that requires grad is being used in an in-place operation.',
    )
  })

  test('only yes or no', () => {
    expect(() => new ReLU({ inplace: 1 as never })).toThrow("argument 'inplace' must be true or false")
    expect(() => F.elu(ones(2), 1, { inplace: 'yes' as never })).toThrow("argument 'inplace' must be true or false")
  })
})

describe('arguments', () => {
  test('come by position, by name, or both', () => {
    expect(String(new LeakyReLU(0.2, { inplace: true }))).toBe(
      String(new LeakyReLU({ negativeSlope: 0.2, inplace: true })),
    )
    expect(String(new Hardtanh(-2, { maxVal: 3 }))).toBe('Hardtanh(min_val=-2.0, max_val=3.0)')
    expect(String(new Softplus(2, { threshold: 3 }))).toBe('Softplus(beta=2, threshold=3)')
    expect(new PReLU({ numParameters: 4, init: 0.5, dtype: 'float64' }).weight.tolist()).toEqual([0.5, 0.5, 0.5, 0.5])
    expect(new PReLU(4, 0.5).weight.shape).toEqual([4])
    expect(String(new Softmax({ dim: 1 }))).toBe('Softmax(dim=1)')
    const x = pattern([5, [3, 4]])
    expect(F.elu(x, { alpha: 0.5 }).tolist()).toEqual(F.elu(x, 0.5).tolist())
    expect(F.hardtanh(x, { minVal: -0.5, maxVal: 0.25 }).tolist()).toEqual(F.hardtanh(x, -0.5, 0.25).tolist())
    expect(F.threshold(x, { threshold: 0.1, value: 7 }).tolist()).toEqual(F.threshold(x, 0.1, 7).tolist())
    expect(F.softmax(x, { dim: 1, dtype: 'float32' }).dtype).toBe('float32')
    expect(F.leakyRelu(x, { negativeSlope: 0.3 }).tolist()).toEqual(F.leakyRelu(x, 0.3).tolist())
  })

  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ['unknown', () => new ELU({ beta: 1 } as object), TypeError, "ELU() got an unexpected keyword argument 'beta'"],
    [
      'snake case',
      () => new LeakyReLU({ negative_slope: 1 } as object),
      TypeError,
      "unexpected keyword argument 'negative_slope'",
    ],
    [
      'twice',
      () => new LeakyReLU(0.1, { negativeSlope: 0.2 } as object),
      TypeError,
      "got multiple values for argument 'negativeSlope'",
    ],
    [
      'objects',
      () => F.elu(ones(2), { alpha: 1 }, { inplace: true }),
      TypeError,
      "argument 'alpha' must not be Object",
    ],
    [
      'no number',
      () => new ELU('1' as never),
      TypeError,
      "ELU(): argument 'alpha' must be a number, but got alpha=string 1",
    ],
    ['bounds', () => new Hardtanh(1, 1), ValueError, 'but got minVal=1, maxVal=1'],
    [
      'approximation',
      () => new GELU({ approximate: 'fast' as 'tanh' })(ones(2)),
      RuntimeError,
      'approximate argument must be either none or tanh.',
    ],
    ['rank', () => new Softmax2d()(ones(2, 3)), ValueError, 'Softmax2d requires a 3D or 4D tensor as input'],
    ['glu', () => F.glu(ones(2, 3)), RuntimeError, 'Halving dimension must be even, but dimension 1 is size 3'],
    [
      'lambd',
      () => F.softshrink(ones(2), -1),
      RuntimeError,
      'lambda must be greater or equal to 0, but found to be -1',
    ],
    ['celu', () => F.celu(ones(2), 0), RuntimeError, 'ZeroDivisionError: alpha cannot be 0 for CELU'],
    [
      'too many',
      () => new (ReLU6 as new (...args: unknown[]) => unknown)(1),
      TypeError,
      'ReLU6() takes no positional arguments, and by name inplace, but 1 positional arguments were given',
    ],
    [
      'no tensor',
      () => new ReLU()([1, 2] as never),
      TypeError,
      "relu(): argument 'input' must be Tensor, not an array",
    ],
    [
      'channels',
      () => new PReLU(3)(ones(2, 4)),
      RuntimeError,
      'Mismatch of parameter numbers and input channel size. Found parameter numbers = 3 and channel size = 4.',
    ],
  ])('refuses: %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('softmax', () => {
  test("without a dimension PyTorch's choice is taken, with its warning", () => {
    expect(new Softmax()(zeros(2, 4)).tolist()).toEqual([
      [0.25, 0.25, 0.25, 0.25],
      [0.25, 0.25, 0.25, 0.25],
    ])
    expect(
      new LogSoftmax()(zeros(2, 1, 3))
        .exp()
        .get(0, 0, 0)
        .item(),
    ).toBeCloseTo(0.5)
    expect(console.warn).toHaveBeenCalledWith(
      'Warning: Implicit dimension choice for softmax has been deprecated. Change the call to include dim=X as an argument.',
    )
    expect(String(new Softmax())).toBe('Softmax(dim=None)')
  })
})

test('the slopes of a PReLU are trained', () => {
  const layer = new PReLU(3)
  expect(Object.keys(layer.stateDict())).toEqual(['weight'])
  layer(tensor([[-1, 2, -3]]))
    .sum()
    .backward()
  expect(layer.weight.grad!.tolist()).toEqual([-1, 0, -3])
})

test('types', () => {
  const x = ones(2)
  expectTypeOf(new ReLU()(x)).toEqualTypeOf<Tensor>()
  expectTypeOf(F.leakyRelu).toBeCallableWith(x, 0.1, { inplace: true })
  expectTypeOf(F.leakyRelu).toBeCallableWith(x, { negativeSlope: 0.1 })
  expectTypeOf(new Softmax(1).dim).toEqualTypeOf<number | null>()
  // @ts-expect-error a ReLU takes a tensor
  expect(() => new ReLU()(1)).toThrow(TypeError)
  // @ts-expect-error there is no such option
  expect(() => new GELU({ approx: 'tanh' })).toThrow(TypeError)
})
