/**
 * The largest element of each window.
 *
 * Where each came from is kept, so the derivative is a scatter of the gradient to these places; a scatter and a gather
 * by the same places are each other's derivative, and double backward needs nothing more.
 *
 * @module
 */
import { isGradEnabled } from '../../autograd/modes.js'
import { record } from '../../autograd/node.js'
import { convert } from '../../tensor/copy.js'
import { numelOf, type Shape } from '../../tensor/layout.js'
import { allocate, allocateUnwritten, type Tensor } from '../../tensor/tensor.js'
import { operationName, timed } from '../../tensor/timed.js'
import { fillMax } from './maxLoops.js'
import { mapPlanes, type Planes, planeStart, type Rank } from './planes.js'
import { threeSizes, type Windows, windowCounts } from './windows.js'

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
export const poolMax = timed((_input, { operation }) => operationName(operation), maxOfWindows)

function maxOfWindows(input: Tensor, maximising: Maximising): PooledMax {
  const { rank, operation, returnIndices } = maximising
  const needed = returnIndices || (input.requiresGrad && isGradEnabled())
  const { output, found } = maxima(input, maximising, needed)
  if (found === null) return { output, indices: null }
  const spatial = input.shape.slice(-rank)
  const memoryFormat = output.isContiguous() ? 'contiguous' : 'channels_last'
  return {
    output: record(output, `${operation}Backward0`, [input], [found], (gradient, { saved: [places] }) => [
      scatterPlanes(gradient, places!, spatial, rank, operation),
    ]),
    indices: returnIndices ? convert(found, 'int64', memoryFormat) : null,
  }
}

/** The maxima, off the tape, and if they are needed the places, int32 and contiguous. */
function maxima(input: Tensor, { rank, windows }: Maximising, needed: boolean) {
  const { device } = input
  const counts = windowCounts(windows)
  const shape = [...input.shape.slice(0, -rank), ...counts.slice(-rank)]
  const hasPlaces = needed && device !== 'meta'
  const found = hasPlaces ? allocateUnwritten(shape, 'int32') : allocate(shape, 'int32', { device: 'meta' })
  const places = hasPlaces ? (found.storage.data as Int32Array) : null
  const written = hasPlaces ? [found] : []
  const output = mapPlanes(input, rank, counts, (from, to) => fillMax(from, to, windows, places), written, 'all')
  // nobody but the tape ever gets them: indices are a copy
  found.storage.isPassing = true
  return { output, found: needed ? found : null }
}

/** Zeros with these spatial sizes, to which each element of `values` is added at its place. */
function scatterPlanes(values: Tensor, places: Tensor, spatial: Shape, rank: Rank, operation: string): Tensor {
  const out = moved(values, places, spatial, rank, scatter)
  const own = values.shape.slice(-rank)
  return record(out, `${operation}BackwardBackward0`, [values], [places], (gradient, { saved: [at] }) => [
    gatherPlanes(gradient, at!, own, rank, operation),
  ])
}

/** The elements of `input` at the places; the result has these spatial sizes. */
function gatherPlanes(input: Tensor, places: Tensor, spatial: Shape, rank: Rank, operation: string): Tensor {
  const out = moved(input, places, spatial, rank, gather)
  const own = input.shape.slice(-rank)
  return record(out, 'GatherBackward0', [input], [places], (gradient, { saved: [at] }) => [
    scatterPlanes(gradient, at!, own, rank, operation),
  ])
}

type Move = (from: Planes, to: Planes, places: Int32Array) => void

function moved(input: Tensor, places: Tensor, spatial: Shape, rank: Rank, move: Move): Tensor {
  const fill = (from: Planes, to: Planes) => move(from, to, places.storage.data as Int32Array)
  return mapPlanes(input, rank, threeSizes(spatial, rank), fill, [places])
}

const scatter: Move = (from, to, places) => {
  const { data: g, step } = from
  const y = to.data
  const size = numelOf(from.spatial)
  for (let plane = 0, o = 0; plane < from.count; plane++) {
    const start = planeStart(to, plane)
    let source = planeStart(from, plane)
    for (let i = 0; i < size; i++, o++, source += step) {
      const place = places[o]!
      if (place >= 0) y[start + place * to.step]! += g[source]!
    }
  }
}

const gather: Move = (from, to, places) => {
  const { data: x, step } = from
  const y = to.data
  const size = numelOf(to.spatial)
  for (let plane = 0, o = 0; plane < from.count; plane++) {
    const start = planeStart(from, plane)
    let target = planeStart(to, plane)
    for (let i = 0; i < size; i++, o++, target += to.step) {
      const place = places[o]!
      y[target] = place >= 0 ? x[start + place * step]! : 0
    }
  }
}
