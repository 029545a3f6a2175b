/**
 * The gradient of the filters of a depthwise convolution, with pixels in the lanes.
 *
 * Each tap of a filter has a vector of sums in a register. On the way down a plane, an input row is loaded once for each tap
 * of the width, and multiplied with all rows of gradients that read it, which are in registers. The lanes of the sums are
 * added up at the end. A second phase adds up what several tasks found for the same filters, always in the same order.
 *
 * @module
 */
import type { DepthwiseAxes, DepthwiseWalk } from './depthwiseAxes.js'
import { type ColumnVector, DepthwiseReader } from './depthwiseReader.js'
import { forEachAlike, writeWay } from './depthwiseWay.js'
import { locate } from './locate.js'
import type { LaneRange, Pointer, Vector, VectorMachine } from './machine.js'
import { type RowStep, slidingRows } from './slidingRows.js'
import { SummingRecord } from './weightGradientShape.js'
import { WeightGradientSlots } from './weightGradientSum.js'

/** Everything that this kernel is specialised for. */
export interface DepthwiseWeightGradientShape {
  /** Those of the forward pass. */
  readonly axes: DepthwiseAxes
  readonly planes: number
  readonly samples: number
  /** Planes of a sample. */
  readonly groups: number
}

interface Pointers {
  readonly gradient: Pointer
  readonly input: Pointer
  readonly sums: Pointer
}

/** How many rows of a filter have their sums in registers together; 0 if there is no room for one. */
export function filterRowsTogether(
  { vectors }: Pick<VectorMachine, 'vectors'>,
  { rows, sourceRows, columns }: DepthwiseAxes,
): number {
  const [walk] = rows as [DepthwiseWalk]
  const [{ taps, advance }] = columns.walks as [DepthwiseWalk]
  // what is loaded, and room to take it apart
  const spare = advance === 1 ? 1 : advance + 2
  const slotsOf = (own: DepthwiseWalk['taps']) => slidingRows({ ...walk, taps: own }, sourceRows, 0, walk.count).slots
  // rows at the border are under way with fewer others than those in the middle
  const fits = (together: number) =>
    inPortions(walk.taps, together).every(own => own.length * taps.length + slotsOf(own) + spare <= vectors)
  let together = walk.taps.length
  while (together > 0 && !fits(together)) together--
  return together
}

/** A list in portions of so many elements, or fewer at the end. */
const inPortions = <Element>(all: readonly Element[], count: number): (readonly Element[])[] =>
  Array.from({ length: Math.ceil(all.length / count) }, (_, i) => all.slice(i * count, (i + 1) * count))

/** Writes the kernel down. Sums stand as [plane][height][width]. */
export function writeDepthwiseWeightGradient(machine: VectorMachine, shape: DepthwiseWeightGradientShape): void {
  const { axes, planes, samples, groups } = shape
  const { sourceRows, resultRows, columns } = axes
  const pointers: Pointers = { gradient: machine.pointer(), input: machine.pointer(), sums: machine.pointer() }
  locate(machine, pointers.gradient, WeightGradientSlots.gradient, SummingRecord.gradient)
  locate(machine, pointers.input, WeightGradientSlots.input, SummingRecord.input)
  locate(machine, pointers.sums, WeightGradientSlots.sums, SummingRecord.sums)
  const down = (inPlanes: number): void => {
    machine.advance(pointers.gradient, inPlanes * resultRows * columns.results * machine.storedBytes)
    machine.advance(pointers.input, inPlanes * sourceRows * columns.source * machine.storedBytes)
  }
  const [walk] = axes.rows as [DepthwiseWalk]
  const together = filterRowsTogether(machine, axes)
  machine.repeat(planes, () => {
    for (const taps of inPortions(walk.taps, together)) {
      const sums = taps.map(() => columns.walks[0]!.taps.map(() => machine.vector()))
      for (const sum of sums.flat()) machine.zero(sum)
      machine.repeat(samples, () => {
        writePlane(machine, axes, { ...walk, taps }, pointers, sums)
        down(groups)
      })
      down(-samples * groups)
      storeSums(machine, pointers.sums, sums.flat())
    }
    down(1)
  })
  machine.release(...Object.values(pointers))
}

/** Adds the products of a plane and its gradients to the sums. The pointers end where they began. */
function writePlane(
  machine: VectorMachine,
  { sourceRows, columns }: DepthwiseAxes,
  walk: DepthwiseWalk,
  { gradient, input }: Pointers,
  sums: readonly (readonly Vector[])[],
): void {
  const { lanes, storedBytes } = machine
  const rows = slidingRows(walk, sourceRows, 0, walk.count)
  // where there is no gradient, its zero must not meet an infinity
  const reader = new DepthwiseReader(machine, columns, true, 'memory')
  const slots = Array.from({ length: rows.slots }, () => machine.vector())

  const step = (
    vector: ColumnVector,
    ranges: readonly (readonly LaneRange[])[],
    { row, adds, begins }: RowStep,
  ): void => {
    for (const result of begins) {
      const place = { base: gradient, offset: result * columns.results * storedBytes }
      machine.read(slots[result % rows.slots]!, place, vector.count)
    }
    for (const [i, read] of reader.reads.entries()) {
      const vectors = reader.read(read, input, row * columns.source, ranges[i]!)
      if (vectors === null) continue
      for (const [part, uses] of read.uses.entries())
        for (const { tap } of uses)
          for (const add of adds)
            machine.multiplyAdd(sums[add.tap]![tap]!, vectors[part]!, slots[add.result % rows.slots]!)
      machine.release(...vectors)
    }
  }
  const downRounds = (times: number): void => {
    machine.advance(input, times * rows.rounds.steps * columns.source * storedBytes)
    machine.advance(gradient, times * rows.rounds.results * columns.results * storedBytes)
  }
  const alongRow = (vectors: number): void => {
    machine.advance(input, vectors * lanes * reader.advance * storedBytes)
    machine.advance(gradient, vectors * lanes * storedBytes)
  }
  const all = reader.vectors().map(vector => ({ vector, ranges: reader.ranges(vector) }))
  const instructions = sums.length * sums[0]!.length + reader.reads.length * reader.advance + 1
  const text = ({ vector, ranges }: (typeof all)[number]) => JSON.stringify([vector.count, ranges])
  forEachAlike(machine, all, text, ({ vector, ranges }) => {
    const masks = [{ first: 0, count: vector.count }, ...ranges.flat().filter(({ count }) => count > 0)]
    machine.holdLanes(masks, () => writeWay(machine, rows, instructions, own => step(vector, ranges, own), downRounds))
    alongRow(1)
  })
  alongRow(-all.length)
  machine.release(...slots)
}

/** Adds up the lanes of each sum, stores what that gives, and goes on behind it. The sums are used up. */
function storeSums(machine: VectorMachine, to: Pointer, sums: readonly Vector[]): void {
  const { lanes, bytes } = machine
  for (let first = 0; first < sums.length; first += lanes) {
    const own = sums.slice(first, first + lanes)
    const filling = Array.from({ length: lanes - own.length }, () => machine.vector())
    let columns = machine.transpose([...own, ...filling])
    while (columns.length > 1) {
      const half = columns.length / 2
      for (let i = 0; i < half; i++) machine.add(columns[i]!, columns[i]!, columns[i + half]!)
      machine.release(...columns.slice(half))
      columns = columns.slice(0, half)
    }
    machine.storeFirst({ base: to, offset: first * bytes }, columns[0]!, own.length)
    machine.release(columns[0]!)
  }
  machine.advance(to, sums.length * bytes)
}
