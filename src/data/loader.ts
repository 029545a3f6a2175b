/**
 * Batches of a dataset, one after the other.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import { describe } from '../ops/operand.js'
import { checkOptions } from '../ops/options.js'
import { checkGenerator } from '../ops/random.js'
import type { Generator } from '../tensor/random/generator.js'
import { type Collated, defaultCollate } from './collate.js'
import { asDataset, type Dataset, type DatasetLike } from './dataset.js'
import { drawSeed } from './draws.js'
import { BatchSampler, RandomSampler, SequentialSampler } from './samplers.js'

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<Sample, Batch> {
  /** The number of samples in a batch. Default: 1 */
  batchSize?: number
  /** Take the samples in another random order in each epoch. Default: false */
  shuffle?: boolean
  /** The order of the samples: anything that can be iterated again for each epoch. Not together with `shuffle`. */
  sampler?: Iterable<number>
  /** The samples of each batch. Not together with `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  batchSampler?: Iterable<readonly number[]>
  /** Leave out a last batch that is smaller. Default: false */
  dropLast?: boolean
  /** Makes a batch of samples. Default: {@link defaultCollate} */
  collate?: (samples: Sample[]) => Batch
  /** Where the order comes from. Default: a generator seeded by the default one at the start of each epoch */
  generator?: Generator
}

const KEYS = ['batchSize', 'shuffle', 'sampler', 'batchSampler', 'dropLast', 'collate', 'generator']

/**
 * Gives the samples of a dataset in batches; each loop over it is an epoch. After `manualSeed` the order is PyTorch's.
 *
 * With `for await` the samples may be promises, and each batch is fetched while the one before is used. Random numbers
 * that a dataset draws are drawn ahead then; those drawn before the first `await` in `get` come in a fixed order.
 *
 * @example
 * const loader = new DataLoader(new TensorDataset(images, labels), { batchSize: 64, shuffle: true })
 * for (const [x, y] of loader) train(x, y)
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<Sample, Batch = Collated<Awaited<Sample>>> implements Iterable<Batch>, AsyncIterable<Batch> {
  readonly dataset: Dataset<Sample>
  private readonly batchSampler: Iterable<readonly number[]>
  private readonly collate: (samples: Awaited<Sample>[]) => Batch
  private readonly generator: Generator | undefined

  constructor(dataset: DatasetLike<Sample>, options: DataLoaderOptions<Awaited<Sample>, Batch> = {}) {
    checkOptions('DataLoader', options, KEYS)
    this.dataset = asDataset(dataset)
    this.generator = options.generator && checkGenerator(options.generator)
    this.batchSampler = batchesFor(this.dataset, options)
    this.collate = options.collate ?? (defaultCollate as unknown as (samples: Awaited<Sample>[]) => Batch)
    if (typeof this.collate !== 'function') {
      throw new TypeError(`DataLoader: collate must be a function, but got ${describe(this.collate)}`)
    }
  }

  /** The number of batches of an epoch. */
  get length(): number {
    const { length } = this.batchSampler as { length?: number }
    if (length === undefined)
      throw new TypeError(`DataLoader: the batch sampler ${describe(this.batchSampler)} has no length`)
    return length
  }

  [Symbol.iterator](): IterableIterator<Batch> {
    return this.batches(this.startEpoch())
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Batch> {
    return this.prefetchedBatches(this.startEpoch())
  }

  /** The batches' sample numbers. PyTorch draws a seed for workers first, and has no workers here. */
  private startEpoch(): Iterator<readonly number[]> {
    drawSeed(checkGenerator(this.generator))
    return this.batchSampler[Symbol.iterator]()
  }

  private *batches(epoch: Iterator<readonly number[]>): IterableIterator<Batch> {
    for (let next = epoch.next(); !next.done; next = epoch.next()) {
      yield this.collate(next.value.map(index => checkSynchronous(this.dataset.get(index))))
    }
  }

  private async *prefetchedBatches(epoch: Iterator<readonly number[]>): AsyncIterableIterator<Batch> {
    const fetchNext = () => {
      const next = epoch.next()
      if (next.done) return null
      const batch = this.fetch(next.value)
      // a failure is told when the batch is asked for, which may be never
      batch.catch(() => undefined)
      return batch
    }
    let pending = fetchNext()
    while (pending !== null) {
      const batch = await pending
      pending = fetchNext()
      yield batch
    }
  }

  private async fetch(indices: readonly number[]): Promise<Batch> {
    return this.collate(await Promise.all(indices.map(index => this.dataset.get(index))))
  }
}

function checkSynchronous<Sample>(sample: Sample): Awaited<Sample> {
  if (!(sample instanceof Promise)) return sample as Awaited<Sample>
  sample.catch(() => undefined)
  throw new TypeError('DataLoader: the dataset gives promises; iterate the loader with "for await"')
}

function batchesFor(
  dataset: Dataset,
  options: Omit<DataLoaderOptions<never, unknown>, 'collate'>,
): Iterable<readonly number[]> {
  const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false, generator } = options
  if (typeof shuffle !== 'boolean')
    throw new TypeError(`DataLoader: shuffle must be true or false, but got ${describe(shuffle)}`)
  if (sampler !== undefined && shuffle) throw new ValueError('sampler option is mutually exclusive with shuffle')
  if (batchSampler !== undefined) {
    if (batchSize !== 1 || shuffle || sampler !== undefined || dropLast) {
      throw new ValueError(
        'batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last',
      )
    }
    return checkRepeatable('batchSampler', batchSampler)
  }
  const own = sampler === undefined ? null : checkRepeatable('sampler', sampler)
  const order = own ?? (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset))
  return new BatchSampler(order, { batchSize, dropLast })
}

/** Refuses what can be iterated only once: the second epoch would be empty. */
function checkRepeatable<T>(name: string, iterable: Iterable<T>): Iterable<T> {
  if (typeof iterable?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`DataLoader: ${name} must be iterable, but got ${describe(iterable)}`)
  }
  if (typeof (iterable as Partial<Iterator<T>>).next === 'function') {
    throw new TypeError(
      `DataLoader: ${name} must be iterable for every epoch, and an iterator is only once; pass an array`,
    )
  }
  return iterable
}
