/**
 * Making one batch of several samples.
 *
 * @module
 */
import { describe, RuntimeError } from '../errors.js'
import { fromTypedArray, tensor } from '../ops/creation/fromData.js'
import { stack } from '../ops/rearrangement/join.js'
import { Tensor } from '../ops/tensor.js'
import type { TypedArray } from '../tensor/dtype.js'

type Elements = number | bigint | boolean | TypedArray

/** What {@link defaultCollate} makes of a kind of sample. */
export type Collated<Sample> = Sample extends Tensor | Elements
  ? Tensor
  : Sample extends string
    ? string[]
    : Sample extends readonly unknown[]
      ? { -readonly [Key in keyof Sample]: Collated<Sample[Key]> }
      : Sample extends object
        ? { -readonly [Key in keyof Sample]: Collated<Sample[Key]> }
        : never

/**
 * Samples as a batch, with a dimension for the batch in front: tensors (and typed arrays) are stacked; numbers become an
 * int64 tensor if all are whole and a float64 tensor otherwise, bigints int64, booleans bool; strings are listed; lists
 * and records are gone through, entry by entry.
 *
 * A number that may or may not be whole is better given as a tensor: JavaScript does not tell 1 from 1.0.
 *
 * @throws TypeError for other samples; RuntimeError for samples that are not alike
 * @example defaultCollate([{ x: tensor([1, 2]), label: 3 }, { x: tensor([4, 5]), label: 6 }]) // { x: 2 x 2, label: 2 }
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
export function defaultCollate<Sample>(samples: readonly Sample[]): Collated<Sample> {
  if (samples.length === 0) throw new RuntimeError('defaultCollate: a batch needs at least one sample')
  return collate(samples) as Collated<Sample>
}

function collate(samples: readonly unknown[]): unknown {
  const first = samples[0]
  const other = samples.find(sample => kindOf(sample) !== kindOf(first))
  if (other !== undefined) {
    throw new RuntimeError(`defaultCollate: a batch must not mix ${describe(first)} and ${describe(other)}`)
  }
  switch (kindOf(first)) {
    case 'tensor':
      return stack(samples as Tensor[])
    case 'typed array':
      return stack(samples.map(sample => fromTypedArray(sample as TypedArray)))
    case 'number':
      return tensor(samples as number[], { dtype: samples.every(Number.isSafeInteger) ? 'int64' : 'float64' })
    case 'bigint':
    case 'boolean':
      return tensor(samples as boolean[])
    case 'string':
      return [...samples]
    case 'list':
      return collateLists(samples as readonly (readonly unknown[])[])
    case 'record':
      return collateRecords(samples as readonly Readonly<Record<string, unknown>>[])
    default:
      throw new TypeError(
        `default_collate: batch must contain tensors, typed arrays, numbers, records or lists; found ${describe(first)}`,
      )
  }
}

function kindOf(sample: unknown): string {
  if (sample instanceof Tensor) return 'tensor'
  if (ArrayBuffer.isView(sample)) return 'typed array'
  if (Array.isArray(sample)) return 'list'
  if (typeof sample !== 'object' || sample === null) return sample === null ? 'null' : typeof sample
  const prototype: unknown = Object.getPrototypeOf(sample)
  return prototype === Object.prototype || prototype === null ? 'record' : 'object'
}

function collateLists(samples: readonly (readonly unknown[])[]): unknown[] {
  const [first] = samples
  if (samples.some(({ length }) => length !== first!.length)) {
    throw new RuntimeError('each element in list of batch should be of equal size')
  }
  return first!.map((_, i) => collate(samples.map(sample => sample[i])))
}

function collateRecords(samples: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const names = Object.keys(samples[0]!)
  for (const sample of samples) {
    const missing = names.find(name => !Object.hasOwn(sample, name))
    if (missing !== undefined)
      throw new RuntimeError(`each record in a batch should have the key ${JSON.stringify(missing)}`)
  }
  return Object.fromEntries(names.map(name => [name, collate(samples.map(sample => sample[name]))]))
}
