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
import { type Floats, mapPlanes, type Planes, planeStart, type Rank } from '../pooling/planes.js'
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
    let before = -1
    for (const d of deep.index) {
      for (const h of high.index) {
        const row = start + (d * height + h) * width * step
        // a row that is shown again is copied whole
        if (row === before && to.step === 1) y.copyWithin(target, target - count, target)
        else for (let k = 0, p = target; k < count; k++, p += to.step) y[p] = x[row + index[k]! * step]!
        target += count * to.step
        before = row
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
  const [, height, width] = from.spatial
  const rows = rowTaps(deep, high, height)
  const row = new Float64Array(width)
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    const target = planeStart(to, plane)
    for (let i = 0; i < rows.count; i++) {
      for (let t = i * rows.taps, first = t; t < first + rows.taps; t++) {
        const at = start + rows.index[t]! * width * from.step
        takeRow(row, from.data, at, from.step, rows.weight[t]!, t > first)
      }
      spreadRow(to.data, target + i * wide.count * to.step, to.step, row, wide)
    }
  }
}

/** row = (row +) weight times a row of the image. */
function takeRow(row: Float64Array, x: Floats, start: number, step: number, weight: number, adds: boolean): void {
  const { length } = row
  if (adds) for (let w = 0, p = start; w < length; w++, p += step) row[w]! += weight * x[p]!
  else for (let w = 0, p = start; w < length; w++, p += step) row[w] = weight * x[p]!
}

/** Each element of the result's row: a sum over a few of `row`. */
function spreadRow(y: Floats, start: number, step: number, row: Float64Array, wide: AxisTaps): void {
  const { count, taps, index, weight } = wide
  if (taps === 2) {
    for (let k = 0, t = 0, p = start; k < count; k++, t += 2, p += step)
      y[p] = weight[t]! * row[index[t]!]! + weight[t + 1]! * row[index[t + 1]!]!
    return
  }
  for (let k = 0, t = 0, p = start; k < count; k++, p += step) {
    let sum = 0
    for (const end = t + taps; t < end; t++) sum += weight[t]! * row[index[t]!]!
    y[p] = sum
  }
}

function scatterRows(from: Planes, to: Planes, { axes: [deep, high, wide] }: Resampling): void {
  const [depth, height, width] = to.spatial
  const rows = rowTaps(deep, high, height)
  const row = new Float64Array(width)
  const sums = new Float64Array(depth * height * width)
  for (let plane = 0; plane < from.count; plane++) {
    const source = planeStart(from, plane)
    sums.fill(0)
    for (let i = 0; i < rows.count; i++) {
      gatherRow(row, from.data, source + i * wide.count * from.step, from.step, wide)
      for (let t = i * rows.taps; t < (i + 1) * rows.taps; t++) {
        const weight = rows.weight[t]!
        for (let w = 0, p = rows.index[t]! * width; w < width; w++, p++) sums[p]! += weight * row[w]!
      }
    }
    const start = planeStart(to, plane)
    for (let p = 0; p < sums.length; p++) to.data[start + p * to.step] = sums[p]!
  }
}

/** {@link spreadRow} backwards. */
function gatherRow(row: Float64Array, g: Floats, start: number, step: number, wide: AxisTaps): void {
  const { count, taps, index, weight } = wide
  row.fill(0)
  for (let k = 0, t = 0, p = start; k < count; k++, p += step) {
    const own = g[p]!
    for (const end = t + taps; t < end; t++) row[index[t]!]! += weight[t]! * own
  }
}

/** The input's rows, counted through all depths, that each row of the result is made of. */
function rowTaps(deep: AxisTaps, high: AxisTaps, height: number): AxisTaps {
  const count = deep.count * high.count
  const taps = deep.taps * high.taps
  const [index, weight] = [new Int32Array(count * taps), new Float64Array(count * taps)]
  let at = 0
  for (let i = 0; i < deep.count; i++) {
    for (let j = 0; j < high.count; j++) {
      for (let s = i * deep.taps; s < (i + 1) * deep.taps; s++) {
        for (let t = j * high.taps; t < (j + 1) * high.taps; t++, at++) {
          index[at] = deep.index[s]! * height + high.index[t]!
          weight[at] = deep.weight[s]! * high.weight[t]!
        }
      }
    }
  }
  return { count, taps, index, weight }
}
