/**
 * Poolings with windows of one size, for any number of axes.
 *
 * @module
 */
import type { IntegerList } from '../../conv/arguments.js'
import { RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkBoolean, checkPool } from './arguments.js'
import { poolAverage } from './average.js'
import { poolMax } from './max.js'
import type { Rank } from './planes.js'
import { slidingWindows } from './windows.js'

/** Options of max poolings. Numbers hold for every axis; lists give one for each. */
export interface MaxPoolOptions {
  /** How far a window lies from the next. Default: the kernel's size. */
  stride?: IntegerList | null
  /** How many elements of -Infinity are put on both sides; at most half the kernel. Default: 0. */
  padding?: IntegerList
  /** The distance between the elements of a window. Default: 1. */
  dilation?: IntegerList
  /** Round the result's size up, so that every element is seen. Default: false. */
  ceilMode?: boolean
}

/** Options of max poolings that may also give the places of the maxima. */
export interface MaxPoolIndexOptions<Indices extends boolean = boolean> extends MaxPoolOptions {
  /** Return [output, indices]; an index is an int64 position in its sample's plane, row-major. Default: false. */
  returnIndices?: Indices
}

/** Options of average poolings. Numbers hold for every axis; lists give one for each. */
export interface AvgPoolOptions {
  /** How far a window lies from the next. Default: the kernel's size. */
  stride?: IntegerList | null
  /** How many zeros are put on both sides; at most half the kernel. Default: 0. */
  padding?: IntegerList
  /** Round the result's size up, so that every element is seen. Default: false. */
  ceilMode?: boolean
  /** Whether the zeros of the padding count as elements of a window. Default: true. */
  countIncludePad?: boolean
  /** Divides every sum instead of the number of elements (2d and 3d only). */
  divisorOverride?: number | null
}

/** A result, or with `returnIndices` the result and the places. */
export type PoolResult<Indices extends boolean> = Indices extends true ? [output: Tensor, indices: Tensor] : Tensor

/** See `maxPool2d`. */
export function maxPool<Indices extends boolean>(
  rank: Rank,
  input: Tensor,
  kernelSize: IntegerList,
  options: MaxPoolIndexOptions<Indices>,
): PoolResult<Indices> {
  const name = `max_pool${rank}d`
  const known = ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices']
  const { stride, padding = 0, dilation = 1, ceilMode = false, returnIndices } = checkOptions(name, options, known)
  const pool = checkPool({ kind: 'max', rank, input, kernelSize, stride, padding, dilation, ceilMode })
  const { output, indices } = poolMax(input, {
    rank,
    windows: slidingWindows(input.shape.slice(-rank), pool),
    // PyTorch runs 1d poolings as 2d ones
    operation: `MaxPool${rank === 3 ? 3 : 2}DWithIndices`,
    returnIndices: checkBoolean(name, 'return_indices', returnIndices ?? false),
  })
  return (indices ? [output, indices] : output) as PoolResult<Indices>
}

/** See `avgPool2d`. */
export function avgPool(rank: Rank, input: Tensor, kernelSize: IntegerList, options: AvgPoolOptions): Tensor {
  const name = `avg_pool${rank}d`
  const known = ['stride', 'padding', 'ceilMode', 'countIncludePad', ...(rank > 1 ? ['divisorOverride'] : [])]
  const checked = checkOptions(name, options, known)
  const { stride, padding = 0, ceilMode = false, countIncludePad = true, divisorOverride = null } = checked
  const pool = checkPool({ kind: 'avg', rank, input, kernelSize, stride, padding, dilation: 1, ceilMode })
  checkBoolean(name, 'count_include_pad', countIncludePad)
  if (divisorOverride !== null && !Number.isInteger(divisorOverride)) {
    throw new TypeError(`${name}(): argument 'divisor_override' must be int, but got ${String(divisorOverride)}`)
  }
  if (divisorOverride === 0) throw new RuntimeError('divisor must be not zero, but got divisorOverride=0')
  return poolAverage(input, {
    rank,
    windows: slidingWindows(input.shape.slice(-rank), pool, countIncludePad),
    divisor: divisorOverride ?? undefined,
    operation: `AvgPool${rank === 3 ? 3 : 2}D`,
  })
}
