/**
 * Methods that show the same elements under other shapes, in parts or in other places.
 *
 * @module
 */
import type { Shape } from '../../tensor/layout.js'
import { flip, repeat, roll, tile } from '../rearrangement/rearrange.js'
import { broadcastTo, expand, expandAs } from '../views/expand.js'
import { get, type Index } from '../views/get.js'
import { movedim, permute, t, transpose } from '../views/permute.js'
import { listOf, type Sizes } from '../views/sizes.js'
import { chunk, narrow, select, slice, split, unbind } from '../views/slice.js'
import { flatten, reshape, squeeze, unflatten, unsqueeze, view } from '../views/view.js'
import { asStrided, diagonal, unfold } from '../views/window.js'
import { methodsOf } from './attach.js'

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

export const viewMethods = methodsOf({
  view: (input, ...shape: Sizes) => view(input, listOf('view', 'size', shape)),
  reshape: (input, ...shape: Sizes) => reshape(input, listOf('reshape', 'shape', shape)),
  flatten,
  unflatten,
  squeeze,
  unsqueeze,
  permute: (input, ...dims: Sizes) => permute(input, listOf('permute', 'dims', dims)),
  transpose,
  t,
  movedim,
  expand: (input, ...sizes: Sizes) => expand(input, listOf('expand', 'size', sizes)),
  expandAs,
  broadcastTo: (input, ...shape: Sizes) => broadcastTo(input, listOf('broadcastTo', 'size', shape)),
  narrow,
  slice,
  select,
  get: (input, ...indices: Index[]) => get(input, indices),
  chunk,
  split,
  unbind,
  unfold,
  diagonal,
  asStrided,
  flip: (input, ...dims: Sizes) => flip(input, listOf('flip', 'dims', dims)),
  roll,
  repeat: (input, ...repeats: Sizes) => repeat(input, listOf('repeat', 'repeats', repeats)),
  tile: (input, ...repeats: Sizes) => tile(input, listOf('tile', 'dims', repeats)),
})
