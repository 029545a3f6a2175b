/**
 * The walks that look for the largest or smallest elements, and for their positions. NaN wins over every number, and of
 * equal elements the first is found.
 *
 * @module
 */
import { convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { isHalf } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import { broadcastStrides, contiguousStrides, numelOf } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { type Fold, foldElements, metaResult, type ReductionPlan, resultOf } from './reduction.js'

/** Which way is extreme. */
export interface Direction {
  /** What every element beats or equals. */
  readonly start: number
  readonly startBigint: bigint
  readonly fold: Fold
  /** 1 or -1: the extreme element is the largest when multiplied by it. */
  readonly sign: 1 | -1
  /** The comparison for int64. Apart, because code that has seen a bigint is slow for numbers ever after. */
  readonly beatsBigint: (a: bigint, b: bigint) => boolean
}

export const MAX: Direction = {
  start: Number.NEGATIVE_INFINITY,
  startBigint: -(2n ** 63n),
  sign: 1,
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

export const MIN: Direction = {
  start: Number.POSITIVE_INFINITY,
  startBigint: 2n ** 63n - 1n,
  sign: -1,
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

/** The extreme elements, off the tape. */
export const rawExtreme = timed((_input, _plan, { sign }) => (sign > 0 ? 'aten::amax' : 'aten::amin'), extremeOf)

function extremeOf(
  input: Tensor,
  plan: ReductionPlan,
  { start, startBigint, fold: step, beatsBigint, sign }: Direction,
): Tensor {
  const { dtype } = input
  if (input.device === 'meta') return metaResult(plan, dtype)
  if (isDeferring()) {
    const direction = { start, startBigint, fold: step, beatsBigint, sign }
    return deferred([input], { shape: plan.shape, dtype }, ([own]) => rawExtreme(own!, plan, direction))
  }
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

/** Extreme elements and their positions. */
export interface Search {
  readonly best: Tensor
  readonly found: Tensor
}

/** The walk for positions: `counting` are strides that count an element's position as it is to be reported. */
export const search = timed(
  (_input, _plan, _counting, { sign }) => (sign > 0 ? 'aten::max' : 'aten::min'),
  searchElements,
)

function searchElements(input: Tensor, plan: ReductionPlan, counting: readonly number[], direction: Direction): Search {
  const { dtype } = input
  if (input.device === 'meta') return { best: metaResult(plan, dtype), found: metaResult(plan, 'int64') }
  if (isDeferring()) return searchLater(input, plan, counting, direction)
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

/** One walk gives both, when the first of them has its turn. */
function searchLater(input: Tensor, plan: ReductionPlan, counting: readonly number[], direction: Direction): Search {
  const { shape } = plan
  let both: Search | undefined
  const searched = (own: Tensor) => {
    both ??= search(own, plan, counting, direction)
    return both
  }
  return {
    best: deferred([input], { shape, dtype: input.dtype }, ([own]) => searched(own!).best),
    found: deferred([input], { shape, dtype: 'int64' }, ([own]) => searched(own!).found),
  }
}

type Run = Parameters<typeof forEachRun>[2]

function searchNumbers(x: Float64Array, best: Float64Array, found: Float64Array, { sign }: Direction): Run {
  return ([o, i, n], [stepO, stepI, stepN], length) => {
    if (stepO === 0) searchRow(x, best, found, sign, o!, i!, stepI!, n!, stepN!, length)
    else searchRows(x, best, found, sign, o!, stepO!, i!, stepI!, n!, stepN!, length)
  }
}

/** One result for the whole run. A function of its own: what a closure captures is fetched anew for each element. */
function searchRow(
  x: Float64Array,
  best: Float64Array,
  found: Float64Array,
  sign: number,
  o: number,
  i: number,
  stepI: number,
  n: number,
  stepN: number,
  length: number,
): void {
  let top = best[o]! * sign
  let where = -1
  for (let k = 0; k < length; k++, i += stepI) {
    const value = x[i]! * sign
    // not (<=) lets NaN in; nothing gets past it
    if (!(value <= top) && !Number.isNaN(top)) {
      top = value
      where = k
    }
  }
  if (where < 0) return
  best[o] = top * sign
  found[o] = n + where * stepN
}

/** A result for each element of the run. */
function searchRows(
  x: Float64Array,
  best: Float64Array,
  found: Float64Array,
  sign: number,
  o: number,
  stepO: number,
  i: number,
  stepI: number,
  n: number,
  stepN: number,
  length: number,
): void {
  for (let k = 0; k < length; k++, o += stepO, i += stepI) {
    const value = x[i]! * sign
    const top = best[o]! * sign
    if (!(value <= top) && !Number.isNaN(top)) {
      best[o] = value * sign
      found[o] = n + k * stepN
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
