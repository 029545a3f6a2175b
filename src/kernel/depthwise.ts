/**
 * Depthwise convolution: one filter for each plane, with pixels in the lanes.
 *
 * There is nothing to sum over but taps, so the time goes where memory is read. Planes are read in place, masks standing
 * for the padding beside them; on the way down a plane each row is loaded once for each tap of its own, and multiplied for
 * all results that it adds to, whose sums are under way in registers. The input gradient of a stride has one way down for
 * each phase of the rows; the phases of the columns are computed side by side, and interleaved when they are stored.
 *
 * @module
 */
import type { Epilogue } from '../conv/epilogue.js'
import { ConvolutionRecord, ConvolutionSlots } from './convolutionTask.js'
import type { DepthwiseAxes, DepthwiseWalk } from './depthwiseAxes.js'
import { type ColumnVector, DepthwiseReader } from './depthwiseReader.js'
import { StripWriter } from './depthwiseStrip.js'
import { forEachAlike } from './depthwiseWay.js'
import type { ElementMachine } from './elementMachine.js'
import { EpilogueWriter } from './epilogue.js'
import { locate } from './locate.js'
import type { LaneRange, Pointer, VectorMachine } from './machine.js'
import { slidingRows } from './slidingRows.js'
import { evenTile } from './tiling.js'

/** Everything that this kernel is specialised for. */
export interface DepthwiseShape extends DepthwiseAxes {
  readonly planes: number
  /** Height and width of the filter. */
  readonly kernel: readonly [number, number]
  /** For each walk of the rows, which results a task computes. */
  readonly pieces: readonly { readonly first: number; readonly count: number }[]
  readonly bias: boolean
  readonly epilogue: Epilogue | null
}

/** Columns of results that one way down a plane computes: vectors, with the lanes that they read for each tap. */
export interface Strip {
  readonly vectors: readonly (ColumnVector & {
    readonly ranges: readonly (readonly LaneRange[])[]
    /** How many results of all walks of the columns it has. */
    readonly stored: number
  })[]
}

/** Vectors of a strip: more need more registers than they save loads of weights. */
const MOST_VECTORS = 4

/** Where the kernel is: in the planes, the weights, the results. */
export interface DepthwisePointers {
  readonly source: Pointer
  readonly weights: Pointer
  readonly result: Pointer
  readonly bias: Pointer | null
  readonly epilogue: EpilogueWriter | null
}

/** The machine can take every second element of two vectors, or interleave two, no more. */
export const MOST_STEP = 2

/** Writes the kernel down. Weights stand as [plane][height][width]. */
export function writeDepthwise(machine: ElementMachine, shape: DepthwiseShape): void {
  const { sourceRows, resultRows, columns, kernel } = shape
  const { storedBytes } = machine
  const pointers: DepthwisePointers = {
    source: machine.pointer(),
    weights: machine.pointer(),
    result: machine.pointer(),
    bias: shape.bias ? machine.pointer() : null,
    epilogue: shape.epilogue && new EpilogueWriter(machine, shape.epilogue, ConvolutionSlots),
  }
  locate(machine, pointers.source, ConvolutionSlots.input, ConvolutionRecord.input)
  locate(machine, pointers.weights, ConvolutionSlots.weight, ConvolutionRecord.weight)
  locate(machine, pointers.result, ConvolutionSlots.output, ConvolutionRecord.output)
  if (pointers.bias) locate(machine, pointers.bias, ConvolutionSlots.bias, ConvolutionRecord.bias)
  machine.repeat(shape.planes, () => {
    for (const [i, walk] of shape.rows.entries()) writePlane(machine, shape, walk, shape.pieces[i]!, pointers)
    machine.advance(pointers.source, sourceRows * columns.source * storedBytes)
    machine.advance(pointers.result, resultRows * columns.results * storedBytes)
    machine.advance(pointers.weights, kernel[0] * kernel[1] * storedBytes)
    if (pointers.bias) machine.advance(pointers.bias, storedBytes)
  })
}

/** Registers besides those of the sums and of what is loaded: weights or room for one, and room to rearrange. */
const spare = (loaded: number, walks: number) => (loaded * walks === 1 ? 1 : 3)

/** Registers that each vector of a strip takes: its sums, and what a tap or two of it load. */
function registersPerVector({ columns }: DepthwiseAxes, slots: number): number {
  return slots * columns.walks.length + columns.walks[0]!.advance
}

/** Whether a row of results can be computed in registers at all. */
export function fitsRegisters({ vectors }: Pick<VectorMachine, 'vectors'>, axes: DepthwiseAxes): boolean {
  const { walks } = axes.columns
  return axes.rows.every(walk => {
    const { slots } = slidingRows(walk, axes.sourceRows, 0, walk.count)
    return registersPerVector(axes, slots) + spare(walks[0]!.advance, walks.length) <= vectors
  })
}

/** Some rows of a walk in a plane. The pointers end where they began. */
function writePlane(
  machine: ElementMachine,
  shape: DepthwiseShape,
  walk: DepthwiseWalk,
  { first, count }: DepthwiseShape['pieces'][number],
  pointers: DepthwisePointers,
): void {
  if (count === 0) return
  const { lanes, storedBytes } = machine
  const { walks, results } = shape.columns
  const [{ advance }] = walks as [DepthwiseWalk]
  const rows = slidingRows(walk, shape.sourceRows, first, count)
  const reader = new DepthwiseReader(machine, shape.columns, false, 'any')
  const all = reader.vectors().map(own => ({
    ...own,
    ranges: reader.ranges(own),
    stored: Math.min(walks.length * lanes, results - walks.length * own.column),
  }))
  const room = Math.floor((machine.vectors - spare(advance, walks.length)) / registersPerVector(shape, rows.slots))
  const together = evenTile(all.length, Math.max(1, Math.min(MOST_VECTORS, room)))
  const strips: Strip[] = Array.from({ length: Math.ceil(all.length / together) }, (_, i) => ({
    vectors: all.slice(i * together, (i + 1) * together),
  }))
  const alongRow = (vectors: number): void => {
    machine.advance(pointers.source, vectors * lanes * advance * storedBytes)
    machine.advance(pointers.result, vectors * lanes * walks.length * storedBytes)
  }
  const text = ({ vectors }: Strip) => JSON.stringify(vectors.map(({ column, ...own }) => own))
  forEachAlike(machine, strips, text, strip => {
    const stored = walks.flatMap((_, i) =>
      strip.vectors.map(own => ({ first: 0, count: Math.min(lanes, own.stored - i * lanes) })),
    )
    const read = strip.vectors.flatMap(({ ranges }) => ranges.flat())
    machine.holdLanes(
      [...stored, ...read].filter(range => range.count > 0),
      () => new StripWriter(machine, shape, walk, rows, reader, pointers, strip).write(),
    )
    alongRow(strip.vectors.length)
  })
  alongRow(-all.length)
}
