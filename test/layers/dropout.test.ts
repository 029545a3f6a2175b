import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { RuntimeError, ValueError } from '../../src/errors.js'
import { dropout, dropout1d, dropout2d, dropout3d } from '../../src/nn/functional/dropout.js'
import { Dropout, Dropout1d, Dropout2d, Dropout3d } from '../../src/nn/modules/dropout.js'
import { Sequential } from '../../src/nn/modules/sequential.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { ones, zeros } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import type { DType } from '../../src/tensor/dtype.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { goldenFile, readSafetensors } from '../golden/read.js'
import { checkGradient } from '../gradients.js'
import { expectNumbers, pattern, readCases } from './pattern.fixture.js'

interface DropoutCase {
  name: string
  shape: number[]
  p: number
  layout: '' | 't' | 'channels_last'
  dtype: DType
  outputs: number[][]
}

const MODULES = { Dropout, Dropout1d, Dropout2d, Dropout3d }

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterAll(() => {
  vi.restoreAllMocks()
})

describe('drops what PyTorch drops', () => {
  const cases = readCases<DropoutCase>('dropout')
  test.each(cases.map(one => [`${one.name}(${one.p}) of ${one.dtype} [${one.shape}] ${one.layout}`, one] as const))(
    '%s',
    (_, { name, shape, p, layout, dtype, outputs }) => {
      const plain = pattern([15, shape]).to(dtype)
      const input = layout === 't' ? plain.t() : layout ? plain.contiguous({ memoryFormat: layout }) : plain
      const module = new MODULES[name as keyof typeof MODULES](p)
      manualSeed(7)
      for (const expected of outputs)
        expectNumbers(module(input), expected, 'output', dtype === 'float64' ? 1e-10 : 1e-7)
    },
  )

  test('golden: F.dropout(torch.ones(64), 0.5)', () => {
    const golden = readSafetensors(goldenFile('rng-dev.safetensors'))
    for (const seed of [0, 1, 42]) {
      manualSeed(seed)
      expect(dropout(ones(64)).tolist()).toEqual([...(golden[`${seed}:dropout(ones(64), 0.5)`]!.data as Float32Array)])
    }
  })
})

describe('dropout', () => {
  test('is the identity outside training, and with p = 0', () => {
    const x = ones(3, 4)
    const layer = new Dropout(0.5)
    expect(new Sequential(layer).eval()(x) === x).toBe(true)
    expect(layer.training).toBe(false)
    expect(layer.train()(x) === x).toBe(false)
    expect(dropout(x, 0) === x).toBe(true)
    expect(dropout(x, { p: 0.5, training: false }) === x).toBe(true)
  })

  test('sets everything to zero with p = 1, but NaN stays NaN', () => {
    expect(dropout(tensor([1, Number.NaN, Number.POSITIVE_INFINITY]), 1).tolist()).toEqual([0, Number.NaN, Number.NaN])
    expect(dropout(tensor([1, 2], { dtype: 'int64' }), 1).tolist()).toEqual([0, 0])
  })

  test('gives gradients to what it keeps, twice', () => {
    const run = (x: Tensor) => {
      manualSeed(3)
      return dropout(x.square(), 0.4)
    }
    checkGradient(run, [pattern([2, [4, 5]])], { order: 2 })
  })

  test('in place', () => {
    const x = ones(2, 3)
    manualSeed(1)
    const expected = dropout(x, 0.5).tolist()
    manualSeed(1)
    expect(dropout(x, 0.5, { inplace: true }) === x).toBe(true)
    expect(x.tolist()).toEqual(expected)
    const leaf = ones(2).requiresGrad_()
    expect(() => dropout(leaf, 0.5, { inplace: true })).toThrow('a leaf Variable that requires grad')
  })

  test('of channels gives each channel one fate', () => {
    manualSeed(5)
    const out = dropout2d(ones(3, 7, 2, 4), 0.5)
    const means = out.mean([2, 3]).tolist() as number[][]
    expect(means.flat().every(mean => mean === 0 || mean === 2)).toBe(true)
    expect(new Set(means.flat()).size).toBe(2)
  })

  test('draws nothing for the meta device', () => {
    const before = [...manualSeed(1).getState()]
    expect(dropout(zeros(3, 4, { device: 'meta' })).shape).toEqual([3, 4])
    expect([...manualSeed(1).getState()]).toEqual(before)
  })

  test('warns of what PyTorch warns of', () => {
    expect(dropout2d(ones(2, 3, 4)).shape).toEqual([2, 3, 4])
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('dropout2d: Received a 3D input to dropout2d'))
    dropout3d(ones(2, 3, 4))
    expect(console.warn).toHaveBeenCalledWith(expect.stringContaining('dropout3d: Received a 3-D input to dropout3d'))
  })

  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'a probability below 0',
      () => dropout(ones(2), -0.1),
      ValueError,
      'dropout probability has to be between 0 and 1, but got -0.1',
    ],
    [
      'a probability above 1',
      () => new Dropout2d(2),
      ValueError,
      'dropout probability has to be between 0 and 1, but got 2',
    ],
    ['a probability that is none', () => dropout(ones(2), Number.NaN), ValueError, 'but got NaN'],
    ['a text', () => new Dropout('0.5' as never), TypeError, "Dropout(): argument 'p' must be a number"],
    [
      'integers',
      () => dropout(tensor([1, 2], { dtype: 'int64' })),
      RuntimeError,
      "result type Float can't be cast to the desired output type Long",
    ],
    [
      'complex numbers',
      () => dropout(ones(2, { dtype: 'complex64' })),
      RuntimeError,
      `"bernoulli_scalar_cpu_" not implemented for 'ComplexFloat'`,
    ],
    [
      'one dimension',
      () => dropout2d(ones(3)),
      RuntimeError,
      'Feature dropout requires at least 2 dimensions in the input',
    ],
    [
      'four dimensions',
      () => dropout1d(ones(3, 2, 2, 2)),
      RuntimeError,
      'dropout1d: Expected 2D or 3D input, but received a 4D input.',
    ],
    [
      'an unknown option',
      () => new Dropout({ rate: 0.5 } as object),
      TypeError,
      "Dropout() got an unexpected keyword argument 'rate'",
    ],
    ['no tensor', () => dropout(0.5 as never), TypeError, "dropout(): argument 'input' must be Tensor"],
  ])('refuses %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  test('types', () => {
    expectTypeOf(new Dropout(0.5)(ones(2))).toEqualTypeOf<Tensor>()
    expectTypeOf(dropout).toBeCallableWith(ones(2), 0.5, { training: true, inplace: false })
    expectTypeOf(dropout).toBeCallableWith(ones(2), { p: 0.5 })
    expectTypeOf(new Dropout3d({ p: 0.2, inplace: true }).p).toEqualTypeOf<number>()
  })
})
