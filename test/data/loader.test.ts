/**
 * The loader in plain and in asynchronous loops.
 */
import { describe, expect, test } from 'vitest'
import { BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset } from '../../src/data/index.js'
import { ValueError } from '../../src/errors.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { arange } from '../../src/ops/creation/fromSizes.js'
import { defaultGenerator, manualSeed } from '../../src/tensor/random/generator.js'

const images = arange(5 * 2 * 3, { dtype: 'float32' }).reshape(5, 2, 3)
const labels = tensor([4, 3, 2, 1, 0], { dtype: 'int64' })
const range = (length: number) => ({ length, get: (index: number) => index })
const later = <T>(value: T): Promise<T> => new Promise(resolve => setTimeout(() => resolve(value), 1))

async function collect<T>(loader: AsyncIterable<T>): Promise<T[]> {
  const batches: T[] = []
  for await (const batch of loader) batches.push(batch)
  return batches
}

test('batches of a tensor dataset', () => {
  const loader = new DataLoader(new TensorDataset(images, labels), { batchSize: 2 })
  const seen: unknown[] = []
  for (const [x, y] of loader) {
    expect(x.shape.slice(1)).toEqual([2, 3])
    expect([x.dtype, y.dtype]).toEqual(['float32', 'int64'])
    seen.push([x.select(1, 0).select(1, 0).tolist(), y.tolist()])
  }
  expect(seen).toEqual([
    [
      [0, 6],
      [4, 3],
    ],
    [
      [12, 18],
      [2, 1],
    ],
    [[24], [0]],
  ])
  expect(loader.length).toBe(3)
})

test('each loop is an epoch, in another order where it is shuffled', () => {
  manualSeed(1)
  const loader = new DataLoader(range(100), { batchSize: 10, shuffle: true })
  const [first, second] = [[...loader], [...loader]].map(batches =>
    batches.flatMap(batch => batch.tolist() as number[]),
  )
  expect(first).not.toEqual(second)
  expect(first!.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
})

test('two loops over one loader do not disturb each other', () => {
  const loader = new DataLoader(range(4))
  const [a, b] = [loader[Symbol.iterator](), loader[Symbol.iterator]()]
  const next = (it: typeof a) => it.next().value?.tolist()
  expect([next(a), next(a), next(b), next(a), next(b)]).toEqual([[0], [1], [0], [2], [1]])
})

test.each([
  [{ batchSize: 2 }, [[0, 1], [2, 3], [4]]],
  [
    { batchSize: 2, dropLast: true },
    [
      [0, 1],
      [2, 3],
    ],
  ],
  [{ batchSize: 9, dropLast: true }, []],
  [{ sampler: [3, 3, 0], batchSize: 2 }, [[3, 3], [0]]],
  [{ sampler: new SequentialSampler({ length: 2 }) }, [[0], [1]]],
  [{ batchSampler: [[4, 1], [], [2, 2, 2]] }, [[4, 1], [], [2, 2, 2]]],
  [{ batchSampler: new BatchSampler([1, 2, 3], { batchSize: 2 }) }, [[1, 2], [3]]],
])('%j', (options, expected) => {
  const loader = new DataLoader(range(5), { ...options, collate: samples => samples })
  expect([...loader]).toEqual(expected)
  expect(loader.length).toBe(expected.length)
  expect([...loader]).toEqual(expected)
})

test('a dataset may be an array, and a collate function makes the batches', () => {
  const loader = new DataLoader(['a', 'b', 'c'], { batchSize: 2, collate: samples => samples.join('+') })
  expect([...loader]).toEqual(['a+b', 'c'])
  expect([...new DataLoader(['a', 'b', 'c'], { batchSize: 2 })]).toEqual([['a', 'b'], ['c']])
})

describe('refuses', () => {
  test.each<[object, string]>([
    [{ batchSize: 0 }, 'batch_size should be a positive integer value, but got batch_size=0'],
    [{ batchSize: 1.5 }, 'batch_size=1.5'],
    [{ shuffle: true, sampler: [1] }, 'sampler option is mutually exclusive with shuffle'],
    [
      { batchSampler: [[1]], batchSize: 2 },
      'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
    ],
    [{ batchSampler: [[1]], dropLast: true }, 'batch_sampler option is mutually exclusive'],
    [{ sampler: [1].values() }, 'an iterator is only once'],
    [{ sampler: 3 }, 'sampler must be iterable, but got number 3'],
    [{ shuffle: 1 }, 'shuffle must be true or false, but got number 1'],
    [{ dropLast: 1 }, 'drop_last should be a boolean value, but got drop_last=1'],
    [{ collate: 'stack' }, 'collate must be a function, but got string stack'],
    [{ generator: 3 }, "argument 'generator' must be a Generator, but got number 3"],
    [{ numWorkers: 2 }, "unexpected keyword argument 'numWorkers'"],
  ])('%j', (options, message) => {
    expect(() => new DataLoader(range(3), options)).toThrow(message)
  })

  test('what is no dataset, and the shuffling of an empty one', () => {
    expect(() => new DataLoader({ length: 2 } as never)).toThrow(
      'a dataset must be an array, or have a length and a get(index), but got Object',
    )
    expect(() => new DataLoader(range(-1))).toThrow(TypeError)
    expect(() => new DataLoader([], { shuffle: true })).toThrow(
      new ValueError('num_samples should be a positive integer value, but got num_samples=0'),
    )
    expect([...new DataLoader([])]).toEqual([])
  })

  test('a sampler that reaches beyond the dataset', () => {
    expect(() => [...new DataLoader([7, 8], { sampler: [0, 2] })]).toThrow(
      'index 2 is out of range for a dataset of 2 samples',
    )
  })

  test('a length that nobody knows', () => {
    const sampler = {
      *[Symbol.iterator]() {
        yield 0
      },
    }
    const loader = new DataLoader(range(1), { sampler })
    expect(() => loader.length).toThrow('has no length')
    expect([...loader].length).toBe(1)
  })

  test('a plain loop over promises', () => {
    const loader = new DataLoader({ length: 2, get: async (index: number) => index })
    expect(() => [...loader]).toThrow('iterate the loader with "for await"')
    const failing = new DataLoader({ length: 2, get: (): Promise<number> => Promise.reject(new Error('unseen')) })
    expect(() => [...failing]).toThrow('iterate the loader with "for await"')
  })
})

describe('for await', () => {
  test('gives the batches of promised samples', async () => {
    const dataset = { length: 5, get: (index: number) => later([images.select(0, index), index] as const) }
    const loader = new DataLoader(dataset, { batchSize: 2 })
    const seen = (await collect(loader)).map(([x, y]) => [x.shape, y.tolist()])
    expect(seen).toEqual([
      [
        [2, 2, 3],
        [0, 1],
      ],
      [
        [2, 2, 3],
        [2, 3],
      ],
      [[1, 2, 3], [4]],
    ])
  })

  test('gives those of a plain dataset, in the order of a plain loop', async () => {
    const loader = new DataLoader(range(20), { batchSize: 3, shuffle: true })
    manualSeed(4)
    const plain = [...loader].map(batch => batch.tolist())
    const after = defaultGenerator.random32()
    manualSeed(4)
    expect((await collect(loader)).map(batch => batch.tolist())).toEqual(plain)
    expect(defaultGenerator.random32()).toBe(after)
  })

  test('fetches one batch ahead, while the one before is used', async () => {
    const log: string[] = []
    const dataset = {
      length: 6,
      get: async (index: number) => {
        log.push(`fetch ${index}`)
        return later(index)
      },
    }
    for await (const batch of new DataLoader(dataset, { batchSize: 2 })) log.push(`use ${batch.tolist()}`)
    expect(log).toEqual([
      'fetch 0',
      'fetch 1',
      'fetch 2',
      'fetch 3',
      'use 0,1',
      'fetch 4',
      'fetch 5',
      'use 2,3',
      'use 4,5',
    ])
  })

  test('a failure comes after the batches before it, and ends the loop', async () => {
    const get = async (index: number) => {
      await later(0)
      if (index === 2) throw new Error('sample 2 is broken')
      return index
    }
    const seen: unknown[] = []
    const loop = async () => {
      for await (const batch of new DataLoader({ length: 5, get })) {
        seen.push(batch.tolist())
        await later(0)
        await later(0)
      }
    }
    await expect(loop()).rejects.toThrow('sample 2 is broken')
    expect(seen).toEqual([[0], [1]])
  })

  test('a loop that ends early leaves no failure unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const get = async (index: number) => {
        if (index > 0) throw new Error('nobody asked')
        return index
      }
      for await (const _ of new DataLoader({ length: 3, get })) break
      await later(0)
      await later(0)
    } finally {
      process.off('unhandledRejection', note)
    }
    expect(unhandled).toEqual([])
  })
})

test('samplers refuse what they cannot do', () => {
  expect(() => new RandomSampler(range(3), { numSamples: 0 })).toThrow('num_samples=0')
  expect(() => new RandomSampler(range(3), { replacement: 1 as never })).toThrow(
    'replacement should be a boolean value',
  )
  const shrinking = { length: 3 }
  const sampler = new RandomSampler(shrinking, { numSamples: 3 })
  shrinking.length = 0
  expect(() => [...sampler]).toThrow('num_samples=0')
})
