/**
 * Methods that show the same elements under other shapes, in parts or in other places.
 *
 * @module
 */
import type { Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { broadcastTo, expand, expandAs } from '../expand.js'
import { get, type Index } from '../get.js'
import { movedim, permute, t, transpose } from '../permute.js'
import { flip, repeat, roll, tile } from '../rearrange.js'
import { listOf, type Sizes } from '../sizes.js'
import { chunk, narrow, select, slice, split, unbind } from '../slice.js'
import { flatten, reshape, squeeze, unflatten, unsqueeze, view } from '../view.js'
import { asStrided, diagonal, unfold } from '../window.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The same memory under another shape; refused where the strides do not allow it. One size may be -1. */
    view(...shape: Sizes): Tensor
    /** The same elements under another shape; a copy where a view is not possible. One size may be -1. */
    reshape(...shape: Sizes): Tensor
    /** Merges the dimensions from `startDim` to `endDim` into one. */
    flatten(startDim?: number, endDim?: number): Tensor
    /** Splits one dimension into several. */
    unflatten(dim: number, sizes: Shape): Tensor
    /** Drops dimensions of size 1: all, or those named. */
    squeeze(dim?: number | readonly number[]): Tensor
    /** Adds a dimension of size 1. */
    unsqueeze(dim: number): Tensor
    /** Dimensions in another order. */
    permute(...dims: Sizes): Tensor
    /** Two dimensions swapped. */
    transpose(dim0: number, dim1: number): Tensor
    /** A matrix transposed. */
    t(): Tensor
    /** Moves dimensions to new places; the others keep their order. */
    movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor
    /** Repeats dimensions of size 1 without copying; -1 keeps a size. */
    expand(...sizes: Sizes): Tensor
    /** Expanded to the shape of another tensor. */
    expandAs(other: Tensor): Tensor
    /** Expanded to a shape, by the rules of broadcasting. */
    broadcastTo(...shape: Sizes): Tensor
    /** `length` elements from `start` on, along `dim`. */
    narrow(dim: number, start: number, length: number): Tensor
    /** Python's `[start:end:step]` along `dim`. */
    slice(dim?: number, start?: number | null, end?: number | null, step?: number): Tensor
    /** One element along `dim`, which disappears. */
    select(dim: number, index: number): Tensor
    /** Python's `x[...]`: numbers, `[start, end, step]`, `null` for a new dimension, `'...'`. */
    get(...indices: Index[]): Tensor
    /** At most `chunks` pieces of equal size. */
    chunk(chunks: number, dim?: number): Tensor[]
    /** Pieces of a size, or of the sizes listed. */
    split(size: number | readonly number[], dim?: number): Tensor[]
    /** Every element along `dim`. */
    unbind(dim?: number): Tensor[]
    /** Sliding windows along `dim`, their elements as the last dimension. */
    unfold(dim: number, size: number, step: number): Tensor
    /** The elements whose indices differ by `offset`, as the last dimension. */
    diagonal(offset?: number, dim1?: number, dim2?: number): Tensor
    /** The tensor's memory seen with any sizes and strides. */
    asStrided(size: Shape, stride: Shape, storageOffset?: number): Tensor
    /** A copy with the order reversed along these dimensions. */
    flip(...dims: Sizes): Tensor
    /** A copy with the elements moved on, those pushed out coming back at the other end. */
    roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor
    /** A copy repeated along each dimension. */
    repeat(...repeats: Sizes): Tensor
    /** Like `repeat`; missing repeats count as 1. */
    tile(...repeats: Sizes): Tensor
  }
}

export const viewMethods = {
  view(this: Tensor, ...shape: Sizes) {
    return view(this, listOf('view', 'size', shape))
  },
  reshape(this: Tensor, ...shape: Sizes) {
    return reshape(this, listOf('reshape', 'shape', shape))
  },
  flatten(this: Tensor, startDim?: number, endDim?: number) {
    return flatten(this, startDim, endDim)
  },
  unflatten(this: Tensor, dim: number, sizes: Shape) {
    return unflatten(this, dim, sizes)
  },
  squeeze(this: Tensor, dim?: number | readonly number[]) {
    return squeeze(this, dim)
  },
  unsqueeze(this: Tensor, dim: number) {
    return unsqueeze(this, dim)
  },
  permute(this: Tensor, ...dims: Sizes) {
    return permute(this, listOf('permute', 'dims', dims))
  },
  transpose(this: Tensor, dim0: number, dim1: number) {
    return transpose(this, dim0, dim1)
  },
  t(this: Tensor) {
    return t(this)
  },
  movedim(this: Tensor, source: number | readonly number[], destination: number | readonly number[]) {
    return movedim(this, source, destination)
  },
  expand(this: Tensor, ...sizes: Sizes) {
    return expand(this, listOf('expand', 'size', sizes))
  },
  expandAs(this: Tensor, other: Tensor) {
    return expandAs(this, other)
  },
  broadcastTo(this: Tensor, ...shape: Sizes) {
    return broadcastTo(this, listOf('broadcastTo', 'size', shape))
  },
  narrow(this: Tensor, dim: number, start: number, length: number) {
    return narrow(this, dim, start, length)
  },
  slice(this: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number) {
    return slice(this, dim, start, end, step)
  },
  select(this: Tensor, dim: number, index: number) {
    return select(this, dim, index)
  },
  get(this: Tensor, ...indices: Index[]) {
    return get(this, indices)
  },
  chunk(this: Tensor, chunks: number, dim?: number) {
    return chunk(this, chunks, dim)
  },
  split(this: Tensor, size: number | readonly number[], dim?: number) {
    return split(this, size, dim)
  },
  unbind(this: Tensor, dim?: number) {
    return unbind(this, dim)
  },
  unfold(this: Tensor, dim: number, size: number, step: number) {
    return unfold(this, dim, size, step)
  },
  diagonal(this: Tensor, offset?: number, dim1?: number, dim2?: number) {
    return diagonal(this, offset, dim1, dim2)
  },
  asStrided(this: Tensor, size: Shape, stride: Shape, storageOffset?: number) {
    return asStrided(this, size, stride, storageOffset)
  },
  flip(this: Tensor, ...dims: Sizes) {
    return flip(this, listOf('flip', 'dims', dims))
  },
  roll(this: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]) {
    return roll(this, shifts, dims)
  },
  repeat(this: Tensor, ...repeats: Sizes) {
    return repeat(this, listOf('repeat', 'repeats', repeats))
  },
  tile(this: Tensor, ...repeats: Sizes) {
    return tile(this, listOf('tile', 'dims', repeats))
  },
}
