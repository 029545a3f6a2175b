/**
 * Datasets, splits, and what a batch is made of.
 */
import { describe, expect, test } from 'vitest'
import {
  ConcatDataset,
  defaultCollate,
  randomSplit,
  Subset,
  TensorDataset,
  WeightedRandomSampler,
} from '../../src/data/index.js'
import { IndexError, ValueError } from '../../src/errors.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import type { Tensor } from '../../src/ops/tensor.js'

const x = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
])
const y = tensor([7, 8, 9], { dtype: 'int64' })

describe('datasets', () => {
  test('tensors along their first dimension', () => {
    const dataset = new TensorDataset(x, y)
    expect(dataset.length).toBe(3)
    const [a, b] = dataset.get(1)
    expect([a.tolist(), b.item()]).toEqual([[3, 4], 8])
    expect(dataset.get(-1)[0].tolist()).toEqual([5, 6])
    expect(() => dataset.get(3)).toThrow(new IndexError('index 3 is out of range for a dataset of 3 samples'))
    expect(() => dataset.get(0.5)).toThrow(TypeError)
    expect(() => new TensorDataset(x, tensor([1, 2]))).toThrow(
      new ValueError('Size mismatch between tensors: their first dimensions are 3, 2'),
    )
    expect(() => new TensorDataset([1] as never)).toThrow('TensorDataset takes tensors, but got an array')
  })

  test('a subset, of a subset', () => {
    const dataset = new Subset(new Subset(['a', 'b', 'c', 'd'], [3, 2, 0]), [2, 0])
    expect([dataset.length, dataset.get(0), dataset.get(1), dataset.get(-1)]).toEqual([2, 'a', 'd', 'd'])
    expect(() => dataset.get(2)).toThrow(IndexError)
    expect(() => new Subset(['a'], [4]).get(0)).toThrow('index 4 is out of range for a dataset of 1 samples')
  })

  test('several in a row, empty ones among them', () => {
    const dataset = new ConcatDataset<string>([['a'], [], new Subset(['b', 'c'], [1, 0])])
    expect(Array.from({ length: 3 }, (_, i) => dataset.get(i))).toEqual(['a', 'c', 'b'])
    expect(dataset.get(-3)).toBe('a')
    expect(() => dataset.get(3)).toThrow(IndexError)
    expect(() => new ConcatDataset([])).toThrow('datasets should not be an empty iterable')
  })

  test('splits cover everything once, and refuse lengths that do not', () => {
    const parts = randomSplit(['a', 'b', 'c', 'd', 'e'], [2, 0, 3])
    expect(parts.map(({ length }) => length)).toEqual([2, 0, 3])
    expect(parts.flatMap(part => [...part.indices]).sort()).toEqual([0, 1, 2, 3, 4])
    expect(() => randomSplit(['a', 'b'], [1, 2])).toThrow(
      'Sum of input lengths does not equal the length of the input dataset!',
    )
    expect(() => randomSplit(['a', 'b'], [1.5, 0.5])).toThrow('but got 1.5')
    expect(() => randomSplit(['a', 'b'], [1.5, -0.5])).toThrow('Fraction at index 0 is not between 0 and 1')
    expect(() => randomSplit(['a', 'b'], [0.5, 0.6])).toThrow(ValueError)
  })

  test('weights that are none', () => {
    const make =
      (weights: number[], numSamples = 1, replacement = true) =>
      () =>
        new WeightedRandomSampler(weights, { numSamples, replacement })
    expect(make([1, -1])).toThrow('probability tensor contains either `inf`, `nan` or element < 0')
    expect(make([1, Number.NaN])).toThrow('probability tensor contains')
    expect(make([0, 0])).toThrow('invalid multinomial distribution (sum of probabilities <= 0)')
    expect(make([1, 2], 3, false)).toThrow('cannot sample n_sample > prob_dist.size(-1) samples without replacement')
    expect(make([1, 2], 0)).toThrow('num_samples=0')
  })
})

describe('defaultCollate', () => {
  const seen = (batch: Tensor) => [batch.dtype, batch.tolist()]

  // the dtypes of torch.utils.data.default_collate([0, 1]), ([0.5, 1.0]), ([True, False]), of numpy arrays, ...
  test.each<[unknown[], unknown]>([
    [
      [0, 1],
      ['int64', [0, 1]],
    ],
    [
      [0.5, 1],
      ['float64', [0.5, 1]],
    ],
    [
      [1, 0.5],
      ['float64', [1, 0.5]],
    ],
    [
      [true, false],
      ['bool', [true, false]],
    ],
    [
      [3n, 4n],
      ['int64', [3, 4]],
    ],
    [
      [Float32Array.of(1, 2), Float32Array.of(3, 4)],
      [
        'float32',
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      [Uint8Array.of(1), Uint8Array.of(255)],
      ['uint8', [[1], [255]]],
    ],
    [
      [tensor([1, 2]), tensor([3, 4])],
      [
        'float32',
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      [tensor(1), tensor(2)],
      ['float32', [1, 2]],
    ],
  ])('%#', (samples, expected) => {
    expect(seen(defaultCollate(samples) as Tensor)).toEqual(expected)
  })

  test('goes through lists and records', () => {
    const batch = defaultCollate([
      { image: tensor([1]), target: { label: 1, name: 'one', box: [0, 1] as const } },
      { image: tensor([2]), target: { label: 2, name: 'two', box: [2, 3] as const } },
    ])
    expect(batch.image.tolist()).toEqual([[1], [2]])
    expect(batch.target.label.tolist()).toEqual([1, 2])
    expect(batch.target.name).toEqual(['one', 'two'])
    expect(batch.target.box.map(side => side.tolist())).toEqual([
      [0, 2],
      [1, 3],
    ])
  })

  test.each<[unknown[], string]>([
    [[], 'a batch needs at least one sample'],
    [[null], 'default_collate: batch must contain tensors, typed arrays, numbers, records or lists; found null'],
    [[undefined], 'found undefined'],
    [[new Map()], 'found Map'],
    [[1, 'a'], 'a batch must not mix number 1 and string a'],
    [
      [tensor([1]), tensor([1, 2])],
      'stack expects each tensor to be equal size, but got [1] at entry 0 and [2] at entry 1',
    ],
    [[[1, 2], [1]], 'each element in list of batch should be of equal size'],
    [[{ a: 1 }, { b: 1 }], 'each record in a batch should have the key "a"'],
  ])('refuses (%#)', (samples, message) => {
    expect(() => defaultCollate(samples)).toThrow(message)
  })
})
