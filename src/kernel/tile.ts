/**
 * A tile: how many sums the registers hold, which rectangle of results they are, and what a step of it costs.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'

/** Sums in registers: a rectangle of pixels by a number of vectors of channels. */
export interface Tile {
  readonly rows: number
  readonly columns: number
  readonly vectors: number
}

export type Registers = Pick<VectorMachine, 'lanes' | 'bytes' | 'vectors' | 'broadcastsInProducts'>

/** What the tiles of a convolution have in common. */
export interface TileUse {
  /** Whether the pixels of several rows can be stored together: where columns are neighbours in memory. */
  readonly joined: boolean
  /** How many taps read each pixel. */
  readonly taps: number
  /** Of a vector of channels: all taps of all source channels. */
  readonly weightBytes: number
}

/** Sums that must be under way at the same time to hide the latency of a product: 4 cycles, 2 products a cycle. */
const LATENCY_COVER = 8

/** Two vectors share each broadcast, which keeps the loads below the products; more leave no room for a transposition. */
export const MOST_VECTORS = 2

/** Weights of a vector of channels that are more than this do not stay in the first-level cache while pixels pass by. */
const NEAR_BYTES = 16 * 1024

const CACHE_LINE = 64

/** What it costs to load a line of weights or of pixels from further away, in products. */
const FAR_LOAD = 2

/**
 * What a load costs, in products, where broadcasts are instructions of their own: on AVX2, 6 pixels by 2 vectors take 0.86 of
 * the time of 14 pixels by 1, which load twice as much (Zen 3, 1x1), or 0.91 (Zen 4, 3x3).
 */
const LOAD = 1.15

/** Whether the registers hold the tile's sums with what a step needs, and later with what a transposition needs. */
export function fits(
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

/** The work of a tile for each source channel and tap, in products of vectors. */
export function stepCost(
  { lanes, bytes, broadcastsInProducts }: Registers,
  { rows, columns, vectors }: Tile,
  { taps, weightBytes }: TileUse,
): number {
  const pixels = rows * columns
  const loads = (pixels + vectors) * (broadcastsInProducts ? 1 : LOAD)
  const lines = (rows * (1 + (columns * bytes) / CACHE_LINE)) / taps
  const weights = (vectors * lanes * bytes) / CACHE_LINE
  const far = weightBytes > NEAR_BYTES ? FAR_LOAD * (weights + lines) : 0
  return Math.max(pixels * vectors, LATENCY_COVER, loads) + 1 + far
}
