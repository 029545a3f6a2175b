/**
 * Tensors from data that already exists.
 *
 * @module
 */
import { describe, RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { atOnce } from '../../tensor/deferral.js'
import { checkDevice } from '../../tensor/device.js'
import { checkDType, type DType, dtypeInfo, type TypedArray } from '../../tensor/dtype.js'
import { formatShape, numelOf, type Shape } from '../../tensor/layout.js'
import { Tensor as BareTensor } from '../../tensor/tensor.js'
import { Tensor } from '../tensor.js'
import { blank, CREATION_KEYS, type CreationOptions, checkSizes, finished, knownOptions, over } from './create.js'
import { fromNested, type Nested } from './nested.js'

/** Options of {@link tensor}. */
export interface TensorOptions extends CreationOptions {
  /** The sizes of data given flat, in a typed array. Default: a vector. */
  shape?: Shape
}

/** Options of {@link fromTypedArray}. */
export interface FromTypedArrayOptions {
  /** Default: a vector. */
  shape?: Shape
  /** Default: by the kind of array; float16, bfloat16, bool and complex dtypes must be named. */
  dtype?: DType
}

/**
 * A tensor that holds a copy of the data: a number, nested arrays of numbers, a typed array, or another tensor.
 *
 * Plain numbers are float32 unless `dtype` says otherwise (JavaScript does not tell 1 from 1.0), booleans bool, bigints
 * int64, `{ re, im }` complex64; a typed array gives its own dtype. A Uint16Array holds the bit patterns of `float16` or
 * `bfloat16`, and complex dtypes take interleaved (re, im) arrays.
 *
 * @example tensor([[1, 2], [3, 4]])
 * @example tensor(new Float32Array(6), { shape: [2, 3], requiresGrad: true })
 */
export function tensor(data: Nested | TypedArray | Tensor, options?: TensorOptions): Tensor {
  const known = knownOptions('tensor', options, [...CREATION_KEYS, 'shape'])
  if (data instanceof BareTensor) return copyOf(data, known)
  const device = checkDevice(known.device)
  const whole = ArrayBuffer.isView(data) ? fromArray(data, known) : nested(data as Nested, known)
  if (device === 'meta') return blank(whole.shape, { ...known, dtype: whole.dtype })
  return finished(whole, known)
}

/**
 * A tensor over the memory of a typed array: writing to one changes the other.
 *
 * @example fromTypedArray(new Float32Array(6), { shape: [2, 3] })
 */
export function fromTypedArray(data: TypedArray, options?: FromTypedArrayOptions): Tensor {
  const known = knownOptions('fromTypedArray', options, ['shape', 'dtype'])
  const natural = naturalDType(data)
  const dtype = checkDType(known.dtype, natural ?? undefined)
  if (!natural && known.dtype === undefined) throw needsDType()
  if (!(data instanceof dtypeInfo(dtype).array)) {
    throw new TypeError(
      `fromTypedArray(): ${dtype} is kept in a ${dtypeInfo(dtype).array.name}, but got ${describe(data)}; tensor(data, { dtype }) converts`,
    )
  }
  return over(data, shapeFor('fromTypedArray', data, dtype, known.shape), dtype, {}, { shared: true })
}

function nested(data: Nested, { dtype, shape }: TensorOptions): Tensor {
  if (shape !== undefined) {
    throw new TypeError(
      `tensor(): 'shape' goes with a typed array; nested arrays have a shape, but got shape=${formatShape(shape)}`,
    )
  }
  const made = fromNested(data, dtype === undefined ? undefined : checkDType(dtype))
  return over(made.storage.data, made.shape, made.dtype, {})
}

/** A copy of a typed array, converted if the dtype is kept in another kind of array. */
function fromArray(data: TypedArray, { dtype, shape }: TensorOptions): Tensor {
  const natural = naturalDType(data)
  const target = checkDType(dtype, natural ?? undefined)
  if (natural === null && (dtype === undefined || dtypeInfo(target).array !== Uint16Array)) throw needsDType()
  const { array, components } = dtypeInfo(target)
  // interleaved complex numbers, bit patterns and bool bytes are kept as they are
  if (target !== 'bool' && data instanceof array) {
    return over(data.slice() as TypedArray, shapeFor('tensor', data, target, shape), target, {})
  }
  const source = components === 2 ? complexOf(natural!) : natural!
  if (components === 2 && source === null) throw needsFloats(target, data)
  // the user keeps the array; what is made of it is a copy
  const raw = over(data, shapeFor('tensor', data, target, shape), source!, {}, { shared: true })
  const made = atOnce(() => convert(raw, target))
  return over(made.storage.data, made.shape, target, {})
}

function copyOf(data: Tensor, options: TensorOptions): Tensor {
  if (options.shape !== undefined) {
    throw new TypeError(
      `tensor(): 'shape' goes with a typed array; reshape a tensor, but got shape=${formatShape(options.shape)}`,
    )
  }
  const device = checkDevice(options.device, data.device)
  const dtype = checkDType(options.dtype, data.dtype)
  if (device === 'meta') return blank(data.shape, { ...options, device, dtype })
  if (data.device === 'meta') throw new RuntimeError('Cannot copy out of meta tensor; no data!')
  const { storage, shape, strides } = convert(data, dtype, 'contiguous')
  return finished(new Tensor(storage, shape, strides), options)
}

/** The dtype that a kind of typed array stands for by itself. */
function naturalDType(data: unknown): DType | null {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Int16Array) return 'int16'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof BigInt64Array) return 'int64'
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Uint16Array) return null
  throw new TypeError(
    `expected a Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, BigInt64Array, Uint8Array or Uint16Array, but got ${describe(data)}`,
  )
}

function complexOf(dtype: DType): DType | null {
  if (dtype === 'float32') return 'complex64'
  return dtype === 'float64' ? 'complex128' : null
}

function shapeFor(operation: string, data: TypedArray, dtype: DType, shape: Shape | undefined): number[] {
  const elements = data.length / dtypeInfo(dtype).components
  if (!Number.isInteger(elements)) {
    throw new RuntimeError(
      `${operation}(): ${dtype} takes pairs (re, im), but got an odd number of entries: ${data.length}`,
    )
  }
  const own = shape === undefined ? [elements] : checkSizes(operation, [shape])
  if (numelOf(own) !== elements)
    throw new RuntimeError(`shape '${formatShape(own)}' is invalid for input of size ${elements}`)
  return own
}

const needsDType = () =>
  new TypeError(
    `a Uint16Array holds bit patterns of 16-bit floats: name them with { dtype: 'float16' } or { dtype: 'bfloat16' }`,
  )

const needsFloats = (dtype: DType, data: TypedArray) =>
  new TypeError(`tensor(): ${dtype} takes a Float32Array or Float64Array of (re, im) pairs, but got ${describe(data)}`)
