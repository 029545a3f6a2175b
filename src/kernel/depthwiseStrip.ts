/**
 * One way down a plane of a depthwise convolution: a strip of a few vectors of results side by side.
 *
 * @module
 */
import type { DepthwisePointers, DepthwiseShape, Strip } from './depthwise.js'
import type { DepthwiseWalk } from './depthwiseAxes.js'
import type { DepthwiseReader } from './depthwiseReader.js'
import { writeWay } from './depthwiseWay.js'
import type { ElementMachine } from './elementMachine.js'
import type { Vector } from './machine.js'
import type { RowStep, SlidingRows } from './slidingRows.js'

/** The sums of a row of results: for each walk of the columns, vectors. */
type RowSums = readonly (readonly Vector[])[]

/** Writes the kernel's instructions for a strip. */
export class StripWriter {
  private readonly sums: readonly RowSums[]
  /** All weights in registers, by their place in the filter; or `null`, and one register for the one that is needed. */
  private readonly held: ReadonlyMap<number, Vector> | null
  private readonly weight: Vector | null

  constructor(
    private readonly machine: ElementMachine,
    private readonly shape: DepthwiseShape,
    private readonly walk: DepthwiseWalk,
    private readonly rows: SlidingRows,
    private readonly reader: DepthwiseReader,
    private readonly pointers: DepthwisePointers,
    private readonly strip: Strip,
  ) {
    const { walks } = shape.columns
    const row = () => walks.map(() => strip.vectors.map(() => machine.vector()))
    this.sums = Array.from({ length: rows.slots }, row)
    const inWidth = walks.flatMap(({ taps }) => taps.map(({ index }) => index))
    const used = walk.taps.flatMap(({ index }) => inWidth.map(column => this.place(index, column)))
    const rearranges = reader.advance > 1 || walks.length > 1
    const others = strip.vectors.length * (rows.slots * walks.length + reader.advance) + (rearranges ? 2 : 0)
    const fits = others + used.length <= machine.vectors
    this.held = fits ? new Map(used.map(at => [at, machine.vector()])) : null
    this.weight = fits ? null : machine.vector()
  }

  /** Where a weight stands in its filter. */
  private place(row: number, column: number): number {
    return row * this.shape.kernel[1] + column
  }

  write(): void {
    const { machine, rows, shape, walk, pointers } = this
    for (const [at, weight] of this.held ?? []) this.loadWeight(weight, at)
    writeWay(
      machine,
      rows,
      this.instructions(),
      step => this.writeStep(step),
      times => {
        const { steps, results } = rows.rounds
        machine.advance(pointers.source, times * steps * shape.columns.source * machine.storedBytes)
        machine.advance(pointers.result, times * results * walk.step * shape.columns.results * machine.storedBytes)
      },
    )
    for (const result of rows.untouched) {
      this.begin(this.sums[0]!)
      this.store(this.sums[0]!, result)
    }
    machine.release(...this.sums.flat(2), ...(this.held?.values() ?? []), ...(this.weight ? [this.weight] : []))
  }

  /** About how many instructions a step has. */
  private instructions(): number {
    const { walk, shape, strip, reader } = this
    const inWidth = shape.columns.walks.reduce((sum, { taps }) => sum + taps.length, 0)
    const products = Math.ceil(walk.taps.length / walk.advance) * inWidth
    return strip.vectors.length * (products + inWidth * reader.advance + 2)
  }

  private loadWeight(to: Vector, at: number): void {
    this.machine.readBroadcast(to, { base: this.pointers.weights, offset: at * this.machine.storedBytes })
  }

  private begin(sums: RowSums): void {
    const { machine, pointers } = this
    for (const sum of sums.flat()) {
      if (pointers.bias) machine.readBroadcast(sum, { base: pointers.bias, offset: 0 })
      else machine.zero(sum)
    }
  }

  private store(sums: RowSums, result: number): void {
    const { machine, shape, walk, pointers } = this
    const { lanes, storedBytes } = machine
    const row = (walk.first + result * walk.step) * shape.columns.results
    for (const [v, { stored }] of this.strip.vectors.entries()) {
      const own = sums.map(vectors => vectors[v]!)
      if (this.reader.advance > 1) for (const sum of own) machine.putInOrder(sum)
      if (own.length === 2) machine.interleave(own[0]!, own[1]!)
      for (const [i, sum] of own.entries()) {
        const count = Math.min(lanes, stored - i * lanes)
        if (count <= 0) continue
        const place = { base: pointers.result, offset: (row + (v * own.length + i) * lanes) * storedBytes }
        machine.round(sum)
        pointers.epilogue?.finish(sum, place, [{ first: 0, count, offset: 0 }])
        machine.write(place, sum, 0, count)
      }
    }
  }

  private writeStep({ row, adds, begins, ends }: RowStep): void {
    const { machine, sums, rows, reader, strip, pointers } = this
    const slot = (result: number) => sums[result % rows.slots]!
    for (const result of begins) this.begin(slot(result))
    for (const [i, read] of reader.reads.entries()) {
      const vectors = strip.vectors.map(({ ranges }, v) => {
        const element = row * this.shape.columns.source + v * machine.lanes * reader.advance
        return reader.read(read, pointers.source, element, ranges[i]!)
      })
      for (const [part, uses] of read.uses.entries()) {
        const own = vectors.map(parts => parts?.[part] ?? null)
        for (const { walk, tap } of uses)
          for (const add of adds)
            this.multiply(slot(add.result)[walk]!, own, this.place(this.walk.taps[add.tap]!.index, tap))
      }
      machine.release(...vectors.flatMap(parts => parts ?? []))
    }
    for (const result of ends) this.store(slot(result), result)
  }

  private multiply(sums: readonly Vector[], vectors: readonly (Vector | null)[], at: number): void {
    const weight = this.held?.get(at) ?? this.weight!
    if (!this.held) this.loadWeight(weight, at)
    for (const [v, sum] of sums.entries()) {
      const vector = vectors[v]
      if (vector) this.machine.multiplyAdd(sum, vector, weight)
    }
  }
}
