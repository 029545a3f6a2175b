/**
 * From a spec and a pass to tasks: results are cut into rectangles whose bands fit the cache, and channels into ranges
 * when there are too few rectangles for all threads.
 *
 * However the work is cut, each result is the same sum in the same order: it depends neither on the number of threads
 * nor on the rest of the batch.
 *
 * @module
 */

import { ZERO } from '../conv/axes.js'
import type { Epilogue } from '../conv/epilogue.js'
import type { ConvSpec, Triple } from '../conv/spec.js'
import {
  type AxisWalk,
  type Footprint,
  footprint,
  footprintLength,
  forwardWalk,
  inputGradientWalks,
} from '../conv/walk.js'
import type { KernelProgram } from './program.js'
import { evenTile, starts } from './tiling.js'

/** The passes whose results are pixels. */
export type PixelPass = 'forward' | 'inputGradient'

/** One walk per axis: depth, height, width. */
export type Walks = readonly [AxisWalk, AxisWalk, AxisWalk]

/** What a program is made for besides the spec. */
export interface PlanOptions {
  readonly bias: boolean
  /** What is done to the sums before they are stored. Default: nothing. */
  readonly epilogue?: Epilogue | null
  /** Whether products with padding are left out, where that is worth it; only for finite weights. Default: no. */
  readonly leavesOutPadding?: boolean
  /** How many tasks there should be at least, for all threads to have some. */
  readonly wantedTasks: number
  /** Bytes of a band that stay near the core while it is used. */
  readonly bandBytes: number
}

/** Tasks per thread, so that one that is late does not hold up the others for long. */
export const TASKS_PER_THREAD = 4

/** How the packed weights of one phase are laid out: [group][block of channels][source channel][tap][channel]. */
export interface PackedPhase {
  readonly walks: Walks
  /** Elements before this phase's. */
  readonly start: number
  /** Channels of a full block. */
  readonly blockChannels: number
  /** Elements of a group. */
  readonly groupLength: number
}

/** A program, and how it wants its weights. */
export interface ConvolutionProgram {
  readonly program: KernelProgram
  readonly phases: readonly PackedPhase[]
  /** Elements of all packed weights. */
  readonly packedLength: number
  /** The channels of a block are filled up with zeros to a multiple of this. */
  readonly channelPadding: number
  /** Whether it leaves out products with padding. */
  readonly leavesOutPadding: boolean
}

/** How many taps walks have together. */
export function tapCount([depth, height, width]: Walks): number {
  return depth.taps.length * height.taps.length * width.taps.length
}

/** The tensors of a pass as (batch, groups, channels of a group, depth, height, width). */
export interface Sides {
  readonly batch: number
  readonly groups: number
  readonly sourceChannels: number
  readonly source: Triple
  readonly resultChannels: number
  readonly result: Triple
}

export function sidesOf(spec: ConvSpec, pass: PixelPass): Sides {
  const { batch, groups } = spec
  const [inside, outside] = [spec.inChannels / groups, spec.outChannels / groups]
  return pass === 'forward'
    ? { batch, groups, sourceChannels: inside, source: spec.input, resultChannels: outside, result: spec.output }
    : { batch, groups, sourceChannels: outside, source: spec.output, resultChannels: inside, result: spec.input }
}

/** All combinations of one walk per axis: one for the forward pass, one per phase of the strides for a gradient. */
export function phasesOf(spec: ConvSpec, pass: PixelPass): Walks[] {
  const perAxis = [0, 1, 2].map(axis =>
    pass === 'forward' ? [forwardWalk(spec, axis)] : inputGradientWalks(spec, axis),
  )
  return perAxis[0]!.flatMap(d => perAxis[1]!.flatMap(h => perAxis[2]!.map((w): Walks => [d, h, w])))
}

/** Whether the walks have every result among them; a stride beyond the kernel leaves out what no tap reaches. */
export function reachesAll(phases: readonly Walks[], [depth, height, width]: Triple): boolean {
  const reached = phases.reduce((sum, [d, h, w]) => sum + d.count * h.count * w.count, 0)
  return reached === depth * height * width
}

/**
 * A convolution by a point, whose pixels are one long row: nothing tells it where a row ends, and one row can be cut
 * anywhere.
 */
export function flattened(spec: ConvSpec): ConvSpec {
  const all = (values: Triple, value: number) => values.every(own => own === value)
  const point = all(spec.kernel, 1) && all(spec.stride, 1) && all(spec.padBefore, 0) && all(spec.padAfter, 0)
  if (!point || String(spec.input) !== String(spec.output)) return spec
  const row: Triple = [1, 1, spec.input[0] * spec.input[1] * spec.input[2]]
  return { ...spec, input: row, output: row }
}

/** The results of a task: rows x columns at one depth; and how many of them there are along each axis. */
export interface Rectangles {
  readonly rows: number
  readonly columns: number
  /** First row and first column of each; the last may overlap the one before. */
  readonly rowStarts: readonly number[]
  readonly columnStarts: readonly number[]
}

/** A row of fewer results than this is not cut: a piece would read nearly as much padding as pixels. */
const LEAST_COLUMNS = 56

/** Cuts the results of walks so that a rectangle's band has at most this many elements, and there are enough of them. */
export function cutRectangles(
  [depth, height, width]: Walks,
  { sourceChannels, batch, groups }: Sides,
  bandElements: number,
  wanted: number,
): Rectangles {
  const elements = (rows: number, columns: number) =>
    sourceChannels * depth.taps.length * footprintLength(height, rows) * columnSpan(width, columns).length
  let pieces = 1
  while (width.count / (2 * pieces) >= LEAST_COLUMNS && elements(1, Math.ceil(width.count / pieces)) > bandElements)
    pieces *= 2
  let columns = evenTile(width.count, Math.ceil(width.count / pieces))
  let bands = 1
  while (bands < height.count && elements(Math.ceil(height.count / bands), columns) > bandElements) bands++
  // more pieces for more threads, down to a few rows each: below that, the halo costs more than it brings
  const others = batch * groups * depth.count
  const count = () =>
    others * Math.ceil(height.count / Math.ceil(height.count / bands)) * Math.ceil(width.count / columns)
  while (count() < wanted && height.count / (bands + 1) >= 7) bands++
  if (height.count === 1) {
    while (count() < wanted && columns >= 2 * LEAST_COLUMNS) columns = Math.ceil(columns / 2)
  }
  const rows = evenTile(height.count, Math.ceil(height.count / bands))
  return { rows, columns, rowStarts: starts(height.count, rows), columnStarts: starts(width.count, columns) }
}

/** The positions that `count` results of a row read, from the lowest on; all of them, whether or not a tap is there. */
export function columnSpan({ taps, advance }: AxisWalk, count: number): { low: number; length: number } {
  const [a, b] = [taps[0]!.start, taps[taps.length - 1]!.start]
  return { low: Math.min(a, b), length: Math.abs(a - b) + (count - 1) * advance + 1 }
}

/** The rows of a band, as the footprint of the height for each tap of the depth. */
export interface BandRows {
  readonly perTap: Footprint
  readonly count: number
}

export function bandRows([depth, height]: Walks, rows: number): BandRows {
  const perTap = footprint(height, rows)
  return { perTap, count: depth.taps.length * perTap.positions.length }
}

/** For each row of a band, how far its row of the source is from the start of the channel, in bytes; -1 for zeros. */
export function rowTable(
  [depth, height]: Walks,
  { perTap }: BandRows,
  [, sourceRows, sourceColumns]: Triple,
  depthIndex: number,
  firstRow: number,
  bytes: number,
): number[] {
  return depth.taps.flatMap(tap => {
    const plane = depth.source(tap.start + depthIndex * depth.advance)
    return Array.from(perTap.positions, position => {
      const row = height.source(position + firstRow * height.advance)
      return plane === ZERO || row === ZERO ? -1 : (plane * sourceRows + row) * sourceColumns * bytes
    })
  })
}
