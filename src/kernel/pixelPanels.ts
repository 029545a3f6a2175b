/**
 * Panels: the pixels of a long row in the order in which the tiles of a 1x1 convolution read them, [tile][channel][pixel]. In a
 * band, each channel of a tile's few pixels is another line of the cache, mostly filled with pixels of other tiles; panels are
 * read from end to end (the packing of Goto and van de Geijn, https://doi.org/10.1145/1356052.1356053).
 *
 * @module
 */
import type { Band } from './band.js'
import { CACHE_LINE } from './cacheLine.js'
import type { Cover } from './cover.js'
import type { Pointer, VectorMachine } from './machine.js'

type Bytes = Pick<VectorMachine, 'bytes' | 'lanes'>

/** Neighbouring tiles of as many pixels each. */
export interface PanelRun {
  readonly pixels: number
  readonly count: number
}

/** The first-level cache of nearly every processor, at least. */
const FIRST_LEVEL_BYTES = 32 * 1024

/**
 * Whether it pays to gather panels: where the lines of a band that a tile reads, with its weights, leave no room for each other.
 * Else the next tile finds most of its pixels in lines that are there.
 */
export function isWorthPanels({ lanes, bytes }: Bytes, channels: number, { tile }: Cover): boolean {
  return channels * (CACHE_LINE + tile.vectors * lanes * bytes) >= FIRST_LEVEL_BYTES
}

/** The tiles of a row, or `null` if some overlap, or have several rows: then there are no panels. */
export function panelRuns({ tile, rows, columns, beside, below }: Cover): PanelRun[] | null {
  if (rows > 1 || below || columns % tile.columns > 0) return null
  const rest = beside ? panelRuns(beside) : []
  return rest && [{ pixels: tile.columns, count: columns / tile.columns }, ...rest]
}

/**
 * How far a column is from the next, in bytes: the panels of neighbouring tiles shall lie a little more than a line apart from a
 * multiple of it, since all are written to in turns, and powers of two would put them into the same few sets of the cache.
 */
export function panelColumn({ bytes }: Bytes, channels: number, runs: readonly PanelRun[]): number {
  return (channels + Math.ceil(CACHE_LINE / bytes / runs[0]!.pixels)) * bytes
}

/** Tiles that are copied by instructions of their own; more are copied in a loop. */
const UNROLLED_TILES = 4

/**
 * Gathers panels.
 *
 * @param rowTable the 32-bit offset of the row, from the first channel's plane
 */
export function packPanels(
  machine: VectorMachine,
  runs: readonly PanelRun[],
  { channels, inputChannelStride }: Band,
  input: Pointer,
  rowTable: Pointer,
  to: Pointer,
): void {
  const { lanes, bytes, storedBytes } = machine
  const pitch = panelColumn(machine, channels, runs)
  const [row, target, vector] = [machine.pointer(), machine.pointer(), machine.vector()]
  machine.loadInteger(row, { base: rowTable, offset: 0 })
  machine.advance(row, input)
  let columns = 0
  const starts = runs.map(({ pixels, count }) => {
    const start = machine.pointer()
    machine.offset(start, { base: to, offset: columns * pitch })
    columns += pixels * count
    return start
  })

  /** Copies so many tiles, behind which there are `left` pixels. Whole vectors reach into the next channel, if there is one. */
  const copyTiles = (pixels: number, count: number, left: number, isLast: boolean): void => {
    for (let at = 0; at < count * pixels; at++) {
      const [tile, i] = [Math.floor(at / pixels), at % pixels]
      if (i % lanes > 0) continue
      const place = { base: target, offset: tile * pixels * pitch + i * bytes }
      machine.read(vector, { base: row, offset: at * storedBytes }, Math.min(lanes, count * pixels - at + left))
      if (isLast) machine.storeFirst(place, vector, Math.min(lanes, pixels - i))
      else machine.store(place, vector)
    }
    machine.advance(row, count * pixels * storedBytes)
    machine.advance(target, count * pixels * pitch)
  }
  const copyChannel = (isLast: boolean): void => {
    let left = columns
    for (const [r, { pixels, count }] of runs.entries()) {
      left -= pixels * count
      // behind each turn of the loop, there are pixels for a whole vector
      const ahead = Math.ceil(Math.max(0, lanes - left) / pixels)
      const turns = Math.max(0, Math.floor((count - ahead) / UNROLLED_TILES))
      machine.copy(target, starts[r]!)
      machine.repeat(turns, () => copyTiles(pixels, UNROLLED_TILES, lanes, isLast), { hot: true })
      copyTiles(pixels, count - turns * UNROLLED_TILES, left, isLast)
      machine.advance(starts[r]!, pixels * bytes)
    }
    machine.advance(row, inputChannelStride - columns * storedBytes)
  }
  machine.repeat(channels - 1, () => copyChannel(false))
  copyChannel(true)
  machine.release(row, target, vector, ...starts)
}
