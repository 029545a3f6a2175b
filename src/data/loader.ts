/**
 * Batches of a dataset, one after the other.
 *
 * @module
 */
import { describe } from '../errors.js'
import { checkGenerator } from '../ops/creation/fillRandom.js'
import { checkOptions } from '../options.js'
import type { Generator } from '../tensor/random/generator.js'
import { timed } from '../tensor/timed.js'
import { type Batches, batchesOf } from './batches.js'
import { type Collated, defaultCollate } from './collate.js'
import type { Dataset, DatasetLike } from './dataset.js'
import { drawSeed } from './draws.js'
import type { IterableDataset } from './iterable.js'

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

/** Runs what makes a batch; in the profiler by PyTorch's name. Time spent waiting for promises does not count. */
const fetching = timed('enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__', <T>(run: () => T): T => run())

const KEYS = ['batchSize', 'shuffle', 'sampler', 'batchSampler', 'dropLast', 'collate', 'generator']

/**
 * Gives the samples of a dataset in batches; each loop over it is an epoch. After `manualSeed` the order is PyTorch's.
 *
 * With `for await` the samples may be promises, and each batch is fetched while the one before is used. Random numbers
 * that a dataset draws are drawn ahead then; those drawn before the first `await` in `get` come in a fixed order.
 *
 * @param dataset samples by number ({@link Dataset}, an array), or one after the other ({@link IterableDataset}), which
 * can be neither shuffled nor sampled
 * @example
 * const loader = new DataLoader(new TensorDataset(images, labels), { batchSize: 64, shuffle: true })
 * for (const [x, y] of loader) train(x, y)
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export class DataLoader<Sample, Batch = Collated<Awaited<Sample>>> implements Iterable<Batch>, AsyncIterable<Batch> {
  private readonly source: Batches<Sample>
  private readonly collate: (samples: Awaited<Sample>[]) => Batch
  private readonly generator: Generator | undefined

  constructor(
    dataset: DatasetLike<Sample> | IterableDataset<Sample>,
    options: DataLoaderOptions<Awaited<Sample>, Batch> = {},
  ) {
    checkOptions('DataLoader', options, KEYS)
    this.generator = options.generator && checkGenerator(options.generator)
    this.source = batchesOf(dataset, options)
    this.collate = options.collate ?? (defaultCollate as unknown as (samples: Awaited<Sample>[]) => Batch)
    if (typeof this.collate !== 'function') {
      throw new TypeError(`DataLoader: collate must be a function, but got ${describe(this.collate)}`)
    }
  }

  get dataset(): Dataset<Sample> | IterableDataset<Sample> {
    return this.source.dataset
  }

  /** The number of batches of an epoch. */
  get length(): number {
    return this.source.length
  }

  [Symbol.iterator](): IterableIterator<Batch> {
    this.startEpoch()
    return this.batches(this.source.epoch())
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Batch> {
    this.startEpoch()
    return this.prefetchedBatches(this.source.epochLater())
  }

  /** PyTorch draws a seed for workers at the start of each epoch, and has no workers here. */
  private startEpoch(): void {
    drawSeed(checkGenerator(this.generator))
  }

  private *batches(epoch: Iterator<Sample[]>): IterableIterator<Batch> {
    const take = (): { batch: Batch } | null => {
      const next = epoch.next()
      return next.done ? null : { batch: this.collate(next.value.map(checkSynchronous)) }
    }
    try {
      for (let taken = fetching(take); taken !== null; taken = fetching(take)) yield taken.batch
    } finally {
      epoch.return?.()
    }
  }

  private async *prefetchedBatches(epoch: AsyncIterator<Awaited<Sample>[]>): AsyncIterableIterator<Batch> {
    const fetchNext = () => {
      const batch = fetching(() => epoch.next()).then(next =>
        next.done ? null : { batch: fetching(() => this.collate(next.value)) },
      )
      // a failure is told when the batch is asked for, which may be never
      batch.catch(() => undefined)
      return batch
    }
    try {
      let pending = fetchNext()
      for (let next = await pending; next !== null; next = await pending) {
        pending = fetchNext()
        yield next.batch
      }
    } finally {
      // not waited for: a loop that ends early does not want the batch that is still being fetched
      epoch.return?.().catch(() => undefined)
    }
  }
}

function checkSynchronous<Sample>(sample: Sample): Awaited<Sample> {
  if (!(sample instanceof Promise)) return sample as Awaited<Sample>
  sample.catch(() => undefined)
  throw new TypeError('DataLoader: the dataset gives promises; iterate the loader with "for await"')
}
