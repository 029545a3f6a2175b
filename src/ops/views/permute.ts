/**
 * Dimensions in another order: views, nothing is copied.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { formatShape, normalizeDim } from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'

/** Dimensions in another order. */
export function permute(input: Tensor, dims: readonly number[]): Tensor {
  if (dims.length !== input.ndim) {
    throw new RuntimeError(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${input.ndim} is not equal to len(dims) = ${dims.length}`,
    )
  }
  const order = dims.map(dim => normalizeDim(dim, input.ndim))
  if (new Set(order).size !== order.length) {
    throw new RuntimeError(`permute(): duplicate dims are not allowed. Got dims=${formatShape(dims)}`)
  }
  return reordered(input, order, 'PermuteBackward0')
}

/** Two dimensions swapped. */
export function transpose(input: Tensor, dim0: number, dim1: number): Tensor {
  return reordered(input, swapped(input.ndim, dim0, dim1), 'TransposeBackward0')
}

/** A matrix transposed; vectors and single numbers are returned as they are. */
export function t(input: Tensor): Tensor {
  if (input.ndim > 2) {
    throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${input.ndim}D`)
  }
  if (input.ndim < 2) return reordered(input, [...input.shape.keys()], 'TBackward0')
  const { shape, strides } = input
  const out = viewOf(input, [shape[1]!, shape[0]!], [strides[1]!, strides[0]!])
  return record(out, 'TBackward0', [input], [], transposed)
}

const transposed = (gradient: Tensor) => [t(gradient)]

/** Moves dimensions to new places; the others keep their order. */
export function movedim(
  input: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const from = [source].flat()
  const to = [destination].flat()
  if (from.length !== to.length) {
    throw new RuntimeError(
      `movedim: Invalid source or destination dims: source (${formatShape(from)} dims) should contain the same number of dims as destination (${formatShape(to)} dims)`,
    )
  }
  const sources = uniqueDims(input, 'source', from)
  const destinations = uniqueDims(input, 'destination', to)
  // a dimension may be named where there is none
  if (input.ndim === 0) return reordered(input, [], 'AliasBackward0')
  const order = input.shape.map((_, i) => i).filter(i => !sources.includes(i))
  const pairs = destinations.map((at, i) => [at, sources[i]!] as const).sort((a, b) => a[0] - b[0])
  for (const [at, dim] of pairs) order.splice(at, 0, dim)
  return reordered(input, order, 'PermuteBackward0')
}

function uniqueDims(input: Tensor, argument: string, dims: readonly number[]): number[] {
  const own = dims.map(dim => normalizeDim(dim, input.ndim))
  if (new Set(own).size !== own.length) {
    throw new RuntimeError(`movedim: repeated dim in \`${argument}\` (${formatShape(dims)})`)
  }
  return own
}

function swapped(rank: number, dim0: number, dim1: number): number[] {
  const a = normalizeDim(dim0, rank)
  const b = normalizeDim(dim1, rank)
  const order = Array.from({ length: rank }, (_, i) => i)
  if (rank > 0) [order[a], order[b]] = [b, a]
  return order
}

/** Dimension i of the result is dimension `order[i]` of the input. */
function reordered(input: Tensor, order: readonly number[], name: string): Tensor {
  const pick = (list: readonly number[]) => order.map(dim => list[dim]!)
  const inverse = order.map((_, dim) => order.indexOf(dim))
  const out = viewOf(input, pick(input.shape), pick(input.strides))
  return record(out, name, [input], [], gradient => [reordered(gradient, inverse, name)])
}
