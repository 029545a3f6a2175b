/**
 * The loops of max pooling. Which of two elements is larger nobody can foresee, and a processor that guesses wrong loses
 * more time than the whole window needs: so the larger one is picked without a branch.
 *
 * @module
 */

import { maxPool } from '../../backends/maxPool.js'
import { partOf } from '../../tensor/freedMemory.js'
import { type Floats, isContiguous, type Planes, planeStart } from './planes.js'
import type { AxisWindows, Windows } from './windows.js'

/**
 * Writes the largest element of each window.
 *
 * @param places if given, gets where it was: its position in the plane, or -1 for a window without elements
 */
export function fillMax(from: Planes, to: Planes, windows: Windows, places: Int32Array | null): void {
  if (isContiguous(from) && isContiguous(to)) {
    const { data, offset, count, spatial } = from
    const call = {
      input: offset === 0 ? data : partOf(data, offset),
      output: to.data,
      planes: count,
      spatial,
      windows,
      places,
    }
    if (maxPool(call)) return
  }
  const [deep, high, wide] = windows
  const flat = deep.count === 1 && deep.end[0]! - deep.first[0]! === 1
  if (flat && allPairs(high) && allPairs(wide)) fillSquares(from, to, windows, places)
  else fillWindows(from, to, windows, places)
}

function allPairs({ first, end, step }: AxisWindows): boolean {
  return step === 1 && first.every((start, o) => end[o]! - start === 2)
}

/**
 * The position of the larger of two elements; of equal ones the first, and the second where it is NaN (a NaN in the
 * first place stays: nothing is larger).
 */
function larger(x: Floats, start: number, step: number, first: number, second: number): number {
  const value = x[start + second * step]!
  const takeSecond = -(+(value > x[start + first * step]!) | +Number.isNaN(value))
  return first ^ ((first ^ second) & takeSecond)
}

/** Windows of two by two elements, the most usual ones. */
function fillSquares(from: Planes, to: Planes, [, high, wide]: Windows, places: Int32Array | null): void {
  const { data: x, step } = from
  const y = to.data
  const width = from.spatial[2]
  for (let plane = 0, o = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let j = 0; j < high.count; j++) {
      const row = high.first[j]! * width
      for (let k = 0; k < wide.count; k++, o++, target += to.step) {
        const corner = row + wide.first[k]!
        const above = larger(x, start, step, corner, corner + 1)
        const below = larger(x, start, step, corner + width, corner + width + 1)
        const at = larger(x, start, step, above, below)
        y[target] = x[start + at * step]!
        if (places !== null) places[o] = at
      }
    }
  }
}

function fillWindows(from: Planes, to: Planes, [deep, high, wide]: Windows, places: Int32Array | null): void {
  const { data: x, step } = from
  const y = to.data
  const [, height, width] = from.spatial
  const gap = wide.step
  for (let plane = 0, o = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let i = 0; i < deep.count; i++) {
      for (let j = 0; j < high.count; j++) {
        const [d0, d1, h0, h1] = [deep.first[i]!, deep.end[i]!, high.first[j]!, high.end[j]!]
        for (let k = 0; k < wide.count; k++, o++, target += to.step) {
          const w0 = wide.first[k]!
          const length = wide.end[k]! - w0
          let at = -1
          for (let d = d0; d < d1 && length > 0; d += deep.step) {
            for (let h = h0; h < h1; h += high.step) {
              let best = (d * height + h) * width + w0
              const end = best + length
              for (let w = best + gap; w < end; w += gap) best = larger(x, start, step, best, w)
              at = at < 0 ? best : larger(x, start, step, at, best)
            }
          }
          y[target] = at < 0 ? Number.NEGATIVE_INFINITY : x[start + at * step]!
          if (places !== null) places[o] = at
        }
      }
    }
  }
}
