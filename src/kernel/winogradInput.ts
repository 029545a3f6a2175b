/**
 * Winograd's input transform, with tiles in the lanes.
 *
 * A tile reads six rows and six columns, and the next one begins four columns further on. So a row of tiles reads six
 * rows of columns of which every fourth belongs to the same column of its tiles: with one more (unused) tile at the end
 * of each row, to whose first two columns the last tile reaches, the tiles of all rows and channels are one long line, and
 * nothing depends on where a row ends. The taps of a dilated kernel are d columns apart: columns with the same remainder
 * divided by d are an image of their own, a phase, whose rows of tiles are one more row each. The parts of a larger kernel (see
 * `winogradAxis.ts`) each read the rows and columns that they would if they were all of it, as channels of their own. For some
 * channels at a time
 *
 * 1. the rows are gathered, padding looked up, as six lines of columns;
 * 2. B^T goes down the columns, and what it gives is sorted by the remainder of the column divided by four;
 * 3. B^T goes along the rows.
 *
 * @module
 */

import { type Band, type BandColumns, packBand } from './band.js'
import { CACHE_LINE } from './cacheLine.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'
import { greatestCommonDivisor } from './winogradAxis.js'
import {
  INPUT_CONSTANTS,
  INPUT_PAIRS,
  type Operand,
  POSITIONS,
  TILE,
  TILE_INPUT,
  transformInput,
  withConstants,
} from './winogradTransforms.js'

/** Input tiles of a task. */
export interface WinogradInput {
  /** Channels of the source. */
  readonly channels: number
  /** Parts of the kernel down, each with rows of its own. */
  readonly rowParts: number
  /** Rows of tiles: in each phase, those of all samples. */
  readonly rows: number
  /** Tiles of a row. */
  readonly columns: number
  /** For each part of the kernel across, the columns of each phase. */
  readonly columnParts: readonly (readonly WinogradPhase[])[]
  /** In bytes. */
  readonly inputChannelStride: number
}

/** Columns that are tiled apart from the others. */
export interface WinogradPhase {
  /** How far its stretch of columns begins from that of the first phase of the first part, in bytes. */
  readonly from: number
  /** The columns that a row of tiles shows, those of the unused tile among them. */
  readonly columns: BandColumns
}

/** The channels that are summed over: each of the source's once for each part of the kernel. */
export const summedChannels = ({ channels, rowParts, columnParts }: WinogradInput) =>
  channels * rowParts * columnParts.length

/** Where everything is in scratch memory, in bytes. */
export interface WinogradInputLayout {
  /** Channels of the source that are gathered and transformed together, and how many vectors their tiles fill. */
  readonly groupChannels: number
  readonly groupVectors: number
  /** The gathered lines: apart by so much. */
  readonly linePitch: number
  /** The sorted ones: six times four, apart by so much. */
  readonly phasePitch: number
  /** The transformed tiles: [position][channel of the source, part across, part down][row][column], rows with the unused tile. */
  readonly positionPitch: number
  readonly channelPitch: number
  readonly rowPitch: number
  /** Bytes of gathered, sorted and transformed tiles. */
  readonly gatheredBytes: number
  readonly sortedBytes: number
  readonly transformedBytes: number
}

type Shape = Pick<VectorMachine, 'bytes' | 'lanes'>

/** Distances that are an odd number of cache lines put what is apart by them into different sets of the cache. */
export function oddLines(bytes: number): number {
  const lines = Math.ceil(bytes / CACHE_LINE)
  return (lines + 1 - (lines % 2)) * CACHE_LINE
}

/** Vectors that are at least sorted before they are read again: what is read at once waits until it is written. */
const LEAST_GROUP_VECTORS = 4

export function layOutInput({ bytes, lanes }: Shape, shape: WinogradInput): WinogradInputLayout {
  const { channels, rows, columns } = shape
  const tiles = rows * (columns + 1)
  const perChannel = (tiles * summedChannels(shape)) / channels
  // a group's tiles fill whole vectors, and its last one is unused: so a group needs nothing of the next
  let groupChannels = lanes / greatestCommonDivisor(perChannel, lanes)
  while (groupChannels * perChannel < LEAST_GROUP_VECTORS * lanes) groupChannels *= 2
  // where there is no next one, it ends with its last vector
  groupChannels = Math.min(groupChannels, channels)
  const groupVectors = Math.ceil((groupChannels * perChannel) / lanes)
  const groupTiles = groupVectors * lanes
  const groups = Math.ceil(channels / groupChannels)
  const vector = lanes * bytes
  const linePitch = oddLines(TILE * groupTiles * bytes + vector)
  const phasePitch = oddLines(groupTiles * bytes + vector)
  const positionPitch = oddLines(groups * groupTiles * bytes)
  return {
    groupChannels,
    groupVectors,
    linePitch,
    phasePitch,
    positionPitch,
    channelPitch: tiles * bytes,
    rowPitch: (columns + 1) * bytes,
    gatheredBytes: TILE_INPUT * linePitch + vector,
    sortedBytes: TILE_INPUT * TILE * phasePitch,
    transformedBytes: POSITIONS * positionPitch,
  }
}

/**
 * Transforms the tiles of all channels.
 *
 * @param input the first channel's plane; moves on
 * @param rowTable 32-bit offsets from there, or negative numbers for zeros: [part][row within a tile][row of tiles of a phase]
 * @param to where the transformed tiles go; moves on
 * @param scratch for gathered and sorted tiles
 */
export function writeInputTransform(
  machine: VectorMachine,
  shape: WinogradInput,
  input: Pointer,
  rowTable: Pointer,
  to: Pointer,
  scratch: Pointer,
): void {
  const layout = layOutInput(machine, shape)
  const group = (channels: number): void => {
    gather(machine, shape, layout, channels, input, rowTable, scratch)
    transform(machine, layout, scratch, to)
    machine.advance(input, channels * shape.inputChannelStride)
  }
  const { groupChannels } = layout
  machine.repeat(Math.floor(shape.channels / groupChannels), () => group(groupChannels))
  if (shape.channels % groupChannels > 0) group(shape.channels % groupChannels)
}

/** Six lines of columns, each [channel][part across][part down][phase][row of tiles][column]. */
function gather(
  machine: VectorMachine,
  { rows, columns, rowParts, columnParts, inputChannelStride }: WinogradInput,
  { linePitch }: WinogradInputLayout,
  channels: number,
  input: Pointer,
  rowTable: Pointer,
  to: Pointer,
): void {
  const rowPitch = TILE * (columns + 1) * machine.bytes
  const phases = columnParts[0]!.length
  const ownRows = rows / phases
  const nextPart = 4 * TILE_INPUT * ownRows
  const bandOf = (columns: BandColumns, channels: number): Band => ({
    channels,
    rows: ownRows,
    columns,
    inputChannelStride,
    phases: 1,
    phasePitch: rowPitch,
    rowPitch,
    channelPitch: ownRows * rowPitch,
    byteLength: linePitch,
  })
  /** In the order of memory, since what is stored behind a row's end belongs to the next one. */
  const eachPhase = (own: readonly WinogradPhase[]): void => {
    for (const { from, columns } of own) {
      machine.advance(input, from)
      packBand(machine, bandOf(columns, 1), input, rowTable, to)
      machine.advance(input, -from)
      machine.advance(to, ownRows * rowPitch)
    }
  }
  const eachPart = (): void => {
    machine.repeat(channels, () => {
      for (const own of columnParts) {
        machine.repeat(rowParts, () => {
          eachPhase(own)
          machine.advance(rowTable, nextPart)
        })
        machine.advance(rowTable, -rowParts * nextPart)
      }
      machine.advance(input, inputChannelStride)
    })
    machine.advance(input, -channels * inputChannelStride)
    machine.advance(to, -channels * rowParts * columnParts.length * rows * rowPitch)
  }
  machine.repeat(TILE_INPUT, () => {
    if (rowParts * columnParts.length * phases > 1) eachPart()
    else packBand(machine, bandOf(columnParts[0]![0]!.columns, channels), input, rowTable, to)
    machine.advance(rowTable, 4 * ownRows)
    machine.advance(to, linePitch)
  })
  machine.advance(rowTable, -TILE_INPUT * 4 * ownRows)
  machine.advance(to, -TILE_INPUT * linePitch)
}

/** Both directions of a group's transform. */
function transform(machine: VectorMachine, layout: WinogradInputLayout, gathered: Pointer, to: Pointer): void {
  const { groupVectors, gatheredBytes } = layout
  const vector = machine.lanes * machine.bytes
  const sorted = machine.pointer()
  machine.offset(sorted, { base: gathered, offset: gatheredBytes })
  withConstants(machine, INPUT_CONSTANTS, constants => {
    machine.repeat(
      groupVectors,
      () => {
        transformColumns(machine, layout, gathered, sorted, constants)
        machine.advance(gathered, TILE * vector)
        machine.advance(sorted, vector)
      },
      { hot: true },
    )
    machine.advance(gathered, -groupVectors * TILE * vector)
    machine.advance(sorted, -groupVectors * vector)
    machine.repeat(
      groupVectors,
      () => {
        transformRows(machine, layout, sorted, to, constants)
        machine.advance(sorted, vector)
        machine.advance(to, vector)
      },
      { hot: true },
    )
  })
  machine.release(sorted)
}

/** A vector of tiles, which is four vectors of columns: B^T down the columns, two of its rows at a time. */
function transformColumns(
  machine: VectorMachine,
  { linePitch, phasePitch }: WinogradInputLayout,
  gathered: Pointer,
  sorted: Pointer,
  constants: readonly Vector[],
): void {
  const vector = machine.lanes * machine.bytes
  for (const pair of INPUT_PAIRS) {
    const results = Array.from({ length: TILE }, (_, q) => {
      const rows = Array.from({ length: TILE_INPUT }, (_, r) => ({
        base: gathered,
        offset: r * linePitch + q * vector,
      }))
      return transformInput(machine, pair, rows, constants)
    })
    for (const [own, row] of pair.entries()) {
      const phases = sortByFour(
        machine,
        results.map(both => both[own]!),
      )
      for (const [phase, tiles] of phases.entries())
        machine.store({ base: sorted, offset: (row * TILE + phase) * phasePitch }, tiles)
      machine.release(...phases)
    }
  }
}

/** Four neighbouring vectors: gives those of their elements whose numbers have the remainders 0, 1, 2 and 3. */
function sortByFour(machine: VectorMachine, [a, b, c, d]: readonly Vector[]): Vector[] {
  machine.deinterleave(a!, b!)
  machine.deinterleave(c!, d!)
  machine.deinterleave(a!, c!)
  machine.deinterleave(b!, d!)
  return [a!, b!, c!, d!]
}

/** A vector of tiles: B^T along their rows. */
function transformRows(
  machine: VectorMachine,
  { phasePitch, positionPitch }: WinogradInputLayout,
  sorted: Pointer,
  to: Pointer,
  constants: readonly Vector[],
): void {
  for (let row = 0; row < TILE_INPUT; row++) {
    const columns = Array.from({ length: TILE_INPUT }, (_, column): Operand => {
      // the last two columns are the first two of the next tile
      const [phase, tile] = [column % TILE, Math.floor(column / TILE)]
      const register = machine.vector()
      machine.load(register, { base: sorted, offset: (row * TILE + phase) * phasePitch + tile * machine.bytes })
      return register
    })
    for (const pair of INPUT_PAIRS) {
      const results = transformInput(machine, pair, columns, constants)
      for (const [own, column] of pair.entries())
        machine.store({ base: to, offset: (row * TILE_INPUT + column) * positionPitch }, results[own]!)
      machine.release(...results)
    }
    machine.release(...(columns as Vector[]))
  }
}
