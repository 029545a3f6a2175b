/**
 * Collections of samples that can be asked for by number.
 *
 * @module
 */
import { describe, IndexError, ValueError } from '../errors.js'
import { Tensor } from '../ops/tensor.js'

/**
 * Samples by number: anything with a length and a `get`. Where samples come from a disk or a network, `get` returns
 * promises, and the loader is iterated with `for await`.
 *
 * @example
 * const dataset = { length: files.length, get: async i => [await readImage(files[i]), labels[i]] as const }
 * @see https://pytorch.org/docs/stable/data.html#map-style-datasets
 */
export interface Dataset<Sample = unknown> {
  readonly length: number
  /** The sample of this number, from 0 to `length - 1`. */
  get(index: number): Sample
}

/** A dataset, or an array that is one. */
export type DatasetLike<Sample = unknown> = Dataset<Sample> | readonly Sample[]

/** An array as a dataset, and a tensor as one of what lies along its first dimension; a dataset as it is. */
export function asDataset<Sample>(value: DatasetLike<Sample>): Dataset<Sample> {
  if (value instanceof Tensor) {
    const rows = new TensorDataset(value)
    return { length: rows.length, get: index => rows.get(index)[0] as Sample }
  }
  if (Array.isArray(value))
    return { length: value.length, get: index => value[checkIndex(index, value.length)] as Sample }
  const dataset = value as Dataset<Sample>
  const known = typeof dataset === 'object' && dataset !== null && typeof dataset.get === 'function'
  if (known && Number.isSafeInteger(dataset.length) && dataset.length >= 0) return dataset
  throw new TypeError(`a dataset must be an array, or have a length and a get(index), but got ${describe(value)}`)
}

/** A position counted from the end if negative; refused outside of the dataset. */
export function checkIndex(index: number, length: number): number {
  if (!Number.isSafeInteger(index)) throw new TypeError(`an index must be a whole number, but got ${describe(index)}`)
  if (index < -length || index >= length) {
    throw new IndexError(`index ${index} is out of range for a dataset of ${length} samples`)
  }
  return index < 0 ? index + length : index
}

/**
 * Samples along the first dimension of one or several tensors.
 *
 * @throws ValueError if the tensors are not equally long
 * @example new TensorDataset(images, labels).get(3) // [images[3], labels[3]]
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
 */
export class TensorDataset<Tensors extends readonly Tensor[] = Tensor[]> implements Dataset<[...Tensors]> {
  readonly tensors: Tensors

  constructor(...tensors: Tensors) {
    if (tensors.length === 0) throw new ValueError('TensorDataset needs at least one tensor')
    for (const tensor of tensors) {
      if (!(tensor instanceof Tensor)) throw new TypeError(`TensorDataset takes tensors, but got ${describe(tensor)}`)
      if (tensor.ndim === 0) throw new IndexError('TensorDataset: a tensor without dimensions has no samples')
    }
    const sizes = tensors.map(tensor => tensor.size(0))
    if (sizes.some(size => size !== sizes[0])) {
      throw new ValueError(`Size mismatch between tensors: their first dimensions are ${sizes.join(', ')}`)
    }
    this.tensors = tensors
  }

  get length(): number {
    return this.tensors[0]!.size(0)
  }

  get(index: number): [...Tensors] {
    const own = checkIndex(index, this.length)
    return this.tensors.map(tensor => tensor.select(0, own)) as unknown as [...Tensors]
  }
}

/**
 * Some samples of another dataset, in an order of one's own.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 */
export class Subset<Sample> implements Dataset<Sample> {
  readonly dataset: Dataset<Sample>

  constructor(
    dataset: DatasetLike<Sample>,
    /** The samples' numbers in the whole dataset. */
    readonly indices: readonly number[],
  ) {
    this.dataset = asDataset(dataset)
    if (!Array.isArray(indices)) {
      throw new TypeError(`Subset: indices must be an array of whole numbers, but got ${describe(indices)}`)
    }
  }

  get length(): number {
    return this.indices.length
  }

  get(index: number): Sample {
    return this.dataset.get(this.indices[checkIndex(index, this.length)]!)
  }
}

/**
 * Several datasets, one after the other.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset
 */
export class ConcatDataset<Sample> implements Dataset<Sample> {
  readonly datasets: readonly Dataset<Sample>[]

  constructor(datasets: Iterable<DatasetLike<Sample>>) {
    this.datasets = Array.from(datasets, asDataset)
    if (this.datasets.length === 0) throw new ValueError('datasets should not be an empty iterable')
  }

  get length(): number {
    return this.datasets.reduce((sum, { length }) => sum + length, 0)
  }

  get(index: number): Sample {
    let rest = checkIndex(index, this.length)
    for (const dataset of this.datasets) {
      if (rest < dataset.length) return dataset.get(rest)
      rest -= dataset.length
    }
    throw new IndexError(`index ${index} is out of range: a dataset became shorter`)
  }
}
