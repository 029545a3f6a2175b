/**
 * The average of each window, and its adjoint, which spreads a number evenly over a window; both are linear, and each is
 * the other's derivative.
 *
 * @module
 */
import { record } from '../autograd/node.js'
import type { Shape } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { mapPlanes, type Planes, planeStart, type Rank } from './pool-planes.js'
import { threeSizes, type Windows, windowCounts } from './pool-windows.js'

/** How an average is taken. */
export interface Averaging {
  readonly rank: Rank
  readonly windows: Windows
  /** Divides every sum instead of the windows' own divisors. */
  readonly divisor?: number
  /** PyTorch's name of the operation, e.g. `AvgPool2D`. */
  readonly operation: string
}

/** The average of each window of a checked input [N, C, ...] or [C, ...]. Sums are doubles, rounded once. */
export function poolAverage(input: Tensor, averaging: Averaging): Tensor {
  const { rank, windows, operation } = averaging
  const out = mapPlanes(input, rank, windowCounts(windows), (from, to) => fillAverages(from, to, averaging))
  const spatial = input.shape.slice(-rank)
  return record(out, `${operation}Backward0`, [input], [], gradient => [spreadAverage(gradient, spatial, averaging)])
}

/** Each element of `values` divided and added to all elements of its window; the result has these spatial sizes. */
function spreadAverage(values: Tensor, spatial: Shape, averaging: Averaging): Tensor {
  const { rank, operation } = averaging
  const out = mapPlanes(values, rank, threeSizes(spatial, rank), (from, to) => addSpread(from, to, averaging))
  return record(out, `${operation}BackwardBackward0`, [values], [], gradient => [poolAverage(gradient, averaging)])
}

function fillAverages(from: Planes, to: Planes, { windows: [deep, high, wide], divisor }: Averaging): void {
  const { data: x, step } = from
  const y = to.data
  const [, height, width] = from.spatial
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let i = 0; i < deep.count; i++) {
      for (let j = 0; j < high.count; j++) {
        const [d0, d1, h0, h1] = [deep.first[i]!, deep.end[i]!, high.first[j]!, high.end[j]!]
        const outer = deep.divisor[i]! * high.divisor[j]!
        for (let k = 0; k < wide.count; k++, target += to.step) {
          const w0 = wide.first[k]!
          const w1 = wide.end[k]!
          let sum = 0
          for (let d = d0; d < d1; d++) {
            for (let h = h0; h < h1; h++) {
              const row = start + (d * height + h) * width * step
              for (let w = w0; w < w1; w++) sum += x[row + w * step]!
            }
          }
          y[target] = sum / (divisor ?? outer * wide.divisor[k]!)
        }
      }
    }
  }
}

/** Windows that overlap add up in the result's dtype, as in PyTorch. */
function addSpread(from: Planes, to: Planes, { windows: [deep, high, wide], divisor }: Averaging): void {
  const g = from.data
  const { data: y, step } = to
  const [, height, width] = to.spatial
  for (let plane = 0; plane < from.count; plane++) {
    const start = planeStart(to, plane)
    let source = planeStart(from, plane)
    for (let i = 0; i < deep.count; i++) {
      for (let j = 0; j < high.count; j++) {
        const [d0, d1, h0, h1] = [deep.first[i]!, deep.end[i]!, high.first[j]!, high.end[j]!]
        const outer = deep.divisor[i]! * high.divisor[j]!
        for (let k = 0; k < wide.count; k++, source += from.step) {
          const w0 = wide.first[k]!
          const w1 = wide.end[k]!
          const share = g[source]! / (divisor ?? outer * wide.divisor[k]!)
          for (let d = d0; d < d1; d++) {
            for (let h = h0; h < h1; h++) {
              const row = start + (d * height + h) * width * step
              for (let w = w0; w < w1; w++) y[row + w * step]! += share
            }
          }
        }
      }
    }
  }
}
