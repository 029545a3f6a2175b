/**
 * Datasets that can only be iterated, and what else a loader takes for a dataset.
 */
import { describe, expect, test, vi } from 'vitest'
import {
  DataLoader,
  RandomSampler,
  randomSplit,
  SequentialSampler,
  Subset,
  TensorDataset,
} from '../../src/data/index.js'
import { IndexError, ValueError } from '../../src/errors.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { arange } from '../../src/ops/creation/fromSizes.js'

const later = <T>(value: T): Promise<T> => new Promise(resolve => setTimeout(() => resolve(value), 1))
const stream = (count: number, log: string[] = []) => ({
  *[Symbol.iterator]() {
    try {
      for (let i = 0; i < count; i++) yield i
    } finally {
      log.push('closed')
    }
  },
})
const slowStream = (count: number, log: string[] = []) => ({
  async *[Symbol.asyncIterator]() {
    try {
      for (let i = 0; i < count; i++) {
        log.push(`fetch ${i}`)
        yield await later(i)
      }
    } finally {
      log.push('closed')
    }
  },
})

async function collect<T>(loader: AsyncIterable<T>): Promise<T[]> {
  const batches: T[] = []
  for await (const batch of loader) batches.push(batch)
  return batches
}

describe.each<[{ batchSize?: number; dropLast?: boolean }, number[][]]>([
  [{}, [[0], [1], [2], [3], [4]]],
  [{ batchSize: 2 }, [[0, 1], [2, 3], [4]]],
  [
    { batchSize: 2, dropLast: true },
    [
      [0, 1],
      [2, 3],
    ],
  ],
  [{ batchSize: 5 }, [[0, 1, 2, 3, 4]]],
  [{ batchSize: 7, dropLast: true }, []],
])('an iterable dataset with %j', (options, expected) => {
  test('in a plain loop, in each epoch', () => {
    const loader = new DataLoader(stream(5), options)
    for (const _ of [1, 2]) expect([...loader].map(batch => batch.tolist())).toEqual(expected)
  })

  test.each([
    ['asynchronous', slowStream(5)],
    ['plain', stream(5)],
    [
      'of promises',
      {
        *[Symbol.iterator]() {
          for (let i = 0; i < 5; i++) yield later(i)
        },
      },
    ],
  ])('in a loop with await: %s', async (_, dataset) => {
    const loader = new DataLoader<number | Promise<number>>(dataset, options)
    for (const _ of [1, 2]) expect((await collect(loader)).map(batch => batch.tolist())).toEqual(expected)
  })
})

test('its loader is as long as its own length says, if it has one', () => {
  const dataset = { length: 5, ...stream(5) }
  expect(new DataLoader(dataset, { batchSize: 2 }).length).toBe(3)
  expect(new DataLoader(dataset, { batchSize: 2, dropLast: true }).length).toBe(2)
  expect(() => new DataLoader(stream(5)).length).toThrow('the dataset Object has no length')
  expect(new DataLoader(dataset).dataset).toBe(dataset)
})

test('collate makes the batches', () => {
  const loader = new DataLoader(new Set(['a', 'b', 'c']), { batchSize: 2, collate: samples => samples.join('+') })
  expect([...loader]).toEqual(['a+b', 'c'])
})

test('the next batch is fetched while one is used, and no more than that', async () => {
  const log: string[] = []
  const loader = new DataLoader(slowStream(6, log), { batchSize: 2 })
  const seen: unknown[] = []
  for await (const batch of loader) {
    seen.push(batch.tolist())
    const next = 2 * seen.length
    // this batch is being used all the while
    if (next < 6) await vi.waitUntil(() => log.includes(`fetch ${next + 1}`), { timeout: 30_000 })
    await later(0)
    await later(0)
    expect(log).not.toContain(`fetch ${next + 2}`)
  }
  expect(seen).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ])
})

test('a loop that ends early closes the dataset', async () => {
  const log: string[] = []
  for (const _ of new DataLoader(stream(9, log))) break
  expect(log).toEqual(['closed'])
  const slowLog: string[] = []
  for await (const _ of new DataLoader(slowStream(9, slowLog))) break
  await later(0)
  await later(0)
  expect(slowLog.at(-1)).toBe('closed')
})

test('a failure comes after the batches before it', async () => {
  const failing = {
    async *[Symbol.asyncIterator]() {
      yield 1
      throw new Error('line 2 is broken')
    },
  }
  const seen: unknown[] = []
  const loop = async () => {
    for await (const batch of new DataLoader(failing)) seen.push(batch.tolist())
  }
  await expect(loop()).rejects.toThrow('line 2 is broken')
  expect(seen).toEqual([[1]])
})

describe('refuses', () => {
  test.each<[object, string]>([
    [{ shuffle: true }, 'DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle=true'],
    [{ sampler: [0] }, 'DataLoader with IterableDataset: expected unspecified sampler option'],
    [{ batchSampler: [[0]] }, 'DataLoader with IterableDataset: expected unspecified batch_sampler option'],
    [{ batchSize: 0 }, 'batch_size should be a positive integer value, but got batch_size=0'],
    [{ dropLast: 1 }, 'drop_last should be a boolean value, but got drop_last=1'],
  ])('%j', (options, message) => {
    expect(() => new DataLoader(stream(3), options)).toThrow(ValueError)
    expect(() => new DataLoader(stream(3), options)).toThrow(message)
  })

  test('what can be iterated only once, and a plain loop over what comes with time', () => {
    expect(() => new DataLoader(stream(3)[Symbol.iterator]())).toThrow('an iterator is only once; pass an object whose')
    expect(() => [...new DataLoader(slowStream(3))]).toThrow('iterate the loader with "for await"')
    const promises = {
      *[Symbol.iterator]() {
        yield later(1)
      },
    }
    expect(() => [...new DataLoader(promises)]).toThrow('iterate the loader with "for await"')
  })
})

test('a tensor is a dataset of its rows', () => {
  const loader = new DataLoader(arange(6, { dtype: 'float32' }).reshape(3, 2), { batchSize: 2, sampler: [2, 0, 1] })
  expect([...loader].map(batch => batch.tolist())).toEqual([
    [
      [4, 5],
      [0, 1],
    ],
    [[2, 3]],
  ])
  expect(() => new TensorDataset(tensor(1))).toThrow(IndexError)
})

test('arguments that are missing or no lists are named', () => {
  const unknown = undefined as never
  expect(() => new Subset([1, 2], unknown)).toThrow('Subset: indices must be an array of whole numbers')
  expect(() => randomSplit([1, 2], unknown)).toThrow('randomSplit: lengths must be an array of numbers')
  expect(() => new SequentialSampler(3 as never)).toThrow('SequentialSampler: the source must have a length')
  expect(() => new RandomSampler(3 as never)).toThrow('RandomSampler: the source must have a length')
})
