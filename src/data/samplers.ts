/**
 * In which order samples are taken, and in which batches: after `manualSeed` in PyTorch's.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkGenerator, type GeneratorOptions } from '../ops/creation/fillRandom.js'
import { checkOptions } from '../options.js'
import { Generator } from '../tensor/random/generator.js'
import { randomPermutation } from '../tensor/random/integers.js'
import { drawBelow, drawSeed } from './draws.js'
import { inBatches } from './iterable.js'

/** Numbers of samples, in the order in which to take them; a new order each time it is iterated. */
export interface Sampler<Index = number> extends Iterable<Index> {
  readonly length: number
}

/** What has a length: a dataset, an array. */
export interface Sized {
  readonly length: number
}

function checkSized(sampler: string, source: Sized): void {
  if (typeof source?.length === 'number') return
  throw new TypeError(
    `${sampler}: the source must have a length, as a dataset or an array has, but got ${describe(source)}`,
  )
}

/**
 * All samples in their own order.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.SequentialSampler
 */
export class SequentialSampler implements Sampler {
  constructor(private readonly source: Sized) {
    checkSized('SequentialSampler', source)
  }

  get length(): number {
    return this.source.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.source.length; index++) yield index
  }
}

/** Options of {@link RandomSampler}. */
export interface RandomSamplerOptions extends GeneratorOptions {
  /** Draw each sample from all. Default: false, each comes once before any comes again */
  replacement?: boolean
  /** The number of samples to draw. Default: as many as there are */
  numSamples?: number
}

/**
 * Samples in random order.
 *
 * Without a generator of its own, it draws a seed from the default one at each start, as PyTorch does.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
 */
export class RandomSampler implements Sampler {
  private readonly replacement: boolean
  private readonly numSamples: number | undefined
  private readonly generator: Generator | undefined

  constructor(
    private readonly source: Sized,
    options: RandomSamplerOptions = {},
  ) {
    const known = checkOptions('RandomSampler', options, ['replacement', 'numSamples', 'generator'])
    const { replacement = false, numSamples, generator } = known
    if (typeof replacement !== 'boolean') {
      throw new TypeError(`replacement should be a boolean value, but got replacement=${describe(replacement)}`)
    }
    this.replacement = replacement
    this.numSamples = numSamples
    this.generator = generator && checkGenerator(generator)
    checkSized('RandomSampler', source)
    checkSampleCount(this.length)
  }

  get length(): number {
    return this.numSamples ?? this.source.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const generator = this.generator ?? new Generator(drawSeed(checkGenerator(undefined)))
    const size = checkSampleCount(this.source.length)
    if (this.replacement) yield* drawWithReplacement(this.length, size, generator)
    else {
      const { length } = this
      for (let rest = length; rest >= size; rest -= size) yield* permutation(size, generator)
      // drawn even where nothing is left to take: the next epoch's order depends on it
      yield* permutation(size, generator).slice(0, length % size)
    }
  }
}

const permutation = (size: number, generator: Generator): number[] =>
  Array.from(randomPermutation(size, generator), Number)

/** In blocks of 32, because PyTorch draws so: what else draws in between sees the same numbers. */
function* drawWithReplacement(count: number, size: number, generator: Generator): IterableIterator<number> {
  for (let done = 0; done < count; done += 32) {
    yield* Array.from({ length: Math.min(32, count - done) }, () => drawBelow(size, generator))
  }
}

/** Refuses a number of samples that is not positive. */
export function checkSampleCount(count: unknown): number {
  if (Number.isSafeInteger(count) && (count as number) > 0) return count as number
  throw new ValueError(`num_samples should be a positive integer value, but got num_samples=${String(count)}`)
}

/**
 * Some samples, in random order.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler
 */
export class SubsetRandomSampler implements Sampler {
  private readonly generator: Generator | undefined

  constructor(
    private readonly indices: readonly number[],
    options: GeneratorOptions = {},
  ) {
    const { generator } = checkOptions('SubsetRandomSampler', options, ['generator'])
    this.generator = generator && checkGenerator(generator)
  }

  get length(): number {
    return this.indices.length
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const i of permutation(this.indices.length, checkGenerator(this.generator))) yield this.indices[i]!
  }
}

/** Options of {@link BatchSampler}. */
export interface BatchSamplerOptions {
  /** The number of samples in a batch. */
  batchSize: number
  /** Leave out a last batch that is smaller. Default: false */
  dropLast?: boolean
}

/**
 * The numbers of another sampler in batches.
 *
 * @example [...new BatchSampler(new SequentialSampler({ length: 5 }), { batchSize: 2 })] // [[0, 1], [2, 3], [4]]
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler
 */
export class BatchSampler implements Sampler<number[]> {
  private readonly batchSize: number
  private readonly dropLast: boolean

  constructor(
    private readonly sampler: Iterable<number>,
    options: BatchSamplerOptions,
  ) {
    const { batchSize, dropLast = false } = checkOptions('BatchSampler', options, ['batchSize', 'dropLast'])
    this.batchSize = checkBatchSize(batchSize)
    this.dropLast = checkDropLast(dropLast)
  }

  get length(): number {
    const { length } = this.sampler as Partial<Sized>
    if (length === undefined) throw new TypeError(`${describe(this.sampler)} has no length`)
    return this.dropLast ? Math.floor(length / this.batchSize) : Math.ceil(length / this.batchSize)
  }

  [Symbol.iterator](): IterableIterator<number[]> {
    return inBatches(this.sampler, this.batchSize, this.dropLast)
  }
}

export function checkBatchSize(batchSize: number): number {
  if (Number.isSafeInteger(batchSize) && batchSize > 0) return batchSize
  throw new ValueError(`batch_size should be a positive integer value, but got batch_size=${String(batchSize)}`)
}

export function checkDropLast(dropLast: boolean): boolean {
  if (typeof dropLast === 'boolean') return dropLast
  throw new ValueError(`drop_last should be a boolean value, but got drop_last=${String(dropLast)}`)
}
