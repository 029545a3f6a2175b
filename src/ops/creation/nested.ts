/**
 * Nested arrays of numbers as a tensor.
 *
 * @module
 */
import { describe, ValueError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { atOnce } from '../../tensor/deferral.js'
import { type DType, isComplex, promoteTypes } from '../../tensor/dtype.js'
import { isComplexScalar, isScalar, type Scalar } from '../../tensor/scalar.js'
import { type Tensor, wrapArray } from '../../tensor/tensor.js'
import { checkFits, dtypeOfValue } from '../elementwise/scalarRange.js'

/** A number, or arrays of numbers to any depth. */
export type Nested = Scalar | readonly Nested[]

/** A contiguous tensor of the nested numbers; the dtype is inferred where none is given. */
export function fromNested(data: Nested, dtype?: DType): Tensor {
  const shape = shapeOf(data)
  const flat: Scalar[] = []
  collect(data, shape, 0, flat)
  const target = dtype ?? inferDType(flat)
  for (const value of flat) checkFits(value, target)
  return atOnce(() => convert(asWidest(flat, shape, target), target))
}

/** The sizes down the first branch, which the others must have as well. */
function shapeOf(data: Nested): number[] {
  const shape: number[] = []
  for (let level: Nested | undefined = data; isSequence(level); level = level[0]) shape.push(level.length)
  return shape
}

function collect(data: Nested, shape: readonly number[], dim: number, flat: Scalar[]): void {
  if (dim === shape.length) {
    if (isSequence(data)) {
      throw new ValueError(`expected a number at dim ${dim}, but got a sequence of length ${data.length}`)
    }
    if (!isScalar(data)) throw new TypeError(`tensor(): Could not infer dtype of ${describe(data)}`)
    flat.push(data)
    return
  }
  if (!isSequence(data)) {
    throw new TypeError(`not a sequence: expected one of length ${shape[dim]} at dim ${dim}, but got ${describe(data)}`)
  }
  if (data.length !== shape[dim]) {
    throw new ValueError(`expected sequence of length ${shape[dim]} at dim ${dim} (got ${data.length})`)
  }
  for (const entry of data) collect(entry, shape, dim + 1, flat)
}

const isSequence = (data: unknown): data is readonly Nested[] => Array.isArray(data)

function inferDType(flat: readonly Scalar[]): DType {
  return flat.length === 0 ? 'float32' : flat.map(dtypeOfValue).reduce(promoteTypes)
}

/** The numbers in the widest dtype of the target's kind, from which one conversion leads to the target. */
function asWidest(flat: readonly Scalar[], shape: readonly number[], target: DType): Tensor {
  if (isComplex(target)) {
    const parts = flat.flatMap(value => (isComplexScalar(value) ? [value.re, value.im] : [Number(value), 0]))
    return wrapArray(Float64Array.from(parts), shape, 'complex128')
  }
  if (target === 'int64') {
    const integers = flat.map(value => (typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)))))
    return wrapArray(BigInt64Array.from(integers), shape, 'int64')
  }
  return wrapArray(Float64Array.from(flat, Number), shape, 'float64')
}
