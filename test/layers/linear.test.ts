import { describe, expect, expectTypeOf, test } from 'vitest'
import { RuntimeError } from '../../src/errors.js'
import { Flatten, Unflatten } from '../../src/nn/modules/flatten.js'
import { Identity, Linear } from '../../src/nn/modules/linear.js'
import type { Parameter } from '../../src/nn/parameter.js'
import { ones, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import { linear } from '../../src/ops/matrices/matmul.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { goldenFile, readSafetensors } from '../golden/read.js'
import { checkGradient } from '../gradients.js'
import { pattern } from './pattern.fixture.js'

describe('Linear', () => {
  test("starts with PyTorch's numbers after manualSeed", () => {
    const golden = readSafetensors(goldenFile('rng-dev.safetensors'))
    for (const seed of [0, 1, 42]) {
      // the set draws each tensor after seeding anew and building the whole module
      manualSeed(seed)
      const { weight, bias } = new Linear(10, 7)
      expect(weight.flatten().tolist()).toEqual([...(golden[`${seed}:nn.Linear(10, 7).weight`]!.data as Float32Array)])
      expect(bias!.tolist()).toEqual([...(golden[`${seed}:nn.Linear(10, 7).bias`]!.data as Float32Array)])
    }
  })

  test('computes x W^T + b along the last dimension', () => {
    const layer = new Linear(3, 2, { dtype: 'float64' })
    const x = pattern([1, [4, 5, 3]])
    expect(layer(x).shape).toEqual([4, 5, 2])
    const [w, b, row] = [
      layer.weight.tolist() as number[][],
      layer.bias!.tolist() as number[],
      x.get(2, 3).tolist() as number[],
    ]
    const expected = w.map((weights, o) => weights.reduce((sum, weight, i) => sum + weight * row[i]!, b[o]!))
    for (const [o, value] of (layer(x).get(2, 3).tolist() as number[]).entries())
      expect(value).toBeCloseTo(expected[o]!, 12)
    expect(layer(x.get(0, 0)).shape).toEqual([2])
  })

  test('has derivatives, twice', () => {
    checkGradient(
      (x, w, b) => linear(x.square(), w, b),
      [pattern([1, [4, 3]]), pattern([2, [2, 3]]), pattern([3, [2]])],
      { order: 2 },
    )
    checkGradient((x, w) => linear(x, w), [pattern([1, [2, 4, 3]]), pattern([2, [5, 3]])], { order: 2 })
  })

  test('state dict, printing, dtype, device', () => {
    expect(Object.keys(new Linear(3, 2).stateDict())).toEqual(['weight', 'bias'])
    const plain = new Linear(3, 2, { bias: false, dtype: 'float64' })
    expect(Object.keys(plain.stateDict())).toEqual(['weight'])
    expect([String(plain), plain.weight.dtype, plain.bias]).toEqual([
      'Linear(in_features=3, out_features=2, bias=False)',
      'float64',
      null,
    ])
    const huge = new Linear(100_000, 100_000, { device: 'meta' })
    expect(huge(zeros(2, 100_000, { device: 'meta' })).shape).toEqual([2, 100_000])
  })

  test('empty sizes are allowed', () => {
    expect(new Linear(0, 3)(zeros(2, 0)).shape).toEqual([2, 3])
    expect(new Linear(3, 0)(zeros(2, 3)).shape).toEqual([2, 0])
  })

  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'sizes that do not fit',
      () => new Linear(3, 2)(ones(4, 5)),
      RuntimeError,
      'mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)',
    ],
    [
      'another dtype',
      () => new Linear(3, 2)(ones(4, 3, { dtype: 'float64' })),
      RuntimeError,
      'mat1 and mat2 must have the same dtype, but got Double and Float',
    ],
    [
      'a fraction',
      () => new Linear(3, 2.5),
      TypeError,
      "argument 'outFeatures' must be an integer, but got outFeatures=2.5",
    ],
    [
      'a negative size',
      () => new Linear(3, -2),
      RuntimeError,
      'Trying to create tensor with negative dimension -2: [-2, 3]',
    ],
    [
      'an unknown option',
      () => new Linear(3, 2, { Bias: true } as object),
      TypeError,
      "Linear() got an unexpected keyword argument 'Bias'",
    ],
    ['no options object', () => new Linear(3, 2, true as never), TypeError, 'Linear(): options must be an object'],
  ])('refuses %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  test('types', () => {
    const layer = new Linear(3, 2)
    expectTypeOf(layer(randn(1, 3))).toEqualTypeOf<Tensor>()
    expectTypeOf(layer.bias).toEqualTypeOf<Parameter | null>()
    expectTypeOf(layer).parameters.toEqualTypeOf<[input: Tensor]>()
  })
})

describe('Identity, Flatten and Unflatten', () => {
  test('Identity returns what it is given', () => {
    const x = ones(2)
    expect(new Identity(54, { anything: true })(x) === x).toBe(true)
  })

  test('Flatten keeps the batch', () => {
    expect(new Flatten()(zeros(4, 3, 2, 5)).shape).toEqual([4, 30])
    expect(new Flatten(2)(zeros(4, 3, 2, 5)).shape).toEqual([4, 3, 10])
    expect(new Flatten({ startDim: 0, endDim: 1 })(zeros(4, 3, 2, 5)).shape).toEqual([12, 2, 5])
    expect(() => new Flatten(2, 1)(zeros(4, 3, 2, 5))).toThrow(
      'flatten() has invalid args: start_dim cannot come after end_dim',
    )
    expect(() => new Flatten(4)(zeros(4, 3))).toThrow(
      'Dimension out of range (expected to be in range of [-2, 1], but got 4)',
    )
  })

  test('Unflatten is the way back', () => {
    const layer = new Unflatten(1, [2, -1, 5])
    expect(layer(zeros(3, 40)).shape).toEqual([3, 2, 4, 5])
    expect(String(layer)).toBe('Unflatten(dim=1, unflattened_size=(2, -1, 5))')
    checkGradient(x => new Unflatten(1, [2, 3])(x), [pattern([1, [4, 6]])])
    expect(() => new Unflatten(1, [2, 4])(zeros(3, 6))).toThrow(
      "don't multiply up to the size of dim 1 (6) in the input tensor",
    )
    expect(() => new Unflatten(1, 6 as never)).toThrow(
      'unflattened_size must be a tuple of ints, but found type number 6',
    )
    expect(() => new Unflatten(1, [2, 2.5])).toThrow(
      'unflattened_size must be tuple of ints, but found element of type number 2.5 at pos 1',
    )
    expect(() => new Unflatten('features' as never, [2])).toThrow('invalid argument type for dim parameter')
  })
})
