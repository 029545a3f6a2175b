/**
 * Which elements a normalisation takes together, and their statistics.
 *
 * @module
 */

import type { Floats } from '../pooling/planes.js'
import { vectorMoments } from './vectors.js'

/**
 * A tensor's elements in row-major order seen as [outer, groups, sub, run]: the elements of a group share mean and
 * variance, those of a run one weight and bias. Run s of group g has number (g * sub + s) % channels of these.
 *
 * - batch norm: [N, C, 1, H W], or [N H W, C, 1, 1] where channels are last in memory
 * - instance norm: [1, N C, 1, H W]
 * - group norm: [1, N G, C / G, H W]
 * - layer norm: [1, rows, M, 1]
 */
export interface Grouping {
  readonly outer: number
  readonly groups: number
  readonly sub: number
  readonly run: number
  readonly channels: number
}

/** Mean and variance (divided by the count) of each group. */
export interface Moments {
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** How many elements a group has. */
export function groupSize({ outer, sub, run }: Grouping): number {
  return outer * sub * run
}

/** Mean and variance of each group, in doubles; in two passes, unless a faster backend does it in one. */
export function groupMoments(x: Floats, grouping: Grouping): Moments {
  return vectorMoments(x, grouping) ?? moments(x, grouping)
}

function moments(x: Floats, grouping: Grouping): Moments {
  const { outer, groups, sub, run } = grouping
  const count = groupSize(grouping)
  const inner = sub * run
  const mean = new Float64Array(groups)
  const variance = new Float64Array(groups)
  if (inner === 1) {
    addColumns(x, outer, mean)
    for (let g = 0; g < groups; g++) mean[g]! /= count
    addColumnSquares(x, outer, mean, variance)
  } else {
    for (let row = 0; row < outer * groups; row++) mean[row % groups]! += sumOf(x, row * inner, inner)
    for (let g = 0; g < groups; g++) mean[g]! /= count
    for (let row = 0; row < outer * groups; row++) {
      const g = row % groups
      variance[g]! += squaresAbout(x, row * inner, inner, mean[g]!)
    }
  }
  for (let g = 0; g < groups; g++) variance[g]! /= count
  return { mean, variance }
}

/** Four sums side by side: one alone would wait for each addition to finish. */
function sumOf(x: Floats, start: number, length: number): number {
  const end = start + length
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let p = start
  for (; p + 4 <= end; p += 4) {
    a += x[p]!
    b += x[p + 1]!
    c += x[p + 2]!
    d += x[p + 3]!
  }
  for (; p < end; p++) a += x[p]!
  return a + b + (c + d)
}

function squaresAbout(x: Floats, start: number, length: number, centre: number): number {
  const end = start + length
  let a = 0
  let b = 0
  let p = start
  for (; p + 2 <= end; p += 2) {
    const first = x[p]! - centre
    const second = x[p + 1]! - centre
    a += first * first
    b += second * second
  }
  if (p < end) a += (x[p]! - centre) ** 2
  return a + b
}

function addColumns(x: Floats, rows: number, sums: Float64Array): void {
  for (let row = 0, p = 0; row < rows; row++) for (let g = 0; g < sums.length; g++, p++) sums[g]! += x[p]!
}

function addColumnSquares(x: Floats, rows: number, centres: Float64Array, sums: Float64Array): void {
  for (let row = 0, p = 0; row < rows; row++) {
    for (let g = 0; g < sums.length; g++, p++) {
      const distance = x[p]! - centres[g]!
      sums[g]! += distance * distance
    }
  }
}
