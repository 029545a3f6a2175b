/**
 * Where a loader's batches come from: samples by number in an order, or samples one after the other.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import type { Generator } from '../tensor/random/generator.js'
import { asDataset, type Dataset, type DatasetLike } from './dataset.js'
import { type IterableDataset, inBatches, inBatchesLater, isIterableDataset, refuseOrder } from './iterable.js'
import { BatchSampler, checkBatchSize, checkDropLast, RandomSampler, SequentialSampler } from './samplers.js'

/** The samples of each batch, in epochs. */
export interface Batches<Sample> {
  readonly dataset: Dataset<Sample> | IterableDataset<Sample>
  /** The number of batches. */
  readonly length: number
  epoch(): Iterator<Sample[]>
  epochLater(): AsyncIterator<Awaited<Sample>[]>
}

/** What a loader is told about its batches. */
export interface BatchOptions {
  batchSize?: number
  shuffle?: boolean
  sampler?: Iterable<number>
  batchSampler?: Iterable<readonly number[]>
  dropLast?: boolean
  generator?: Generator
}

export function batchesOf<Sample>(
  dataset: DatasetLike<Sample> | IterableDataset<Sample>,
  options: BatchOptions,
): Batches<Sample> {
  if (options.shuffle !== undefined && typeof options.shuffle !== 'boolean') {
    throw new TypeError(`DataLoader: shuffle must be true or false, but got ${describe(options.shuffle)}`)
  }
  if (isIterableDataset(dataset)) return streamed(dataset as IterableDataset<Sample>, options)
  return numbered(asDataset(dataset as DatasetLike<Sample>), options)
}

function streamed<Sample>(dataset: IterableDataset<Sample>, options: BatchOptions): Batches<Sample> {
  refuseOrder(options)
  checkRepeatable('the dataset', dataset, 'pass an object whose [Symbol.iterator]() starts anew')
  const size = checkBatchSize(options.batchSize ?? 1)
  const dropLast = checkDropLast(options.dropLast ?? false)
  return {
    dataset,
    get length() {
      const { length } = dataset as { length?: number }
      if (length === undefined) throw new TypeError(`DataLoader: the dataset ${describe(dataset)} has no length`)
      return dropLast ? Math.floor(length / size) : Math.ceil(length / size)
    },
    epoch() {
      if (Symbol.iterator in dataset) return inBatches(dataset, size, dropLast)
      throw new TypeError('DataLoader: the dataset is asynchronous; iterate the loader with "for await"')
    },
    epochLater: () => inBatchesLater(dataset, size, dropLast),
  }
}

function numbered<Sample>(dataset: Dataset<Sample>, options: BatchOptions): Batches<Sample> {
  const batchSampler = samplerOf(dataset, options)
  const samples = (indices: readonly number[]) => indices.map(index => dataset.get(index))
  return {
    dataset,
    get length() {
      const { length } = batchSampler as { length?: number }
      if (length === undefined) {
        throw new TypeError(`DataLoader: the batch sampler ${describe(batchSampler)} has no length`)
      }
      return length
    },
    *epoch() {
      for (const indices of batchSampler) yield samples(indices)
    },
    async *epochLater() {
      for (const indices of batchSampler) yield await Promise.all(samples(indices))
    },
  }
}

function samplerOf(dataset: Dataset, options: BatchOptions): Iterable<readonly number[]> {
  const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false, generator } = options
  if (sampler !== undefined && shuffle) throw new ValueError('sampler option is mutually exclusive with shuffle')
  if (batchSampler !== undefined) {
    if (batchSize !== 1 || shuffle || sampler !== undefined || dropLast) {
      throw new ValueError(
        'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
      )
    }
    return checkRepeatable('batchSampler', batchSampler, 'pass an array')
  }
  const own = sampler === undefined ? null : checkRepeatable('sampler', sampler, 'pass an array')
  const order = own ?? (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset))
  return new BatchSampler(order, { batchSize, dropLast })
}

/** Refuses what can be iterated only once: the second epoch would be empty. */
function checkRepeatable<T extends object>(name: string, iterable: T, cure: string): T {
  if (typeof iterable !== 'object' || !(Symbol.iterator in iterable || Symbol.asyncIterator in iterable)) {
    throw new TypeError(`DataLoader: ${name} must be iterable, but got ${describe(iterable)}`)
  }
  if (typeof (iterable as Partial<Iterator<unknown>>).next === 'function') {
    throw new TypeError(`DataLoader: ${name} must be iterable for every epoch, and an iterator is only once; ${cure}`)
  }
  return iterable
}
