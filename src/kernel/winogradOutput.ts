/**
 * Winograd's output transform, with result channels in the lanes: from the products of a vector of channels to pixels.
 *
 * @module
 */
import type { EpilogueWriter } from './epilogue.js'
import type { Place, Pointer, Vector, VectorMachine } from './machine.js'
import { Cells } from './winogradCells.js'
import {
  type Operand,
  OUTPUT_CONSTANTS,
  POSITIONS,
  TILE,
  TILE_INPUT,
  transformOutput,
  withConstants,
} from './winogradTransforms.js'

/** Result tiles of a task. */
export interface WinogradOutput {
  readonly samples: number
  /** Rows of tiles of each sample, and how many rows of results the last one has. */
  readonly rows: number
  readonly lastRows: number
  /** How many neighbouring columns of results belong to tiles of different phases; see `winogradInput.ts`. */
  readonly phases: number
  /** Tiles of a row of a phase, and how many columns of results they are in all phases. */
  readonly columns: number
  readonly resultColumns: number
  /** In bytes. */
  readonly sampleStride: number
  readonly channelStride: number
  /** From a row of a tile to the next, and from a column of any phase to the next. */
  readonly rowStride: number
  readonly columnStride: number
}

/** How the products stand: how far positions and tiles are apart, in bytes. */
export interface ProductLayout {
  readonly positionPitch: number
  readonly tilePitch: number
}

/** What is added to the product in this row and this column is added to all results of its tile. */
const BIAS_CELL = 1

/** Bytes of scratch memory: results of a row of tiles, and what is between the directions of a transform. */
export function outputScratchBytes(
  machine: Pick<VectorMachine, 'bytes' | 'lanes'>,
  { phases, columns }: WinogradOutput,
): number {
  return (TILE * TILE * phases * columns + TILE * TILE_INPUT) * machine.lanes * machine.bytes
}

interface Pointers {
  readonly products: Pointer
  readonly output: Pointer
  readonly bias: Pointer | null
  readonly epilogue: EpilogueWriter | null
  readonly scratch: Pointer
}

/**
 * Transforms a vector of `channels` channels. All pointers end where they began.
 *
 * @param pointers the vector's products, its first channel's first result, and its bias
 */
export function writeOutputTransform(
  machine: VectorMachine,
  shape: WinogradOutput,
  layout: ProductLayout,
  channels: number,
  pointers: Pointers,
): void {
  const { samples, rows, lastRows, columns, rowStride, sampleStride } = shape
  const { products, output } = pointers
  const row = (resultRows: number): void => {
    transformRow(machine, shape, layout, channels, pointers)
    storeRow(machine, shape, channels, resultRows, pointers)
    machine.advance(products, columns * layout.tilePitch)
  }
  const fullRows = lastRows === TILE ? rows : rows - 1
  machine.repeat(samples, () => {
    machine.repeat(fullRows, () => {
      row(TILE)
      machine.advance(output, TILE * rowStride)
    })
    if (lastRows < TILE) row(lastRows)
    machine.advance(output, sampleStride - fullRows * TILE * rowStride)
  })
  machine.advance(output, -samples * sampleStride)
  machine.advance(products, -samples * rows * columns * layout.tilePitch)
}

/** A row of tiles of each phase: their results go to scratch memory as [row][column][lane]. */
function transformRow(
  machine: VectorMachine,
  { samples, rows, phases, columns }: WinogradOutput,
  layout: ProductLayout,
  channels: number,
  { products, bias, scratch }: Pointers,
): void {
  const { lanes, bytes } = machine
  const vector = lanes * bytes
  const rowPitch = TILE * phases * columns * vector
  const between = TILE * rowPitch
  const nextPhase = samples * rows * columns * layout.tilePitch
  const biased = bias ? machine.vector() : null
  if (bias) machine.loadFirst(biased!, { base: bias, offset: 0 }, channels)
  const own = machine.pointer()
  machine.copy(own, scratch)
  const transformTiles = (constants: readonly Vector[]): void => {
    machine.repeat(
      columns,
      () => {
        const cells = new Cells(machine, { base: scratch, offset: between }, TILE, TILE_INPUT)
        for (let column = 0; column < TILE_INPUT; column++) {
          const m = Array.from({ length: TILE_INPUT }, (_, i): Operand => {
            return { base: products, offset: (i * TILE_INPUT + column) * layout.positionPitch }
          })
          const sum = biased && column === BIAS_CELL ? machine.vector() : null
          if (sum) {
            machine.add(sum, biased!, m[BIAS_CELL] as Place)
            m[BIAS_CELL] = sum
          }
          cells.put(transformOutput(machine, m, constants))
          if (sum) machine.release(sum)
        }
        for (let row = 0; row < TILE; row++) {
          cells.take(row, values => {
            const results = transformOutput(machine, values, constants)
            for (const [column, result] of results.entries())
              machine.store({ base: own, offset: row * rowPitch + column * phases * vector }, result)
            machine.release(...results)
          })
        }
        machine.advance(products, layout.tilePitch)
        machine.advance(own, TILE * phases * vector)
      },
      { hot: true },
    )
    machine.advance(products, -columns * layout.tilePitch)
  }
  withConstants(machine, OUTPUT_CONSTANTS, constants => {
    machine.repeat(phases, () => {
      transformTiles(constants)
      if (phases === 1) return
      machine.advance(products, nextPhase)
      machine.advance(own, vector - rowPitch)
    })
  })
  if (phases > 1) machine.advance(products, -phases * nextPhase)
  machine.release(own, ...(biased ? [biased] : []))
}

/** Stores the first `resultRows` rows of results of a row of tiles, for each channel. */
function storeRow(
  machine: VectorMachine,
  { phases, columns, resultColumns, rowStride, columnStride, channelStride }: WinogradOutput,
  channels: number,
  resultRows: number,
  { output, epilogue, scratch }: Pointers,
): void {
  const { lanes, bytes } = machine
  const vector = lanes * bytes
  const allColumns = TILE * phases * columns
  // rows that follow each other without a gap, here and there, are one run
  const joined = resultColumns === allColumns && rowStride === resultColumns * bytes && columnStride === bytes
  const [runs, length] = joined ? [1, resultRows * resultColumns] : [resultRows, resultColumns]
  const pieces = Math.floor(length / lanes)
  const piece = (count: number): void => {
    const pixels = Array.from({ length: lanes }, (_, i) => {
      const register = machine.vector()
      if (i < count) machine.load(register, { base: scratch, offset: i * vector })
      return register
    })
    const byChannel = machine.transpose(pixels)
    for (const [channel, results] of byChannel.entries()) {
      const to = { base: output, offset: channel * channelStride }
      if (channel < channels) {
        epilogue?.finish(results, to, [{ first: 0, count, offset: 0 }])
        if (columnStride === bytes) machine.storeFirst(to, results, count)
        else machine.writeScattered(to, results, columnStride, count)
      }
      machine.release(results)
    }
  }
  machine.repeat(runs, () => {
    machine.repeat(
      pieces,
      () => {
        piece(lanes)
        machine.advance(scratch, lanes * vector)
        machine.advance(output, lanes * columnStride)
      },
      { hot: true },
    )
    if (length % lanes > 0) piece(length % lanes)
    machine.advance(scratch, (allColumns - pieces * lanes) * vector)
    machine.advance(output, rowStride - pieces * lanes * columnStride)
  })
  machine.advance(scratch, -runs * allColumns * vector)
  machine.advance(output, -runs * rowStride)
}

/** Bytes of the products of so many tiles. */
export function productBytes(layout: ProductLayout): number {
  return POSITIONS * layout.positionPitch
}
