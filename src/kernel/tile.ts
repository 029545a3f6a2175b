/**
 * Choosing a tile: how many sums the registers hold, and which rectangle of results they are.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'
import { evenTile } from './tiling.js'

/** Sums in registers: a rectangle of pixels by a number of vectors of channels. */
export interface Tile {
  readonly rows: number
  readonly columns: number
  readonly vectors: number
}

type Registers = Pick<VectorMachine, 'lanes' | 'bytes' | 'vectors' | 'broadcastsInProducts'>

/** Sums that must be under way at the same time to hide the latency of a product: 4 cycles, 2 products a cycle. */
const LATENCY_COVER = 8

/** Two vectors share each broadcast, which keeps the loads below the products; more leave no room for a transposition. */
const MOST_VECTORS = 2

/** Weights of a vector of channels that are more than this do not stay in the first-level cache while pixels pass by. */
const NEAR_BYTES = 16 * 1024

const CACHE_LINE = 64

/** What it costs to load a line of weights or of pixels from further away, in products. */
const FAR_LOAD = 2

/**
 * What a load costs, in products, where broadcasts are instructions of their own and no other tap has brought the pixels near:
 * with 1024 channels on AVX2 (Zen 3), 6 pixels by 2 vectors take 0.86 of the time of 14 pixels by 1, which load twice as much.
 */
const LONE_LOAD = 1.15

/** Whether the registers hold the tile's sums with what a step needs, and later with what a transposition needs. */
function fits(
  { lanes, vectors: registers, broadcastsInProducts }: Registers,
  tile: Tile,
  joined: boolean,
  samples = 1,
): boolean {
  const pixels = samples * tile.rows * tile.columns
  const sums = pixels * tile.vectors
  const operands = tile.vectors + (broadcastsInProducts && tile.vectors === 1 ? 0 : 1)
  // pixels that fill no whole vector are filled up with other registers
  const run = joined ? pixels : tile.columns
  const filling = run >= lanes ? 0 : lanes - run
  return sums + operands <= registers && sums + filling + 1 <= registers
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

/**
 * The tile that covers `rows` x `columns` results of `channels` channels with the least work, and that work: products of
 * vectors for each source channel and tap.
 *
 * @param joined whether the pixels of several rows can be stored together: where columns are neighbours in memory
 * @param taps that read each pixel
 * @param weightBytes of a vector of channels: all taps of all source channels
 */
export function chooseTile(
  machine: Registers,
  rows: number,
  columns: number,
  channels: number,
  joined: boolean,
  taps: number,
  weightBytes: number,
): { tile: Tile; work: number } {
  const blocks = Math.ceil(channels / machine.lanes)
  const load = weightBytes > NEAR_BYTES ? FAR_LOAD : 0
  const loadCost = taps === 1 && !machine.broadcastsInProducts ? LONE_LOAD : 1
  let tile: Tile = { rows: 1, columns: 1, vectors: Math.min(MOST_VECTORS, blocks) }
  let work = Number.POSITIVE_INFINITY
  for (let vectors = Math.min(MOST_VECTORS, blocks); vectors >= 1; vectors--) {
    // the widest first: the rows of a wide tile lie in fewer cache lines
    for (let most = Math.min(columns, machine.vectors); most >= 1; most--) {
      const width = evenTile(columns, most)
      for (let high = 1; high <= Math.min(rows, machine.vectors); high++) {
        const candidate = { rows: evenTile(rows, high), columns: width, vectors }
        // a load for each product keeps pace only where the loaded pixels are neighbours
        if (vectors < Math.min(MOST_VECTORS, blocks) && candidate.rows > 1) continue
        if (!fits(machine, candidate, joined)) continue
        const pixels = candidate.rows * width
        const tiles = Math.ceil(rows / candidate.rows) * Math.ceil(columns / width)
        const lines = (candidate.rows * (1 + (width * machine.bytes) / CACHE_LINE)) / taps
        const weights = (vectors * machine.lanes * machine.bytes) / CACHE_LINE
        const loads = (pixels + vectors) * loadCost
        const step = Math.max(pixels * vectors, LATENCY_COVER, loads) + 1 + load * (weights + lines)
        const cost = (tiles * step * blocks) / vectors
        if (cost < work) [tile, work] = [candidate, cost]
      }
    }
  }
  return { tile, work }
}
