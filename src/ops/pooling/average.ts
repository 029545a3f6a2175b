/**
 * The average of each window, and its adjoint, which spreads a number evenly over a window; both are linear, and each is
 * the other's derivative.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { elementwise, fold } from '../../backends/vectorOperations.js'
import { add, constant, divide, Formula, operand, scalar } from '../../kernel/expression.js'
import type { Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { operationName, timed } from '../../tensor/timed.js'
import { isContiguous, mapPlanes, type Planes, planeStart, type Rank } from './planes.js'
import { type AxisWindows, threeSizes, type Windows, windowCounts } from './windows.js'

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
export const poolAverage = timed((_input, { operation }) => operationName(operation), averageOfWindows)

function averageOfWindows(input: Tensor, averaging: Averaging): Tensor {
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

const SUM = new Formula('double', operand(0))

/** What sums of whole planes are divided by; `null` if the windows are smaller, or the planes lie in another way. */
function wholeDivisor(whole: Planes, averages: Planes, { windows, divisor }: Averaging): number | null {
  const isWhole = ({ count, first, end, step }: AxisWindows, axis: number) =>
    count === 1 && first[0] === 0 && end[0] === whole.spatial[axis] && step === 1
  if (!windows.every(isWhole) || !isContiguous(whole) || !isContiguous(averages)) return null
  return divisor ?? windows.reduce((product, own) => product * own.divisor[0]!, 1)
}

/** Averages of whole planes on a faster backend; false if they are none, or there is none. */
function fillWholeAverages(from: Planes, to: Planes, averaging: Averaging): boolean {
  const { data, offset, count, spatial } = from
  const by = wholeDivisor(from, to, averaging)
  if (by === null) return false
  const size = spatial[0] * spatial[1] * spatial[2]
  const operands = [{ data, offset, strides: [size, 1] }]
  const sums = fold({ shape: [count, size], kept: [true, false], operands, formula: SUM, operation: 'add' })
  if (sums === null) return false
  to.data.set(sums.map(sum => sum / by))
  return true
}

function fillAverages(from: Planes, to: Planes, averaging: Averaging): void {
  if (fillWholeAverages(from, to, averaging)) return
  const {
    windows: [deep, high, wide],
    divisor,
  } = averaging
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

// a sum, as in the loops, which leave no -0
const SHARE = new Formula('double', add(divide(operand(0), scalar(0)), constant(0)))

/** Numbers spread over whole planes on a faster backend; false if they are none, or there is none. */
function spreadOverWhole(from: Planes, to: Planes, averaging: Averaging): boolean {
  const by = wholeDivisor(to, from, averaging)
  if (by === null) return false
  const size = to.spatial[0] * to.spatial[1] * to.spatial[2]
  const operands = [
    { data: from.data, offset: from.offset, strides: [1, 0] },
    { data: to.data, offset: to.offset, strides: [size, 1] },
  ]
  return elementwise({ shape: [to.count, size], operands, formula: SHARE, into: [1], scalars: [by] })
}

/** Windows that overlap add up in the result's dtype, as in PyTorch. */
function addSpread(from: Planes, to: Planes, averaging: Averaging): void {
  if (spreadOverWhole(from, to, averaging)) return
  const {
    windows: [deep, high, wide],
    divisor,
  } = averaging
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
