/**
 * The band: the few input rows that a task reads, gathered in scratch memory with their padding.
 *
 * Padding is looked up here, once per row and column, so that no microkernel has border cases. A band lies there as
 * [channel][row][column], channels apart by an odd number of cache lines: powers of two would put all of them into the
 * same few sets of the cache.
 *
 * @module
 */

import { ZERO } from '../conv/axes.js'
import { CACHE_LINE } from './cacheLine.js'
import { copyEvery, copyVectors, readTwo } from './copyRow.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'

/** Where the columns of a row come from: some padding, a stretch of the input's row, and padding again. */
export interface BandColumns {
  /** The column of the input that each position before the stretch shows; `null` for a zero. */
  readonly lead: readonly (number | null)[]
  /** The stretch: so many columns of the input, every `step`-th one; all columns are counted from its first one. */
  readonly length: number
  readonly step: number
  readonly tail: readonly (number | null)[]
}

/** A band, with strides in bytes. */
export interface Band {
  readonly channels: number
  /** Rows of a channel; which ones they are is in a table of byte offsets, with negative numbers for rows of zeros. */
  readonly rows: number
  readonly columns: BandColumns
  /** How far a channel is from the next, in the input. */
  readonly inputChannelStride: number
  /**
   * 1, or the stride of a convolution whose pixels shall be neighbours in memory: columns with the same remainder stand
   * together, `phasePitch` bytes from those with the next.
   */
  readonly phases: number
  readonly phasePitch: number
  readonly rowPitch: number
  readonly channelPitch: number
  /** Bytes in all, with what stores of whole vectors may write behind the end. */
  readonly byteLength: number
}

/**
 * Splits the input columns that the positions show (a table of `conv/axes.ts`) into padding, stretch and padding. They
 * are counted from the first column of the stretch, which is given apart: so the pieces of a long row are alike.
 *
 * @param step how far the columns of a stretch are apart
 */
export function bandColumns(sources: readonly number[], step = 1): { from: number; columns: BandColumns } {
  const lengths = new Array<number>(sources.length).fill(0)
  for (let i = sources.length - 1; i >= 0; i--) {
    if (sources[i] === ZERO) continue
    lengths[i] = sources[i + 1] === sources[i]! + step ? lengths[i + 1]! + 1 : 1
  }
  const length = Math.max(0, ...lengths)
  const start = length === 0 ? sources.length : lengths.indexOf(length)
  const from = sources[start] ?? 0
  const relative = sources.map(source => (source === ZERO ? null : source - from))
  return { from, columns: { lead: relative.slice(0, start), length, step, tail: relative.slice(start + length) } }
}

/** Lays out a band. */
export function layOutBand(
  machine: Pick<VectorMachine, 'bytes' | 'lanes'>,
  {
    channels,
    rows,
    columns,
    inputChannelStride,
    phases,
  }: Pick<Band, 'channels' | 'rows' | 'columns' | 'inputChannelStride' | 'phases'>,
): Band {
  const { bytes, lanes } = machine
  const width = columns.lead.length + columns.length + columns.tail.length
  // the phases of a row are written at the same time, so what one writes behind its end must not be the next
  const slack = phases > 1 ? lanes : 0
  const phasePitch = (Math.ceil(width / phases) + slack) * bytes
  const rowPitch = phases * phasePitch
  const lines = Math.ceil((rows * rowPitch) / CACHE_LINE)
  const channelPitch = (lines + 1 - (lines % 2)) * CACHE_LINE
  const byteLength = channels * channelPitch + 2 * lanes * bytes
  return { channels, rows, columns, inputChannelStride, phases, phasePitch, rowPitch, channelPitch, byteLength }
}

/** Where a position of a row stands, in bytes from the row's start. */
export function columnOffset(
  { phases, phasePitch }: Pick<Band, 'phases' | 'phasePitch'>,
  position: number,
  bytes: number,
): number {
  return (position % phases) * phasePitch + Math.floor(position / phases) * bytes
}

/**
 * Gathers a band.
 *
 * @param input the first channel's plane; the offsets of the table are from there
 * @param rowTable 32-bit offsets of the rows
 * @param to where the band goes
 */
export function packBand(machine: VectorMachine, band: Band, input: Pointer, rowTable: Pointer, to: Pointer): void {
  const [channel, table, offset] = [machine.pointer(), machine.pointer(), machine.pointer()]
  const temporary = [machine.vector(), machine.vector()] as const
  machine.copy(channel, input)
  machine.repeat(band.channels, () => {
    machine.copy(table, rowTable)
    machine.repeat(
      band.rows,
      () => {
        machine.loadInteger(offset, { base: table, offset: 0 })
        machine.ifNegative(
          offset,
          () => zeroRow(machine, band, to, temporary[0]),
          () => {
            machine.advance(offset, channel)
            packRow(machine, band, offset, to, temporary)
          },
        )
        machine.advance(table, 4)
        machine.advance(to, band.rowPitch)
      },
      { hot: true },
    )
    machine.advance(to, band.channelPitch - band.rows * band.rowPitch)
    machine.advance(channel, band.inputChannelStride)
  })
  machine.advance(to, -band.channels * band.channelPitch)
  machine.release(channel, table, offset, ...temporary)
}

function zeroRow(machine: VectorMachine, { rowPitch }: Band, to: Pointer, zero: Vector): void {
  machine.zero(zero)
  const vector = machine.lanes * machine.bytes
  for (let at = 0; at < rowPitch; at += vector) machine.store({ base: to, offset: at }, zero)
}

/** One row: zeros where padding is, the stretch over them, then the padding that is not zero. */
function packRow(
  machine: VectorMachine,
  band: Band,
  row: Pointer,
  to: Pointer,
  temporary: readonly [Vector, Vector],
): void {
  const { lead, length, tail } = band.columns
  zeroPositions(machine, band, to, lead, 0, temporary[0])
  copyStretch(machine, band, row, to, temporary)
  zeroPositions(machine, band, to, tail, lead.length + length, temporary[0])
  for (const [start, sources] of [
    [0, lead],
    [lead.length + length, tail],
  ] as const) {
    for (const [i, source] of sources.entries()) {
      if (source === null) continue
      const offset = columnOffset(band, start + i, machine.bytes)
      machine.readElement({ base: to, offset }, { base: row, offset: source * machine.storedBytes }, temporary[0])
    }
  }
}

/** Zeros from a position on, in each phase; whole vectors, so also behind the last position. */
function zeroPositions(
  machine: VectorMachine,
  band: Band,
  to: Pointer,
  sources: readonly (number | null)[],
  start: number,
  zero: Vector,
): void {
  if (!sources.includes(null)) return
  machine.zero(zero)
  for (let phase = 0; phase < Math.min(band.phases, sources.length); phase++) {
    const count = Math.ceil((sources.length - phase) / band.phases)
    const offset = columnOffset(band, start + phase, machine.bytes)
    for (let i = 0; i < count; i += machine.lanes) machine.store({ base: to, offset: offset + i * machine.bytes }, zero)
  }
}

/** The stretch, a vector at a time; the last one partly, so that nothing behind the row is read. */
function copyStretch(
  machine: VectorMachine,
  band: Band,
  row: Pointer,
  to: Pointer,
  temporary: readonly [Vector, Vector],
): void {
  const { lanes, bytes, storedBytes } = machine
  const { lead, length, step } = band.columns
  const start = lead.length
  const [even, odd] = temporary
  if (step > 1) {
    if (band.phases > 1) throw new Error('a band has either columns that are apart or phases, not both')
    copyEvery(machine, step, { base: row, offset: 0 }, { base: to, offset: start * bytes }, length, temporary)
    return
  }
  if (band.phases === 1) {
    copyVectors(machine, { base: row, offset: 0 }, { base: to, offset: start * bytes }, length, even)
    return
  }
  if (band.phases === 2) {
    for (let i = 0; i < length; i += 2 * lanes) {
      readTwo(machine, { base: row, offset: i * storedBytes }, length - i, temporary)
      machine.deinterleave(even, odd)
      machine.store({ base: to, offset: columnOffset(band, start + i, bytes) }, even)
      machine.store({ base: to, offset: columnOffset(band, start + i + 1, bytes) }, odd)
    }
    return
  }
  for (let i = 0; i < length; i++) {
    const offset = columnOffset(band, start + i, bytes)
    machine.readElement({ base: to, offset }, { base: row, offset: i * storedBytes }, even)
  }
}
