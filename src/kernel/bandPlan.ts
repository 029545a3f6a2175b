/**
 * The bands of a phase, or of phases that share them: which rows and columns they gather, for every rectangle of results.
 *
 * @module
 */
import { numelOf } from '../tensor/layout.js'
import { type Band, type BandColumns, bandColumns, layOutBand } from './band.js'
import {
  type BandRows,
  bandRows,
  columnSpan,
  type Rectangles,
  rowTable,
  type Sides,
  type Walks,
} from './convolutionPlan.js'
import type { Position } from './cover.js'
import type { VectorMachine } from './machine.js'
import type { ProgramBuilder } from './programBuilder.js'

/** What plans need to know of a machine. */
export type MachineShape = Pick<
  VectorMachine,
  'element' | 'lanes' | 'bytes' | 'storedBytes' | 'vectors' | 'broadcastsInProducts' | 'unrolledInstructions'
>

/** One rectangle of results at one depth, with the band it reads. Offsets in bytes. */
export interface BandTask {
  /** From the start of a channel of the source to the column where the band's stretch begins. */
  readonly input: number
  /** From the start of a channel of the result to the first result. */
  readonly output: number
  readonly rowTable: number
  readonly columns: BandColumns
  /** The first result's row and column among those of the walks. */
  readonly first: Position
}

/** Several samples in a band: how many, and how far one is from the next in the source, in bytes. */
export interface BandSamples {
  readonly count: number
  readonly stride: number
}

/** What a band has besides what a rectangle of one sample reads. */
export interface BandOptions {
  /** Samples one after the other, for results so small that one would not fill a tile. Default: one. */
  readonly samples?: BandSamples
  /** Walks with the taps of several phases. Default: the plan's own. */
  readonly gathered?: Walks
}

export class BandPlan {
  readonly rows: BandRows
  readonly samples: BandSamples
  private readonly gathered: Walks

  constructor(
    readonly machine: MachineShape,
    readonly walks: Walks,
    readonly sides: Sides,
    readonly rectangles: Rectangles,
    { samples = { count: 1, stride: 0 }, gathered = walks }: BandOptions = {},
  ) {
    this.samples = samples
    this.gathered = gathered
    this.rows = bandRows(gathered, rectangles.rows)
  }

  /** How far the same row of the next sample is in a band, in bytes. */
  bandSample({ rowPitch }: Pick<Band, 'rowPitch'>): number {
    return this.rows.count * rowPitch
  }

  /** Every rectangle at every depth. */
  tasks(builder: ProgramBuilder): BandTask[] {
    const { walks, sides, rectangles, machine } = this
    const [depth] = walks
    const cuts = rectangles.columnStarts.map(start => this.columnsAt(start))
    return Array.from({ length: depth.count }, (_, d) =>
      rectangles.rowStarts.flatMap(row => {
        const rows = rowTable(this.gathered, this.rows, sides.source, d, row, machine.storedBytes)
        const table = builder.table(
          Array.from({ length: this.samples.count }, (_, n) =>
            rows.map(offset => (offset < 0 ? offset : offset + n * this.samples.stride)),
          ).flat(),
        )
        return rectangles.columnStarts.map(
          (column, i): BandTask => ({
            input: cuts[i]!.from * machine.storedBytes,
            output: this.resultAt(d, row, column),
            rowTable: table,
            columns: cuts[i]!.columns,
            first: { row, column },
          }),
        )
      }),
    ).flat()
  }

  /** The columns of a band for results from this one on. */
  private columnsAt(start: number): { from: number; columns: BandColumns } {
    const width = this.gathered[2]
    const { low, length } = columnSpan(width, this.rectangles.columns)
    return bandColumns(Array.from({ length }, (_, i) => width.source(low + start * width.advance + i)))
  }

  /** The layout of a band with these columns, of all channels of a group or of fewer. */
  layOut(columns: BandColumns, phases: number, channels = this.sides.sourceChannels): Band {
    return layOutBand(this.machine, {
      channels,
      rows: this.samples.count * this.rows.count,
      columns,
      inputChannelStride: this.sourcePlane,
      phases,
    })
  }

  /** Bytes of a channel of the source. */
  get sourcePlane(): number {
    return numelOf(this.sides.source) * this.machine.storedBytes
  }

  /** Bytes of a channel of the result. */
  get resultPlane(): number {
    return numelOf(this.sides.result) * this.machine.storedBytes
  }

  /** From the start of a channel of the result to the first one of the walks, in bytes. */
  get firstResult(): number {
    return this.resultAt(0, 0, 0)
  }

  private resultAt(...indices: [depth: number, row: number, column: number]): number {
    const [, rows, columns] = this.sides.result
    const [z, y, x] = this.walks.map(({ first, step }, axis) => first + indices[axis]! * step)
    return ((z! * rows + y!) * columns + x!) * this.machine.storedBytes
  }

  /** Where results stand, in bytes. */
  outputStrides() {
    const [, height, width] = this.walks
    const { storedBytes } = this.machine
    return {
      outputChannelStride: this.resultPlane,
      outputRowStride: height.step * this.sides.result[2] * storedBytes,
      outputColumnStride: width.step * storedBytes,
    }
  }

  /** The band's rows that depth and height read: the first tap, the way to the next of either axis, the next result. */
  rowTaps({ rowPitch }: Band) {
    const { positions, step } = this.rows.perTap
    const [first, second] = this.walks[1].taps.map(({ start }) => this.rowOf(start))
    return {
      first: first! * rowPitch,
      // taps are evenly spaced along each axis
      depth: { count: this.walks[0].taps.length, stride: positions.length * rowPitch },
      height: { count: this.walks[1].taps.length, stride: ((second ?? 0) - first!) * rowPitch },
      resultStride: step * rowPitch,
    }
  }

  /** The row of a band that a tap with this start reads for the first result. */
  private rowOf(start: number): number {
    const row = this.rows.perTap.tapStarts[this.gathered[1].taps.findIndex(tap => tap.start === start)]
    if (row === undefined) throw new Error('a tap reads a row that is not gathered')
    return row
  }

  /** The positions in a band's row that the taps of the width read for the first result. */
  columnTaps(): number[] {
    const { low } = columnSpan(this.gathered[2], this.rectangles.columns)
    return this.walks[2].taps.map(tap => tap.start - low)
  }
}
