/**
 * Which taps read pixels, and which read the zeros around them: products with those need not be computed. Of a 3x3 kernel
 * with padding, they are a tenth of all where maps have 14 x 14 pixels, a fifth at 7 x 7, more than half at 2 x 2.
 *
 * @module
 */
import { ZERO } from '../conv/axes.js'
import type { AxisWalk } from '../conv/walk.js'
import type { Walks } from './convolutionPlan.js'
import type { Position } from './cover.js'
import type { VectorMachine } from './machine.js'
import type { ReductionAxis, Step } from './outerProduct.js'
import type { Tile } from './tile.js'

/** Neighbouring taps of an axis: from one on, to before another. */
export interface TapRange {
  readonly from: number
  readonly to: number
}

/** The taps of the height that read pixels, for each row of a rectangle of results, and those of the width for each column. */
export interface InsideTaps {
  readonly rows: readonly TapRange[]
  readonly columns: readonly TapRange[]
}

/** The taps that read pixels, for each of `count` results from the first on. */
export function tapRanges({ taps, advance, source }: AxisWalk, first: number, count: number): TapRange[] {
  return Array.from({ length: count }, (_, i) => {
    const inside = taps.map(tap => source(tap.start + (first + i) * advance) !== ZERO)
    const from = inside.indexOf(true)
    // there is padding before and behind, never in between
    return from < 0 ? { from: 0, to: 0 } : { from, to: inside.lastIndexOf(true) + 1 }
  })
}

/** Where more of the products than this are with pixels, leaving the others out is not worth the code for the borders. */
const MOST_INSIDE = 0.97

/** Borders of larger kernels have code of too many kinds: each tap more is a row or a column that is like no other. */
const MOST_TAPS = 25

/** Which part of all products is with pixels. */
function shareInside([, height, width]: Walks): number {
  const [down, along] = [height, width].map(walk => {
    const inside = tapRanges(walk, 0, walk.count).reduce((sum, { from, to }) => sum + to - from, 0)
    return inside / (walk.taps.length * walk.count)
  })
  return down! * along!
}

/** Whether enough of all products is with padding, and code for the borders stays short. */
export function isWorthLeavingOut(walks: Walks): boolean {
  return walks[1].taps.length * walks[2].taps.length <= MOST_TAPS && shareInside(walks) <= MOST_INSIDE
}

/** Which part of the products direct sums compute. */
export function directShare(
  { unrolledInstructions }: Pick<VectorMachine, 'unrolledInstructions'>,
  walks: Walks,
): number {
  return unrolledInstructions > 1 && isWorthLeavingOut(walks) ? shareInside(walks) : 1
}

/** Whether a tap is one of them. */
export const includes = ({ from, to }: TapRange, tap: number): boolean => from <= tap && tap < to

/** Neighbouring results that see the same taps: how many, and which. */
export function runsOf(ranges: readonly TapRange[]): { count: number; range: TapRange }[] {
  const runs: { count: number; range: TapRange }[] = []
  for (const range of ranges) {
    const last = runs.at(-1)
    if (last && last.range.from === range.from && last.range.to === range.to) last.count++
    else runs.push({ count: 1, range })
  }
  return runs
}

/** Whether `count` results from a place on see the same taps as those from another one on. */
export function seeAlike(ranges: readonly TapRange[], a: number, b: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const [one, other] = [ranges[a + i]!, ranges[b + i]!]
    if (one.from !== other.from || one.to !== other.to) return false
  }
  return true
}

/** The taps that any of `count` results sees. */
function union(ranges: readonly TapRange[], first: number, count: number): TapRange {
  const seen = ranges.slice(first, first + count).filter(({ from, to }) => from < to)
  if (seen.length === 0) return { from: 0, to: 0 }
  return { from: Math.min(...seen.map(own => own.from)), to: Math.max(...seen.map(own => own.to)) }
}

/** What a tile sums over along height and width: loops, then steps within them; offsets from where the first tap reads. */
export interface InsideSteps {
  readonly axes: readonly ReductionAxis[]
  readonly steps: readonly Step[]
}

/**
 * The taps of a tile: a step for each, in which only those pixels take part that see it, if that is no more than so many
 * instructions; else the loops over the taps that any of them sees. `null` if they see nothing.
 *
 * @param axes the loops over all taps of height and width
 * @param at where the tile is in its rectangle
 * @param samples the tile has a rectangle of pixels in each of them
 */
export function insideSteps(
  { rows, columns }: InsideTaps,
  [height, width]: readonly [ReductionAxis, ReductionAxis],
  tile: Tile,
  at: Position,
  samples: number,
  mostInstructions: number,
): InsideSteps | null {
  const [down, along] = [union(rows, at.row, tile.rows), union(columns, at.column, tile.columns)]
  if (down.from === down.to || along.from === along.to) return null
  const stepAt = (h: number, w: number): Step => ({
    element: h * height.elementStride + w * width.elementStride,
    vector: h * height.vectorStride + w * width.vectorStride,
  })
  const steps: Step[] = []
  let instructions = 0
  for (let h = down.from; h < down.to; h++) {
    for (let w = along.from; w < along.to; w++) {
      const takePart = Array.from({ length: samples * tile.rows * tile.columns }, (_, p) => {
        const row = rows[at.row + (Math.floor(p / tile.columns) % tile.rows)]!
        const column = columns[at.column + (p % tile.columns)]!
        return includes(row, h) && includes(column, w)
      })
      const products = takePart.filter(own => own).length
      if (products === 0) continue
      steps.push({ ...stepAt(h, w), takePart })
      instructions += (products + 1) * tile.vectors
    }
  }
  if (instructions <= mostInstructions) return { axes: [], steps }
  const trimmed = [
    { ...height, count: down.to - down.from },
    { ...width, count: along.to - along.from },
  ]
  return { axes: trimmed, steps: [stepAt(down.from, along.from)] }
}
