/**
 * Views whose elements may share memory: sliding windows, diagonals, any strides.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { formatShape, normalizeDim, numelOf, type Shape } from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'
import { place } from './place.js'
import { listOf } from './sizes.js'

/**
 * Windows of `size` elements, `step` apart, along `dim`; the elements of a window become the last dimension
 * (`Tensor.unfold`; the column-making `nn.functional.unfold` is another thing).
 */
export function unfold(input: Tensor, dim: number, size: number, step: number): Tensor {
  const own = normalizeDim(dim, input.ndim)
  listOf('unfold', 'size', [size])
  listOf('unfold', 'step', [step])
  if (size < 0) throw new RuntimeError(`size is ${size} but must be >= 0`)
  if (step <= 0) throw new RuntimeError(`step is ${step} but must be > 0`)
  // a single number is a dimension of one element here
  const shape = input.ndim === 0 ? [1] : input.shape
  const strides = input.ndim === 0 ? [1] : input.strides
  const length = shape[own]!
  if (size > length) {
    throw new RuntimeError(`maximum size for tensor at dimension ${own} is ${length} but size is ${size}`)
  }
  const windows = Math.floor((length - size) / step) + 1
  const outShape = input.ndim === 0 ? [size] : [...shape.with(own, windows), size]
  const outStrides = input.ndim === 0 ? [1] : [...strides.with(own, strides[own]! * step), strides[own]!]
  const inputShape = input.shape
  const take = (from: Tensor) => unfold(from, dim, size, step)
  return record(viewOf(input, outShape, outStrides), 'UnfoldBackward0', [input], [], gradient => [
    place(gradient, inputShape, 'UnfoldBackward', take, { overlapping: step < size }),
  ])
}

/** The elements whose indices along two dimensions differ by `offset`, as the last dimension. */
export function diagonal(input: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  const first = normalizeDim(dim1, input.ndim)
  const second = normalizeDim(dim2, input.ndim)
  listOf('diagonal', 'offset', [offset])
  if (first === second) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`)
  const { shape, strides } = input
  const [rows, columns] =
    offset >= 0 ? [shape[first]!, shape[second]! - offset] : [shape[first]! + offset, shape[second]!]
  const length = Math.max(Math.min(rows, columns), 0)
  const skip = offset >= 0 ? offset * strides[second]! : -offset * strides[first]!
  const others = (list: Shape) => list.filter((_, dim) => dim !== first && dim !== second)
  const out = viewOf(
    input,
    [...others(shape), length],
    [...others(strides), strides[first]! + strides[second]!],
    length === 0 ? input.offset : input.offset + skip,
  )
  const take = (from: Tensor) => diagonal(from, offset, dim1, dim2)
  return record(out, 'DiagonalBackward0', [input], [], gradient => [place(gradient, shape, 'DiagonalBackward', take)])
}

/** A view of the tensor's memory with any sizes and strides, checked against the memory's bounds. */
export function asStrided(input: Tensor, size: Shape, stride: Shape, storageOffset = input.offset): Tensor {
  if (size.length !== stride.length) {
    throw new RuntimeError(
      `mismatch in length of strides and shape: size=${formatShape(size)}, stride=${formatShape(stride)}`,
    )
  }
  listOf('asStrided', 'size', size)
  listOf('asStrided', 'stride', stride)
  if (stride.some(step => step < 0)) {
    throw new RuntimeError(
      `as_strided: Negative strides are not supported at the moment, got strides: ${formatShape(stride)}`,
    )
  }
  const { length } = input.storage
  const last = size.reduce((sum, n, dim) => sum + (n - 1) * stride[dim]!, storageOffset)
  if (size.some(n => n < 0) || !(storageOffset >= 0) || (!size.includes(0) && last >= length)) {
    throw new RuntimeError(
      `setStorage: sizes ${formatShape(size)}, strides ${formatShape(stride)}, storage offset ${storageOffset} are out of bounds for storage of ${length} elements`,
    )
  }
  const out = viewOf(input, size, stride, storageOffset)
  return record(out, 'AsStridedBackward0', [input], [], stridedGradient(elementsOf(input), elementsOf(out)))
}

/** Which elements of a storage a tensor shows. */
export interface Elements {
  readonly shape: Shape
  readonly strides: Shape
  readonly offset: number
  /** Of the whole storage. */
  readonly length: number
}

export const elementsOf = ({ shape, strides, offset, storage }: Tensor): Elements => ({
  shape,
  strides,
  offset,
  length: storage.length,
})

/** What `asStrided` makes of a tensor that is a whole storage. */
export const takeElements = (memory: Tensor, { shape, strides, offset }: Elements): Tensor =>
  asStrided(memory, shape, strides, offset)

/** A gradient of some elements of a storage, laid into a storage of zeros. */
export function intoMemory(gradient: Tensor, elements: Elements): Tensor {
  const take = (memory: Tensor) => takeElements(memory, elements)
  const overlapping = overlaps(elements.shape, elements.strides)
  return place(gradient, [elements.length], 'AsStridedBackward', take, { overlapping })
}

/** The derivative of `asStrided`: what the view reads is memory, so its gradient is laid into memory, and the input's read there. */
export function stridedGradient(input: Elements, view: Elements): Backward {
  return gradient => {
    if (overlaps(input.shape, input.strides)) {
      throw new NotImplementedError(
        'as_strided: no derivative for an input whose elements share memory; clone() it first',
      )
    }
    return [takeElements(intoMemory(gradient, view), input)]
  }
}

/** Whether two elements may share memory: sorted by stride, each dimension must step over the smaller ones. */
function overlaps(shape: Shape, strides: Shape): boolean {
  if (numelOf(shape) < 2) return false
  const dims = shape.map((size, dim) => ({ size, stride: strides[dim]! })).filter(({ size }) => size > 1)
  dims.sort((a, b) => a.stride - b.stride)
  let reach = 0
  for (const { size, stride } of dims) {
    if (stride <= reach) return true
    reach += (size - 1) * stride
  }
  return false
}
