/**
 * The same elements under another shape, in the same order. Only `reshape` and `flatten` may copy.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { IndexError, RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import {
  contiguousStrides,
  formatShape,
  inferShape,
  normalizeDim,
  numelOf,
  type Shape,
  viewStrides,
} from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'

/** The same elements under another shape, without a copy; refused where the strides do not allow it. One size may be -1. */
export function view(input: Tensor, shape: Shape): Tensor {
  const target = inferShape(shape, input.numel())
  const strides = viewStrides(input.shape, input.strides, target)
  if (strides === null) {
    throw new RuntimeError(
      `view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.`,
    )
  }
  return reshaped(viewOf(input, target, strides), input, 'ViewBackward0')
}

/** The same elements under another shape: a view where the strides allow it, otherwise a copy. One size may be -1. */
export function reshape(input: Tensor, shape: Shape): Tensor {
  const target = inferShape(shape, input.numel())
  if (viewStrides(input.shape, input.strides, target) !== null) return view(input, target)
  const copy = convert(input, input.dtype, 'contiguous')
  return reshaped(viewOf(copy, target, contiguousStrides(target)), input, 'UnsafeViewBackward0')
}

/** A view that PyTorch's composed operations record under a name of its own. For the library's own use. */
export function unsafeView(input: Tensor, shape: Shape): Tensor {
  const strides = viewStrides(input.shape, input.strides, shape)
  return strides === null
    ? reshape(input, shape)
    : reshaped(viewOf(input, shape, strides), input, 'UnsafeViewBackward0')
}

/** Merges the dimensions from `startDim` to `endDim`, both included, into one. */
export function flatten(input: Tensor, startDim = 0, endDim = -1): Tensor {
  const start = normalizeDim(startDim, input.ndim)
  const end = normalizeDim(endDim, input.ndim)
  if (start > end) {
    throw new RuntimeError(
      `flatten() has invalid args: start_dim cannot come after end_dim, but got startDim=${startDim}, endDim=${endDim}`,
    )
  }
  if (input.ndim === 0) return reshape(input, [1])
  if (start === end) return input
  const merged = numelOf(input.shape.slice(start, end + 1))
  return reshape(input, [...input.shape.slice(0, start), merged, ...input.shape.slice(end + 1)])
}

/** Splits one dimension into several; one of the sizes may be -1. The opposite of {@link flatten}. */
export function unflatten(input: Tensor, dim: number, sizes: Shape): Tensor {
  if (sizes.length === 0) throw new RuntimeError('unflatten: sizes must be non-empty')
  if (input.ndim === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`)
  const own = normalizeDim(dim, input.ndim)
  if (sizes.indexOf(-1) !== sizes.lastIndexOf(-1)) {
    throw new RuntimeError('unflatten got an unexpected error:\nonly one dimension can be inferred')
  }
  const size = input.shape[own]!
  const known = numelOf(sizes.filter(part => part !== -1))
  const parts = sizes.map(part => (part === -1 ? size / known : part))
  if (numelOf(parts) !== size || !parts.every(part => Number.isInteger(part) && part >= 0)) {
    throw new RuntimeError(
      `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${own} (${size}) in the input tensor`,
    )
  }
  return view(input, [...input.shape.slice(0, own), ...parts, ...input.shape.slice(own + 1)])
}

/** Drops dimensions of size 1: all of them, or only those named (which may have other sizes and then stay). */
export function squeeze(input: Tensor, dim?: number | readonly number[]): Tensor {
  const named = dim === undefined ? null : [dim].flat().map(one => normalizeDim(one, input.ndim))
  const kept = input.shape.map((size, i) => size !== 1 || (named !== null && !named.includes(i)))
  const keep = (list: Shape) => list.filter((_, i) => kept[i])
  const name = named === null ? 'SqueezeBackward0' : typeof dim === 'number' ? 'SqueezeBackward1' : 'SqueezeBackward2'
  return reshaped(viewOf(input, keep(input.shape), keep(input.strides)), input, name)
}

/** Adds a dimension of size 1 at the position `dim` of the result. */
export function unsqueeze(input: Tensor, dim: number): Tensor {
  const at = normalizeDim(dim, input.ndim + 1)
  const stride = at < input.ndim ? input.shape[at]! * input.strides[at]! : 1
  const shape = [...input.shape.slice(0, at), 1, ...input.shape.slice(at)]
  const strides = [...input.strides.slice(0, at), stride, ...input.strides.slice(at)]
  return reshaped(viewOf(input, shape, strides), input, 'UnsqueezeBackward0')
}

/** Records an output that has the input's elements in the input's order. */
function reshaped(output: Tensor, input: Tensor, name: string): Tensor {
  const { shape } = input
  return record(output, name, [input], [], gradient => [reshape(gradient, shape)])
}
