/**
 * The tiles of a convolution with result channels in the lanes.
 *
 * @module
 */
import { CACHE_LINE } from './cacheLine.js'
import { type Costed, chooseCover } from './cover.js'
import { operandRegisters, type Registers, stepCost, type Tile } from './tile.js'

/** What the tiles of a convolution have in common. */
export interface TileUse {
  /** Whether the pixels of several rows can be stored together: where columns are neighbours in memory. */
  readonly joined: boolean
  /** How many taps read each pixel. */
  readonly taps: number
  /** Of a vector of channels: all taps of all source channels. */
  readonly weightBytes: number
}

/** Two vectors share each broadcast, which keeps the loads below the products; more leave no room for a transposition. */
const MOST_VECTORS = 2

/** Weights of a vector of channels that are more than this do not stay in the first-level cache while pixels pass by. */
const NEAR_BYTES = 16 * 1024

/** What it costs to load a line of weights or of pixels from further away, in products. */
const FAR_LOAD = 2

/** Whether the registers hold the tile's sums with what a step needs, and later with what a transposition needs. */
function fits(machine: Registers, tile: Tile, joined: boolean, samples = 1): boolean {
  const { lanes, vectors: registers } = machine
  const pixels = samples * tile.rows * tile.columns
  const sums = pixels * tile.vectors
  // pixels that fill no whole vector are filled up with other registers
  const run = joined ? pixels : tile.columns
  const filling = run >= lanes ? 0 : lanes - run
  return sums + operandRegisters(machine, tile.vectors) <= registers && sums + filling + 1 <= registers
}

/**
 * How many samples whose results are `rows` x `columns` pixels fit into one tile together, so that each weight that is
 * loaded serves more pixels.
 */
export function samplesInTile(machine: Registers, rows: number, columns: number, channels: number): number {
  const tile = { rows, columns, vectors: Math.min(MOST_VECTORS, Math.ceil(channels / machine.lanes)) }
  let samples = 1
  while (fits(machine, tile, true, samples + 1)) samples++
  return samples
}

/** The work of a tile for each source channel and tap, in products of vectors. */
function tileCost(machine: Registers, { rows, columns, vectors }: Tile, { taps, weightBytes }: TileUse): number {
  const lines = (rows * (1 + (columns * machine.bytes) / CACHE_LINE)) / taps
  const weights = (vectors * machine.lanes * machine.bytes) / CACHE_LINE
  const far = weightBytes > NEAR_BYTES ? FAR_LOAD * (weights + lines) : 0
  const pixels = rows * columns
  return stepCost(machine, pixels * vectors, pixels + vectors) + far
}

/** The cover of `rows` x `columns` results of `channels` channels with the least work for each source channel and tap. */
export function chooseTiles(machine: Registers, rows: number, columns: number, channels: number, use: TileUse): Costed {
  const blocks = Math.ceil(channels / machine.lanes)
  const most = Math.max(1, Math.min(MOST_VECTORS, blocks))
  const all = Array.from({ length: most }, (_, i): Costed => {
    const vectors = most - i
    const pixels = Math.floor(machine.vectors / vectors)
    const { cover, work } = chooseCover(
      {
        vectors,
        pixels,
        // a load for each product keeps pace only where the loaded pixels are neighbours
        rows: vectors === most ? pixels : 1,
        fits: tile => fits(machine, tile, use.joined),
        cost: tile => tileCost(machine, tile, use),
      },
      rows,
      columns,
    )
    return { cover, work: (work * blocks) / vectors }
  })
  return all.reduce((best, own) => (own.work < best.work ? own : best))
}
