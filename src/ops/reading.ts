/**
 * Getting numbers out of a tensor.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { asContiguous, contiguousData, convert } from '../tensor/copy.js'
import { type DType, isComplex, isHalf, type TypedArray } from '../tensor/dtype.js'
import type { Complex } from '../tensor/scalar.js'
import type { Tensor } from '../tensor/tensor.js'

/** One element as JavaScript has it: int64 as a number where it is exact, otherwise a bigint. */
export type Item = number | bigint | boolean | Complex

/** An element, or nested arrays of elements. */
export type NestedItems = number | boolean | Complex | NestedItems[]

/**
 * A copy of the elements in row-major order: complex ones interleaved (re, im), bool as 0 and 1, 16-bit floats as
 * their bit patterns (`to('float32')` first gives their values).
 */
export function dataSync(input: Tensor): TypedArray {
  checkReadable(input, 'dataSync')
  // a copy, always: whether the caller may write into the result must not depend on the strides, and memory of tensors,
  // which is used again, must not leave the library
  return contiguousData(input).slice() as TypedArray
}

/** The elements as nested arrays. An int64 beyond 2^53 is refused, since a number cannot hold it. */
export function tolist(input: Tensor): NestedItems {
  checkReadable(input, 'tolist')
  const { dtype, shape } = input
  const at = elementReader(input)
  let next = 0
  const read = (): NestedItems => {
    const value = at(next++)
    if (typeof value !== 'bigint') return value
    throw new RuntimeError(
      `tolist(): the ${dtype} element ${value} does not fit in a number exactly. dataSync() gives a BigInt64Array.`,
    )
  }
  const nest = (dim: number): NestedItems =>
    dim === shape.length ? read() : Array.from({ length: shape[dim]! }, () => nest(dim + 1))
  return nest(0)
}

/** The only element of a tensor, as a number, boolean or { re, im }; a bigint for an int64 that no number holds. */
export function item<Value extends Item = number>(input: Tensor): Value {
  if (input.numel() !== 1) {
    throw new RuntimeError(
      `a Tensor with ${input.numel()} elements cannot be converted to Scalar; item() takes one element, tolist() all of them`,
    )
  }
  checkReadable(input, 'item')
  // the dtype decides; the caller who expects another kind says which
  return elementReader(input)(0) as Value
}

/** Reads the element at a row-major position. */
export function elementReader(input: Tensor): (position: number) => Item {
  const data = contiguousData(isHalf(input.dtype) ? convert(input, 'float32') : asContiguous(input))
  if (isComplex(input.dtype)) return i => ({ re: data[2 * i] as number, im: data[2 * i + 1] as number })
  if (input.dtype === 'bool') return i => data[i] !== 0
  if (data instanceof BigInt64Array) return i => exactNumber(data[i]!)
  return i => data[i] as number
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function checkReadable({ device }: { device: string; dtype: DType }, method: string): void {
  if (device !== 'meta') return
  throw new RuntimeError(
    `Cannot copy out of meta tensor; no data! ${method}() needs a tensor on the cpu: make one with zerosLike(x, { device: 'cpu' }) or load it.`,
  )
}
