/**
 * Parts of a tensor along one dimension: views, nothing is copied.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { describe, IndexError, RuntimeError, ValueError } from '../../errors.js'
import { formatShape, normalizeDim } from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'
import { place } from './place.js'

/** The elements from `start` on, `length` of them, along `dim`. */
export function narrow(input: Tensor, dim: number, start: number, length: number): Tensor {
  const own = sizedDim('narrow', input, dim)
  const size = input.shape[own]!
  whole('narrow', 'start', start)
  if (start < -size || start > size) {
    throw new IndexError(
      `Dimension out of range (expected to be in range of [${-size}, ${size}], but got start=${start})`,
    )
  }
  const from = start < 0 ? start + size : start
  if (whole('narrow', 'length', length) < 0) {
    throw new RuntimeError(`narrow(): length must be non-negative, but got length=${length}`)
  }
  if (from + length > size) {
    throw new RuntimeError(`start (${from}) + length (${length}) exceeds dimension size (${size}).`)
  }
  return part(input, own, from, length, 1, 'SliceBackward0')
}

/** Python's `input[start:end:step]` along `dim`: bounds count from the end if negative, and are clipped. */
export function slice(input: Tensor, dim = 0, start?: number | null, end?: number | null, step = 1): Tensor {
  const own = sizedDim('slice', input, dim)
  if (whole('slice', 'step', step) <= 0) {
    throw new ValueError(
      step === 0
        ? 'slice step cannot be zero'
        : `step must be greater than zero, but got step=${step}; flip() turns a tensor round`,
    )
  }
  const size = input.shape[own]!
  const bound = (argument: string, value: number | null | undefined, fallback: number) => {
    if (value === null || value === undefined) return fallback
    whole('slice', argument, value)
    return Math.min(Math.max(value < 0 ? value + size : value, 0), size)
  }
  const from = bound('start', start, 0)
  const length = Math.max(Math.ceil((bound('end', end, size) - from) / step), 0)
  return part(input, own, from, length, step, 'SliceBackward0')
}

/** One element along `dim`, which disappears. */
export function select(input: Tensor, dim: number, index: number): Tensor {
  if (input.ndim === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.')
  const own = normalizeDim(dim, input.ndim)
  const size = input.shape[own]!
  whole('select', 'index', index)
  if (index < -size || index >= size) {
    throw new IndexError(
      `select(): index ${index} out of range for tensor of size ${formatShape(input.shape)} at dimension ${own}`,
    )
  }
  return element(input, own, index < 0 ? index + size : index, 'SelectBackward0')
}

/** Every element along `dim`, as views without that dimension. */
export function unbind(input: Tensor, dim = 0): Tensor[] {
  if (input.ndim === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`)
  const own = normalizeDim(dim, input.ndim)
  return Array.from({ length: input.shape[own]! }, (_, index) => element(input, own, index, 'UnbindBackward0'))
}

/** Pieces of `size` along `dim` (the last may be smaller), or pieces of the sizes listed. */
export function split(input: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  if (input.ndim === 0) throw new RuntimeError('split expects at least a 1-dimensional tensor')
  const own = normalizeDim(dim, input.ndim)
  const total = input.shape[own]!
  const sizes = typeof size === 'number' ? evenSizes(size, total) : size
  const sum = sizes.reduce((before, part) => before + whole('split', 'splitSize', part), 0)
  if (sizes.some(part => part < 0)) {
    throw new RuntimeError(
      `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${formatShape(sizes)}`,
    )
  }
  if (sum !== total) {
    throw new RuntimeError(
      `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${own}), but got split_sizes=${formatShape(sizes)}`,
    )
  }
  const name = typeof size === 'number' ? 'SplitBackward0' : 'SplitWithSizesBackward0'
  let start = 0
  return sizes.map(length => {
    start += length
    return part(input, own, start - length, length, 1, name)
  })
}

/** At most `chunks` pieces of equal size along `dim` (the last may be smaller). */
export function chunk(input: Tensor, chunks: number, dim = 0): Tensor[] {
  if (input.ndim === 0) throw new RuntimeError('chunk expects at least a 1-dimensional tensor')
  if (whole('chunk', 'chunks', chunks) <= 0) {
    throw new RuntimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`)
  }
  const total = input.shape[normalizeDim(dim, input.ndim)]!
  // an empty dimension still gives the number of pieces asked for, as in PyTorch
  return total === 0
    ? split(input, new Array<number>(chunks).fill(0), dim)
    : split(input, Math.ceil(total / chunks), dim)
}

function evenSizes(size: number, total: number): number[] {
  if (whole('split', 'splitSize', size) < 0) {
    throw new RuntimeError(`split expects split_size be non-negative, but got split_size=${size}`)
  }
  if (size === 0 && total > 0) {
    throw new RuntimeError(`split_size can only be 0 if dimension size is 0, but got dimension size of ${total}`)
  }
  const count = Math.max(Math.ceil(total / Math.max(size, 1)), 1)
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size))
}

/** `length` elements along `dim`, `step` apart. */
function part(input: Tensor, dim: number, start: number, length: number, step: number, name: string): Tensor {
  const { shape } = input
  const take = (from: Tensor) => part(from, dim, start, length, step, name)
  const out = viewOf(
    input,
    shape.with(dim, length),
    input.strides.with(dim, input.strides[dim]! * step),
    input.offset + start * input.strides[dim]!,
  )
  return record(out, name, [input], [], gradient => [place(gradient, shape, 'SliceBackward', take)])
}

/** One element along `dim`, which disappears. */
function element(input: Tensor, dim: number, index: number, name: string): Tensor {
  const { shape } = input
  const take = (from: Tensor) => element(from, dim, index, name)
  const out = viewOf(
    input,
    shape.toSpliced(dim, 1),
    input.strides.toSpliced(dim, 1),
    input.offset + index * input.strides[dim]!,
  )
  return record(out, name, [input], [], gradient => [place(gradient, shape, 'SelectBackward', take)])
}

function sizedDim(operation: string, input: Tensor, dim: number): number {
  if (input.ndim === 0) throw new RuntimeError(`${operation}() cannot be applied to a 0-dim tensor.`)
  return normalizeDim(dim, input.ndim)
}

function whole(operation: string, argument: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw new TypeError(`${operation}(): argument '${argument}' must be a whole number, but got ${describe(value)}`)
}
