/**
 * The same elements in other places: copies.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { IndexError, RuntimeError } from '../../errors.js'
import { convert, copyElements } from '../../tensor/copy.js'
import { contiguousStrides, formatShape, normalizeDim, type Shape, suggestedFormat } from '../../tensor/layout.js'
import { allocate, type Tensor, viewOf } from '../../tensor/tensor.js'
import { preservedStrides } from '../creation/dense.js'
import { reshape } from '../views/view.js'

/** The dimensions listed, each once and counted from the start. */
export function uniqueDims(dims: readonly number[], rank: number): number[] {
  const own = dims.map(dim => normalizeDim(dim, rank))
  const repeated = own.find((dim, i) => own.indexOf(dim) !== i)
  if (repeated !== undefined) throw new RuntimeError(`dim ${repeated} appears multiple times in the list of dims`)
  return own
}

/** A copy with the order of elements reversed along the dimensions given. */
export function flip(input: Tensor, dims: readonly number[]): Tensor {
  const turned = uniqueDims(dims, input.ndim).filter(dim => dim < input.ndim)
  const memory = allocate(input.shape, input.dtype, { device: input.device })
  const out = viewOf(memory, input.shape, preservedStrides(input))
  if (input.device !== 'meta' && input.numel() > 0) {
    const last = turned.reduce((sum, dim) => sum + (input.shape[dim]! - 1) * input.strides[dim]!, input.offset)
    // negative strides never leave this function: no view of a tensor has them
    const backwards = input.strides.map((stride, dim) => (turned.includes(dim) ? -stride : stride))
    copyElements(out, viewOf(input, input.shape, backwards, last))
  }
  return record(out, 'FlipBackward0', [input], [], flipBackward(turned))
}

const flipBackward =
  (dims: readonly number[]): Backward =>
  gradient => [flip(gradient, dims)]

/**
 * A copy with elements moved on by `shifts` along `dims`, those pushed out coming back in at the other end.
 * Without `dims` the tensor is rolled as if flat.
 */
export function roll(input: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
  const by = [shifts].flat()
  const along = dims === undefined ? [] : [dims].flat()
  if (by.length === 0) throw new RuntimeError('`shifts` required')
  if (along.length === 0 && by.length === 1) return rollFlat(input, by[0]!)
  if (by.length !== along.length) {
    throw new RuntimeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${along.length}`)
  }
  if (input.ndim === 0) throw new IndexError(`Dimension specified as ${along[0]} but tensor has no dimensions`)
  let out = input
  along.forEach((dim, i) => {
    out = rollOne(out, by[i]!, normalizeDim(dim, input.ndim))
  })
  return record(out, 'RollBackward0', [input], [], rollBackward(by, along))
}

function rollBackward(shifts: readonly number[], dims: readonly number[]): Backward {
  const back = shifts.map(shift => -shift)
  return gradient => [roll(gradient, back, dims)]
}

function rollFlat(input: Tensor, shift: number): Tensor {
  const flat = reshape(input.detach(), [input.numel()])
  const out = reshape(rollOne(flat, shift, 0), input.shape)
  return record(out, 'RollBackward0', [input], [], gradient => [rollFlat(gradient, -shift)])
}

function rollOne(input: Tensor, shift: number, dim: number): Tensor {
  if (!Number.isInteger(shift)) throw new TypeError(`roll(): shifts must be whole numbers, but got ${shift}`)
  const size = input.shape[dim]!
  const out = allocateLike(input, input.shape)
  if (input.device === 'meta' || input.numel() === 0) return out
  const split = ((shift % size) + size) % size
  const run = (of: Tensor, start: number, length: number) =>
    viewOf(of, of.shape.with(dim, length), of.strides, of.offset + start * of.strides[dim]!)
  copyElements(run(out, split, size - split), run(input, 0, size - split))
  copyElements(run(out, 0, split), run(input, size - split, split))
  return out
}

/** A copy repeated `repeats[i]` times along each dimension; further repeats come in front. */
export function repeat(input: Tensor, repeats: Shape): Tensor {
  const lead = repeats.length - input.ndim
  if (lead < 0) {
    throw new RuntimeError(
      `Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: repeats=${formatShape(repeats)}, shape=${formatShape(input.shape)}`,
    )
  }
  const own = (dim: number) => input.shape[dim - lead] ?? 1
  const shape = repeats.map((times, dim) => times * own(dim))
  const negative = shape.find(size => size < 0)
  if (negative !== undefined) {
    throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}: ${formatShape(shape)}`)
  }
  // each dimension seen as (repeats, size), the repeats having stride 0
  const pairs = repeats.flatMap((times, dim) => [times, own(dim)])
  const strides = repeats.flatMap((_, dim) => [0, input.strides[dim - lead] ?? 0])
  const copy = convert(viewOf(input, pairs, strides), input.dtype, 'contiguous')
  const out = viewOf(copy, shape, contiguousStrides(shape))
  const kept = pairs.map((size, i) => (i % 2 === 0 ? 1 : size))
  return record(out, 'RepeatBackward0', [input], [], repeatBackward(pairs, kept, input.shape))
}

/** Sums over the repeats: the gradient seen as (repeats, size) pairs, summed to the sizes. */
function repeatBackward(pairs: Shape, kept: Shape, shape: Shape): Backward {
  return gradient => [reshape(reshape(gradient, pairs).sumToSize(kept), shape)]
}

/** Like {@link repeat}, with missing repeats counted as 1. */
export function tile(input: Tensor, repeats: Shape): Tensor {
  return repeat(input, [...new Array<number>(Math.max(input.ndim - repeats.length, 0)).fill(1), ...repeats])
}

function allocateLike(input: Tensor, shape: Shape): Tensor {
  return allocate(shape, input.dtype, {
    device: input.device,
    memoryFormat: suggestedFormat(input.shape, input.strides),
  })
}
