/**
 * Resampling an image: each row of the result is a weighted sum of the input's rows, and each element of it a weighted
 * sum along that row. A linear map; its adjoint spreads the elements with the same weights, and each is the other's
 * derivative.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import type { Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { operationName, timed } from '../../tensor/timed.js'
import { mapPlanes, type Planes, planeStart, type Rank } from '../pooling/planes.js'
import { threeSizes } from '../pooling/windows.js'
import type { AxisTaps } from './taps.js'

/** What is done along depth, height and width, and PyTorch's name for it, e.g. `UpsampleBilinear2D`. */
export interface Resampling {
  readonly rank: Rank
  readonly axes: readonly [AxisTaps, AxisTaps, AxisTaps]
  readonly operation: string
}

/** The resampled image, of a checked input [N, C, ...]. Sums are doubles, rounded once. */
export const resample = timed((_input, { operation }) => operationName(operation), resampleAxes)

function resampleAxes(input: Tensor, resampling: Resampling): Tensor {
  const { rank, axes, operation } = resampling
  const counts = axes.map(({ count }) => count)
  const gather = isNearest(axes) ? gatherElements : gatherRows
  const out = mapPlanes(input, rank, counts, (from, to) => gather(from, to, resampling))
  const spatial = input.shape.slice(-rank)
  return record(out, `${operation}Backward0`, [input], [], gradient => [resampleAdjoint(gradient, spatial, resampling)])
}

/** The adjoint: what is shaped like the result to what is shaped like the input, which has these spatial sizes. */
function resampleAdjoint(values: Tensor, spatial: Shape, resampling: Resampling): Tensor {
  const { rank, axes, operation } = resampling
  const scatter = isNearest(axes) ? scatterElements : scatterRows
  const out = mapPlanes(values, rank, threeSizes(spatial, rank), (from, to) => scatter(from, to, resampling))
  return record(out, `${operation}BackwardBackward0`, [values], [], gradient => [resample(gradient, resampling)])
}

/** Whether each element of the result is one element of the input. */
function isNearest(axes: readonly AxisTaps[]): boolean {
  return axes.every(({ taps }) => taps === 1)
}

function gatherElements(from: Planes, to: Planes, { axes: [deep, high, { count, index }] }: Resampling): void {
  const { data: x, step } = from
  const y = to.data
  const [, height, width] = from.spatial
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (const d of deep.index) {
      for (const h of high.index) {
        const row = start + (d * height + h) * width * step
        for (let k = 0; k < count; k++, target += to.step) y[target] = x[row + index[k]! * step]!
      }
    }
  }
}

function scatterElements(from: Planes, to: Planes, { axes: [deep, high, { count, index }] }: Resampling): void {
  const g = from.data
  const { data: y, step } = to
  const [, height, width] = to.spatial
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(to, plane)
    let source = planeStart(from, plane)
    for (const d of deep.index) {
      for (const h of high.index) {
        const row = start + (d * height + h) * width * step
        for (let k = 0; k < count; k++, source += from.step) y[row + index[k]! * step]! += g[source]!
      }
    }
  }
}

function gatherRows(from: Planes, to: Planes, { axes: [deep, high, wide] }: Resampling): void {
  const { data: x, step } = from
  const y = to.data
  const [, height, width] = from.spatial
  const { count, taps, index, weight } = wide
  const row = new Float64Array(width)
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let i = 0; i < deep.count; i++) {
      for (let j = 0; j < high.count; j++) {
        row.fill(0)
        eachRow(deep, i, high, j, height, (at, share) => {
          const first = start + at * width * step
          for (let w = 0; w < width; w++) row[w]! += share * x[first + w * step]!
        })
        for (let k = 0; k < count; k++, target += to.step) {
          let sum = 0
          for (let t = k * taps; t < (k + 1) * taps; t++) sum += weight[t]! * row[index[t]!]!
          y[target] = sum
        }
      }
    }
  }
}

function scatterRows(from: Planes, to: Planes, { axes: [deep, high, wide] }: Resampling): void {
  const { data: g, step } = from
  const y = to.data
  const [depth, height, width] = to.spatial
  const { count, taps, index, weight } = wide
  const row = new Float64Array(width)
  const sums = new Float64Array(depth * height * width)
  for (let plane = 0; plane < from.count; plane++) {
    let source = planeStart(from, plane)
    sums.fill(0)
    for (let i = 0; i < deep.count; i++) {
      for (let j = 0; j < high.count; j++) {
        row.fill(0)
        for (let k = 0; k < count; k++, source += step) {
          for (let t = k * taps; t < (k + 1) * taps; t++) row[index[t]!]! += weight[t]! * g[source]!
        }
        eachRow(deep, i, high, j, height, (at, share) => {
          for (let w = 0, p = at * width; w < width; w++, p++) sums[p]! += share * row[w]!
        })
      }
    }
    const start = planeStart(to, plane)
    for (let p = 0; p < sums.length; p++) y[start + p * to.step] = sums[p]!
  }
}

/** Calls with the number and the weight of each of the input's rows that row (i, j) of the result is made of. */
function eachRow(
  deep: AxisTaps,
  i: number,
  high: AxisTaps,
  j: number,
  height: number,
  visit: (row: number, weight: number) => void,
): void {
  for (let s = i * deep.taps; s < (i + 1) * deep.taps; s++) {
    for (let t = j * high.taps; t < (j + 1) * high.taps; t++) {
      visit(deep.index[s]! * height + high.index[t]!, deep.weight[s]! * high.weight[t]!)
    }
  }
}
