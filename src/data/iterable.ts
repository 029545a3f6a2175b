/**
 * Samples that come one after the other, without numbers: from a stream, a database, a generator function.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { Tensor } from '../ops/tensor.js'

/**
 * Samples one after the other: anything that can be iterated, from the start each time; asynchronous ones with
 * `for await`. Where it has a `length`, the loader has one too.
 *
 * @example const dataset = { async *[Symbol.asyncIterator]() { for await (const line of openFile()) yield parse(line) } }
 * @see https://pytorch.org/docs/stable/data.html#iterable-style-datasets
 */
export type IterableDataset<Sample = unknown> = Iterable<Sample> | AsyncIterable<Sample>

/** Whether samples can only be iterated: an array, a tensor, and what has a `get`, can be asked for them by number. */
export function isIterableDataset(value: unknown): value is IterableDataset {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false
  if (Array.isArray(value) || typeof (value as { get?: unknown }).get === 'function') return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}

/** Refuses options that need samples by number, in PyTorch's words. */
export function refuseOrder(options: { shuffle?: boolean; sampler?: unknown; batchSampler?: unknown }): void {
  const { shuffle = false, sampler, batchSampler } = options
  const given = shuffle
    ? 'shuffle option, but got shuffle=true'
    : sampler !== undefined
      ? `sampler option, but got sampler=${describe(sampler)}`
      : batchSampler !== undefined && `batch_sampler option, but got batch_sampler=${describe(batchSampler)}`
  if (given) throw new ValueError(`DataLoader with IterableDataset: expected unspecified ${given}`)
}

/** The items in lists of `size`, the last one of what is left. */
export function* inBatches<T>(items: Iterable<T>, size: number, dropLast: boolean): Generator<T[], void> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0 && !dropLast) yield batch
}

/** {@link inBatches} of what comes with time. */
export async function* inBatchesLater<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
  dropLast: boolean,
): AsyncGenerator<Awaited<T>[], void> {
  let batch: Awaited<T>[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0 && !dropLast) yield batch
}
