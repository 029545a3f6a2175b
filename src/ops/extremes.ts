/**
 * The largest and the smallest elements, and where they are. NaN wins over every number, and of equal elements the
 * first is named.
 *
 * @module
 */
import { type Backward, record } from '../autograd/node.js'
import { IndexError, NotImplementedError, RuntimeError } from '../errors.js'
import { convert } from '../tensor/copy.js'
import { type DType, dtypeInfo, isComplex, isHalf } from '../tensor/dtype.js'
import { forEachRun } from '../tensor/iterate.js'
import { broadcastStrides, contiguousStrides, normalizeDim, numelOf } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { mapElements } from './map.js'
import {
  type Dims,
  type Fold,
  foldElements,
  metaResult,
  planReduction,
  type ReduceOptions,
  type ReductionPlan,
  reduceOptions,
  resultOf,
  spread,
} from './reduction.js'
import { gatherAdjoint } from './select.js'
import { reshape, squeeze } from './view.js'

type Keep = boolean | Pick<ReduceOptions, 'keepdim'>

/** Extreme elements along a dimension, and their positions (int64). */
export interface Extremes {
  readonly values: Tensor
  readonly indices: Tensor
}

/** The largest element; along `dim` with positions. */
export function max(input: Tensor): Tensor
export function max(input: Tensor, dim: number, options?: Keep): Extremes
export function max(input: Tensor, dim?: number, options?: Keep): Tensor | Extremes {
  return dim === undefined
    ? whole('max', 'MaxBackward1', input, MAX)
    : along('max', 'MaxBackward0', input, dim, options, MAX)
}

/** The smallest element; along `dim` with positions. */
export function min(input: Tensor): Tensor
export function min(input: Tensor, dim: number, options?: Keep): Extremes
export function min(input: Tensor, dim?: number, options?: Keep): Tensor | Extremes {
  return dim === undefined
    ? whole('min', 'MinBackward1', input, MIN)
    : along('min', 'MinBackward0', input, dim, options, MIN)
}

/** The largest elements along one or more dimensions; equal ones share the gradient. */
export function amax(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return extreme('amax', 'AmaxBackward0', input, dim, options, MAX)
}

/** The smallest elements along one or more dimensions; equal ones share the gradient. */
export function amin(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return extreme('amin', 'AminBackward0', input, dim, options, MIN)
}

/** The position of the largest element along `dim`; without `dim` in the flattened tensor. */
export function argmax(input: Tensor, dim?: number | null, options?: Keep): Tensor {
  return position('argmax', input, dim, options, MAX)
}

/** The position of the smallest element along `dim`; without `dim` in the flattened tensor. */
export function argmin(input: Tensor, dim?: number | null, options?: Keep): Tensor {
  return position('argmin', input, dim, options, MIN)
}

interface Direction {
  /** What every element beats or equals. */
  readonly start: number
  readonly startBigint: bigint
  readonly fold: Fold
  readonly beats: (a: number, b: number) => boolean
  /** The same for int64. Apart, because code that has seen a bigint is slow for numbers ever after. */
  readonly beatsBigint: (a: bigint, b: bigint) => boolean
}

const MAX: Direction = {
  start: Number.NEGATIVE_INFINITY,
  startBigint: -(2n ** 63n),
  beats: (a, b) => a > b,
  beatsBigint: (a, b) => a > b,
  fold: (acc, x, o, stepAcc, i, stepX, length) => {
    if (stepAcc === 0) {
      let best = acc[o]!
      for (let k = 0; k < length; k++, i += stepX) {
        const value = x[i]!
        // NaN is let in, and nothing gets past it
        if (value > best || Number.isNaN(value)) best = value
      }
      acc[o] = best
    } else {
      for (let k = 0; k < length; k++, o += stepAcc, i += stepX) {
        const value = x[i]!
        if (value > acc[o]! || Number.isNaN(value)) acc[o] = value
      }
    }
  },
}

const MIN: Direction = {
  start: Number.POSITIVE_INFINITY,
  startBigint: 2n ** 63n - 1n,
  beats: (a, b) => a < b,
  beatsBigint: (a, b) => a < b,
  fold: (acc, x, o, stepAcc, i, stepX, length) => {
    if (stepAcc === 0) {
      let best = acc[o]!
      for (let k = 0; k < length; k++, i += stepX) {
        const value = x[i]!
        if (value < best || Number.isNaN(value)) best = value
      }
      acc[o] = best
    } else {
      for (let k = 0; k < length; k++, o += stepAcc, i += stepX) {
        const value = x[i]!
        if (value < acc[o]! || Number.isNaN(value)) acc[o] = value
      }
    }
  },
}

function whole(operation: string, node: string, input: Tensor, direction: Direction): Tensor {
  refuseComplex(`${operation}_all`, input.dtype)
  if (input.numel() === 0) {
    throw new RuntimeError(
      `${operation}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    )
  }
  return recorded(node, input, planReduction(input, undefined), direction)
}

function extreme(
  operation: string,
  node: string,
  input: Tensor,
  dim: Dims,
  options: Keep | undefined,
  direction: Direction,
) {
  refuseComplex(`${operation.slice(1)}_values_cpu`, input.dtype)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  const plan = planReduction(input, dim, keepdim)
  if (input.numel() === 0 && plan.count === 0) {
    const named = dim === undefined || dim === null || [dim].flat().length === 0
    throw named
      ? new RuntimeError(
          `${operation}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
        )
      : emptyDim(operation, plan.dims.find(own => input.shape[own] === 0)!)
  }
  return recorded(node, input, plan, direction)
}

function recorded(node: string, input: Tensor, plan: ReductionPlan, direction: Direction): Tensor {
  const out = fold(input, plan, direction)
  return record(out, node, [input], [input, out], shareBackward(plan))
}

/** The gradient goes to the extreme element; equal ones get equal parts. */
function shareBackward(plan: ReductionPlan): Backward {
  return (gradient, { saved: [input, out] }) => {
    const { dtype } = input!
    const extreme = spread(out!.detach(), plan)
    const isExtreme = (x?: number, y?: number) => Number(x === y || (Number.isNaN(x) && Number.isNaN(y)))
    const mask = mapElements('eq', [input!.detach(), extreme], { number: isExtreme }, { compute: dtype })
    const shares = mask.div(spread(mask.sum(plan.dims as number[]), plan))
    return [spread(gradient, plan).mul(shares)]
  }
}

function fold(input: Tensor, plan: ReductionPlan, { start, startBigint, fold: step, beatsBigint }: Direction): Tensor {
  const { dtype } = input
  if (input.device === 'meta') return metaResult(plan, dtype)
  if (dtype === 'int64') {
    const acc = new BigInt64Array(numelOf(plan.kept)).fill(startBigint)
    const values = input.storage.data as BigInt64Array
    foldElements(input, plan, acc, (_acc, _x, o, stepAcc, i, stepX, length) => {
      for (let k = 0; k < length; k++, o += stepAcc, i += stepX) {
        if (beatsBigint(values[i]!, acc[o]!)) acc[o] = values[i]!
      }
    })
    return resultOf(acc, 'int64', plan, dtype)
  }
  const acc = new Float64Array(numelOf(plan.kept)).fill(start)
  foldElements(isHalf(dtype) ? convert(input, 'float32') : input, plan, acc, step)
  return resultOf(acc, 'float64', plan, dtype)
}

function along(
  operation: string,
  node: string,
  input: Tensor,
  dim: number,
  options: Keep | undefined,
  direction: Direction,
): Extremes {
  if (isComplex(input.dtype)) throw new RuntimeError(`${operation}(): does not support complex input`)
  const own = normalizeDim(dim, input.ndim)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  const { best, found } = searchAlong(operation, input, own, direction)
  const drop = (result: Tensor) => (keepdim || input.ndim === 0 ? result : squeeze(result, own))
  const values = record(drop(best), node, [input], [found], placeBackward(input.shape, own))
  return { values, indices: drop(found) }
}

function placeBackward(shape: readonly number[], dim: number): Backward {
  return (gradient, { saved: [indices] }) => {
    if (shape.length === 0) return [gradient]
    return [gatherAdjoint(shape, dim, indices!, reshape(gradient, indices!.shape))]
  }
}

function position(
  operation: string,
  input: Tensor,
  dim: number | null | undefined,
  options: Keep | undefined,
  direction: Direction,
): Tensor {
  refuseComplex(`${operation}_cpu`, input.dtype)
  if (input.dtype === 'bool') throw notImplemented(`${operation}_cpu`, input.dtype)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  if (dim === undefined || dim === null) {
    if (input.numel() === 0) {
      throw new IndexError(`${operation}(): Expected reduction dim to be specified for input.numel() == 0.`)
    }
    return search(input, planReduction(input, undefined, keepdim), contiguousStrides(input.shape), direction).found
  }
  const own = normalizeDim(dim, input.ndim)
  const { found } = searchAlong(operation, input, own, direction)
  return keepdim || input.ndim === 0 ? found : squeeze(found, own)
}

interface Search {
  readonly best: Tensor
  readonly found: Tensor
}

/** The extreme elements along `dim` and where they are, that dimension kept with size 1. */
function searchAlong(operation: string, input: Tensor, dim: number, direction: Direction): Search {
  if (input.shape[dim] === 0) throw emptyDim(operation, dim)
  const counting = input.shape.map((_, i) => (i === dim ? 1 : 0))
  return search(input, planReduction(input, input.ndim === 0 ? undefined : dim, true), counting, direction)
}

/** The walk for positions: `counting` are strides that count an element's position as it is to be reported. */
function search(input: Tensor, plan: ReductionPlan, counting: readonly number[], direction: Direction): Search {
  const { dtype } = input
  if (input.device === 'meta') return { best: metaResult(plan, dtype), found: metaResult(plan, 'int64') }
  const source = isHalf(dtype) ? convert(input, 'float32') : input
  const size = numelOf(plan.kept)
  const found = new Float64Array(size)
  const { data } = source.storage
  const bigints = data instanceof BigInt64Array
  const best = bigints
    ? new BigInt64Array(size).fill(direction.startBigint)
    : new Float64Array(size).fill(direction.start)
  const operands = [
    { offset: 0, strides: broadcastStrides(plan.kept, contiguousStrides(plan.kept), input.shape) },
    source,
    { offset: 0, strides: counting },
  ]
  const run = bigints
    ? searchBigints(data, best as BigInt64Array, found, direction)
    : searchNumbers(data as Float64Array, best as Float64Array, found, direction)
  // in row-major order, so that the first of equals is met first
  forEachRun(input.shape, operands, run)
  return {
    best: resultOf(best, bigints ? 'int64' : 'float64', plan, dtype),
    found: resultOf(found, 'float64', plan, 'int64'),
  }
}

type Run = Parameters<typeof forEachRun>[2]

function searchNumbers(x: Float64Array, best: Float64Array, found: Float64Array, { beats }: Direction): Run {
  return ([o, i, n], [stepO, stepI, stepN], length) => {
    for (let k = 0, to = o!, from = i!, at = n!; k < length; k++, to += stepO!, from += stepI!, at += stepN!) {
      const value = x[from]!
      if (beats(value, best[to]!) || (Number.isNaN(value) && !Number.isNaN(best[to]!))) {
        best[to] = value
        found[to] = at
      }
    }
  }
}

function searchBigints(x: BigInt64Array, best: BigInt64Array, found: Float64Array, { beatsBigint }: Direction): Run {
  return ([o, i, n], [stepO, stepI, stepN], length) => {
    for (let k = 0, to = o!, from = i!, at = n!; k < length; k++, to += stepO!, from += stepI!, at += stepN!) {
      if (!beatsBigint(x[from]!, best[to]!)) continue
      best[to] = x[from]!
      found[to] = at
    }
  }
}

/** Complex numbers have no order; PyTorch's kernels have names of their own. */
function refuseComplex(kernel: string, dtype: DType): void {
  if (isComplex(dtype)) throw notImplemented(kernel, dtype)
}

const notImplemented = (kernel: string, dtype: DType) =>
  new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)

const emptyDim = (operation: string, dim: number) =>
  new IndexError(`${operation}(): Expected reduction dim ${dim} to have non-zero size.`)
