/**
 * Where the windows of a pooling lie: for each place along an axis, the elements it sees.
 *
 * @module
 */

import { toTriple } from '../../conv/spec.js'
import type { Shape } from '../../tensor/layout.js'
import { NumbersKey, NumbersMap } from '../../tensor/numbersMap.js'

/** The windows along one axis: window `o` sees the elements first[o], first[o] + step, ... below end[o]. */
export interface AxisWindows {
  readonly count: number
  readonly first: Int32Array
  readonly end: Int32Array
  readonly step: number
  /** How many elements an average over window `o` divides by. */
  readonly divisor: Int32Array
}

/** The windows along depth, height and width; axes that are not there have one window of one element. */
export type Windows = readonly [AxisWindows, AxisWindows, AxisWindows]

/** A pooling with windows of one size; one number for each axis. */
export interface SlidingPool {
  readonly kernel: Shape
  readonly stride: Shape
  readonly padding: Shape
  readonly dilation: Shape
  readonly ceilMode: boolean
}

/**
 * How many windows fit on an axis: (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down, or up
 * with `ceilMode`; then a last window that would start in the padding behind the input is left out.
 */
export function pooledSize(size: number, pool: SlidingPool, axis: number): number {
  const [kernel, stride, padding] = [pool.kernel[axis]!, pool.stride[axis]!, pool.padding[axis]!]
  const room = size + 2 * padding - pool.dilation[axis]! * (kernel - 1) - 1
  if (!pool.ceilMode) return Math.floor(room / stride) + 1
  const count = Math.ceil(room / stride) + 1
  return (count - 1) * stride >= size + padding ? count - 1 : count
}

/** The windows of poolings that come again are the same objects: backends know them. */
const known = new NumbersMap<Windows>(256)
const key = new NumbersKey()

/**
 * Windows of one size.
 *
 * @param countIncludePad whether an average counts the padding that its window covers
 */
export function slidingWindows(spatial: Shape, pool: SlidingPool, countIncludePad = true): Windows {
  key
    .clear()
    .add(countIncludePad ? 1 : 0)
    .add(pool.ceilMode ? 1 : 0)
    .addAll(spatial)
  key.addAll(pool.kernel).addAll(pool.stride).addAll(pool.padding).addAll(pool.dilation)
  return known.get(key) ?? kept(makeSlidingWindows(spatial, pool, countIncludePad))
}

function kept(windows: Windows): Windows {
  known.set(key, windows)
  return windows
}

function makeSlidingWindows(spatial: Shape, pool: SlidingPool, countIncludePad: boolean): Windows {
  const windows = spatial.map((size, axis) => {
    const [kernel, stride, padding] = [pool.kernel[axis]!, pool.stride[axis]!, pool.padding[axis]!]
    const step = pool.dilation[axis]!
    const own = emptyAxis(pooledSize(size, pool, axis), step)
    for (let o = 0; o < own.count; o++) {
      const start = o * stride - padding
      const skipped = start < 0 ? Math.ceil(-start / step) : 0
      own.first[o] = start + skipped * step
      own.end[o] = Math.min(start + (kernel - 1) * step + 1, size)
      // what lies behind the padding, which only `ceilMode` reaches, is never counted
      own.divisor[o] = countIncludePad ? Math.min(start + kernel, size + padding) - start : own.end[o]! - own.first[o]!
    }
    return own
  })
  return threeAxes(windows)
}

/** Windows that cover the input evenly, as many as the result is to have: from floor(o I / O) to ceil((o + 1) I / O). */
export function adaptiveWindows(spatial: Shape, outputSize: Shape): Windows {
  key.clear().addAll(spatial).addAll(outputSize)
  return known.get(key) ?? kept(makeAdaptiveWindows(spatial, outputSize))
}

function makeAdaptiveWindows(spatial: Shape, outputSize: Shape): Windows {
  const windows = spatial.map((size, axis) => {
    const count = outputSize[axis]!
    const own = emptyAxis(count, 1)
    for (let o = 0; o < count; o++) {
      own.first[o] = Math.floor((o * size) / count)
      own.end[o] = Math.ceil(((o + 1) * size) / count)
      own.divisor[o] = own.end[o]! - own.first[o]!
    }
    return own
  })
  return threeAxes(windows)
}

function emptyAxis(count: number, step: number): AxisWindows {
  const list = () => new Int32Array(count)
  return { count, first: list(), end: list(), step, divisor: list() }
}

const ONE: AxisWindows = {
  count: 1,
  first: Int32Array.of(0),
  end: Int32Array.of(1),
  step: 1,
  divisor: Int32Array.of(1),
}

function threeAxes(windows: readonly AxisWindows[]): Windows {
  return [...new Array<AxisWindows>(3 - windows.length).fill(ONE), ...windows] as unknown as Windows
}

/** The spatial sizes of the result: one number for each window. */
export function windowCounts(windows: Windows): number[] {
  return windows.map(({ count }) => count)
}

/** The spatial sizes of a tensor, as three. */
export const threeSizes = (shape: Shape, rank: number) => toTriple(shape.slice(-rank), 1)
