/**
 * The largest element of each window.
 *
 * Where each came from is kept, so the derivative is a scatter of the gradient to these places; a scatter and a gather
 * by the same places are each other's derivative, and double backward needs nothing more.
 *
 * @module
 */
import { isGradEnabled } from '../autograd/modes.js'
import { record } from '../autograd/node.js'
import { convert } from '../tensor/copy.js'
import { numelOf, type Shape } from '../tensor/layout.js'
import { allocate, type Tensor, wrapArray } from '../tensor/tensor.js'
import { mapPlanes, type Planes, planeStart, type Rank } from './pool-planes.js'
import { threeSizes, type Windows, windowCounts } from './pool-windows.js'

/** What is asked of {@link poolMax}. */
export interface Maximising {
  readonly rank: Rank
  readonly windows: Windows
  /** PyTorch's name of the operation, e.g. `MaxPool2DWithIndices`. */
  readonly operation: string
  /** Also give the places. */
  readonly returnIndices: boolean
}

/** What {@link poolMax} found. */
export interface PooledMax {
  readonly output: Tensor
  /**
   * int64: positions in the sample's plane, row-major. The first of equal elements, the last NaN, and -1 for a dilated
   * window that sees padding only (its maximum is -Infinity). `null` if not asked for.
   */
  readonly indices: Tensor | null
}

/** The largest element of each window of a checked input [N, C, ...] or [C, ...]; NaN where a window has one. */
export function poolMax(input: Tensor, { rank, windows, operation, returnIndices }: Maximising): PooledMax {
  const { device, shape } = input
  const counts = windowCounts(windows)
  const outputShape = [...shape.slice(0, -rank), ...counts.slice(-rank)]
  const recorded = input.requiresGrad && isGradEnabled()
  const needed = recorded || returnIndices
  const places = needed && device !== 'meta' ? new Int32Array(numelOf(outputShape)) : null
  const output = mapPlanes(input, rank, counts, (from, to) => fillMax(from, to, windows, places))
  if (!needed) return { output, indices: null }
  const found = places ? wrapArray(places, outputShape, 'int32') : allocate(outputShape, 'int32', { device })
  const memoryFormat = output.isContiguous() ? 'contiguous' : 'channels_last'
  return {
    output: record(output, `${operation}Backward0`, [input], [found], (gradient, { saved: [at] }) => [
      scatterPlanes(gradient, at!, shape.slice(-rank), rank, operation),
    ]),
    indices: returnIndices ? convert(found, 'int64', memoryFormat) : null,
  }
}

function fillMax(from: Planes, to: Planes, [deep, high, wide]: Windows, places: Int32Array | null): void {
  const { data: x, step } = from
  const y = to.data
  const [, height, width] = from.spatial
  const [heightStep, widthStep] = [high.step, wide.step]
  for (let plane = 0, o = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let i = 0; i < deep.count; i++) {
      const [d0, d1] = [deep.first[i]!, deep.end[i]!]
      for (let j = 0; j < high.count; j++) {
        const h0 = high.first[j]!
        const h1 = high.end[j]!
        for (let k = 0; k < wide.count; k++, o++, target += to.step) {
          const w0 = wide.first[k]!
          const w1 = wide.end[k]!
          let best = Number.NEGATIVE_INFINITY
          let at = -1
          for (let d = d0; d < d1; d += deep.step) {
            for (let h = h0; h < h1; h += heightStep) {
              const row = (d * height + h) * width
              for (let w = w0; w < w1; w += widthStep) {
                const value = x[start + (row + w) * step]!
                // a NaN stays, as nothing is larger than it; a place is taken even where all is -Infinity
                if (value > best || at < 0 || Number.isNaN(value)) {
                  best = value
                  at = row + w
                }
              }
            }
          }
          y[target] = best
          if (places !== null) places[o] = at
        }
      }
    }
  }
}

/** Zeros with these spatial sizes, to which each element of `values` is added at its place. */
function scatterPlanes(values: Tensor, places: Tensor, spatial: Shape, rank: Rank, operation: string): Tensor {
  const out = mapPlanes(values, rank, threeSizes(spatial, rank), (from, to) => {
    const at = places.storage.data as Int32Array
    const { data: g, step } = from
    const y = to.data
    const size = numelOf(from.spatial)
    for (let plane = 0, o = 0; plane < from.count; plane++) {
      const start = planeStart(to, plane)
      let source = planeStart(from, plane)
      for (let i = 0; i < size; i++, o++, source += step) {
        const place = at[o]!
        if (place >= 0) y[start + place * to.step]! += g[source]!
      }
    }
  })
  return record(out, `${operation}BackwardBackward0`, [values], [places], (gradient, { saved: [at] }) => [
    gatherPlanes(gradient, at!, values.shape.slice(-rank), rank, operation),
  ])
}

/** The elements of `input` at the places. */
function gatherPlanes(input: Tensor, places: Tensor, spatial: Shape, rank: Rank, operation: string): Tensor {
  const out = mapPlanes(input, rank, threeSizes(spatial, rank), (from, to) => {
    const at = places.storage.data as Int32Array
    const { data: x, step } = from
    const y = to.data
    const size = numelOf(to.spatial)
    for (let plane = 0, o = 0; plane < from.count; plane++) {
      const start = planeStart(from, plane)
      let target = planeStart(to, plane)
      for (let i = 0; i < size; i++, o++, target += to.step) {
        const place = at[o]!
        y[target] = place >= 0 ? x[start + place * step]! : 0
      }
    }
  })
  return record(out, 'GatherBackward0', [input], [places], (gradient, { saved: [at] }) => [
    scatterPlanes(gradient, at!, input.shape.slice(-rank), rank, operation),
  ])
}
