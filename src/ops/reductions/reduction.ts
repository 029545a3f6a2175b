/**
 * What all reductions share: which dimensions go, and the walk that folds elements into accumulators.
 *
 * @module
 */

import { checkOptions } from '../../options.js'
import { convert } from '../../tensor/copy.js'
import type { DType, TypedArray } from '../../tensor/dtype.js'
import { isComplex } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import { broadcastStrides, contiguousStrides, numelOf, type Shape } from '../../tensor/layout.js'
import { allocate, type Tensor, wrapArray } from '../../tensor/tensor.js'
import { uniqueDims } from '../rearrangement/rearrange.js'
import { expand } from '../views/expand.js'
import { reshape } from '../views/view.js'

/** The dimensions to reduce; all of them if left out, `null` or empty, as in PyTorch. */
export type Dims = number | readonly number[] | null | undefined

/** What a reduction does to a shape. */
export interface ReductionPlan {
  readonly inputShape: Shape
  /** The reduced dimensions, counted from the start. */
  readonly dims: readonly number[]
  /** The input's shape with 1 in the place of each reduced size. */
  readonly kept: Shape
  /** The shape of the result. */
  readonly shape: Shape
  /** How many elements go into each result. */
  readonly count: number
}

export function planReduction(input: Tensor, dim: Dims, keepdim = false): ReductionPlan {
  const listed = dim === null || dim === undefined ? [] : uniqueDims([dim].flat(), input.ndim)
  const dims = listed.length === 0 ? input.shape.map((_, i) => i) : listed
  const { shape: inputShape } = input
  const kept = inputShape.map((size, i) => (dims.includes(i) ? 1 : size))
  return {
    inputShape,
    dims,
    kept,
    shape: keepdim ? kept : inputShape.filter((_, i) => !dims.includes(i)),
    count: dims.reduce((product, i) => product * (inputShape[i] ?? 1), 1),
  }
}

/**
 * Folds a run of elements into accumulators: element k is `x[i + k * stepX]`, its accumulator `acc[o + k * stepAcc]`
 * (`stepAcc` is 0 where the whole run goes into one).
 */
export type Fold = (
  acc: Float64Array,
  x: Float64Array,
  o: number,
  stepAcc: number,
  i: number,
  stepX: number,
  length: number,
) => void

/**
 * Folds every element of `input` into the accumulators of the plan (row-major over `plan.kept`). Complex elements are
 * folded part by part, into interleaved accumulators, or as pairs, of which `fold` is told where each starts. Not for
 * 16-bit floats: convert those first.
 */
export function foldElements(
  input: Tensor,
  { kept }: ReductionPlan,
  acc: TypedArray,
  fold: Fold,
  complex: 'parts' | 'pairs' = 'parts',
): void {
  const x = input.storage.data as Float64Array
  const into = acc as Float64Array
  const accStrides = broadcastStrides(kept, contiguousStrides(kept), input.shape)
  // largest strides outermost: memory is read in order whatever the memory format
  const order = input.shape.map((_, dim) => dim).sort((a, b) => input.strides[b]! - input.strides[a]!)
  const pick = (list: Shape) => order.map(dim => list[dim]!)
  const operands = [
    { offset: 0, strides: pick(accStrides) },
    { offset: input.offset, strides: pick(input.strides) },
  ]
  const components = isComplex(input.dtype) ? 2 : 1
  const parts = complex === 'parts' ? components : 1
  forEachRun(pick(input.shape), operands, ([o, i], [stepAcc, stepX], length) => {
    for (let part = 0; part < parts; part++) {
      fold(into, x, o! * components + part, stepAcc! * components, i! * components + part, stepX! * components, length)
    }
  })
}

/** Accumulators (row-major over `plan.kept`) as the result: in its dtype, without the reduced dimensions. */
export function resultOf(acc: TypedArray, accDType: DType, { shape }: ReductionPlan, dtype: DType): Tensor {
  const wide = wrapArray(acc, shape, accDType)
  return accDType === dtype ? wide : convert(wide, dtype)
}

/** The result of a reduction on the meta device. */
export function metaResult({ shape }: ReductionPlan, dtype: DType): Tensor {
  return allocate(shape, dtype, { device: 'meta' })
}

/** Float64 accumulators, filled with what an empty reduction gives. */
export function accumulators({ kept }: ReductionPlan, initial: number, parts = 1): Float64Array {
  const acc = new Float64Array(numelOf(kept) * parts)
  return initial === 0 ? acc : acc.fill(initial)
}

/** A result (or its gradient) spread back over the input's shape. Differentiable. */
export function spread(result: Tensor, { inputShape, kept }: ReductionPlan): Tensor {
  return expand(reshape(result, kept), inputShape)
}

/** Options of reductions, as an object or as PyTorch's bare `keepdim`. */
export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. Default: false. */
  keepdim?: boolean
  /** Convert to this dtype first. */
  dtype?: DType
}

/** Checks `keepdim` or `{ keepdim, dtype }` as it came from a user. */
export function reduceOptions<T extends object>(
  operation: string,
  options: boolean | T | undefined,
  allowed: readonly string[],
): T & { keepdim: boolean } {
  if (options === undefined || typeof options === 'boolean')
    return { keepdim: options ?? false } as T & { keepdim: boolean }
  checkOptions(operation, options, allowed)
  const { keepdim = false } = options as { keepdim?: unknown }
  if (typeof keepdim !== 'boolean') {
    throw new TypeError(`${operation}(): argument 'keepdim' must be bool, but got ${String(keepdim)}`)
  }
  return { ...options, keepdim }
}
