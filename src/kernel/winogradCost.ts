/**
 * What a convolution by Winograd's method costs, and what a direct one does: for cutting the work into tasks, and for
 * leaving alone what would gain nothing.
 *
 * The unit is the time of one product of vectors. The numbers were measured (AVX-512 and AVX2); they need not be exact.
 *
 * @module
 */
import type { Sides } from './convolutionPlan.js'
import type { VectorMachine } from './machine.js'
import type { Tile } from './tile.js'
import { evenTile } from './tiling.js'
import { POSITIONS, TAPS } from './winogradTransforms.js'

export type Machine = Pick<VectorMachine, 'lanes' | 'bytes' | 'vectors' | 'broadcastsInProducts'>

/** Bytes of the caches of a core, and of the one that cores share. */
export interface Caches {
  readonly l2: number
  readonly l3: number
  /** How many bytes code reads at most, wherever they are, while it computes a product of vectors. */
  readonly bytesPerProduct: number
}

/** A vector of input tiles: gathering and transforming it. */
const INPUT_VECTOR = 380

/** A tile of a vector of channels: transforming and storing it. */
const OUTPUT_VECTOR = 210

/** Calling a task. */
const TASK = 1000

/** Sums that must be under way at the same time to hide the latency of a product: 4 cycles, 2 products a cycle. */
const LATENCY_COVER = 8

/** What a step costs besides its products. */
const STEP = 1

const MOST_VECTORS = 4

/** The tiles of a task. */
export interface TaskSize {
  /** Rows of tiles, of all samples; tiles of a row; result channels. */
  readonly rows: number
  readonly columns: number
  readonly channels: number
}

/**
 * How many bytes come from a cache, or from memory, while one product is computed, if so many are read again and again. A
 * core gets as many in a cycle whatever the length of its vectors.
 */
function loadRate({ l2, l3, bytesPerProduct }: Caches, among: number): number {
  // the shared cache is not one's own
  return Math.min(bytesPerProduct, among <= l2 / 2 ? 32 : among <= l3 / 2 ? 10.5 : 4)
}

/** The transform of a task's input. */
export function inputCost({ lanes }: Machine, { sourceChannels }: Sides, { rows, columns }: TaskSize): number {
  return (INPUT_VECTOR * rows * (columns + 1) * sourceChannels) / lanes
}

/** The products of a task, which are `work` for each source channel and position, and their transforms. */
export function outputCost(
  machine: Machine,
  sides: Sides,
  caches: Caches,
  size: TaskSize,
  block: Tile,
  work: number,
): number {
  const { lanes, bytes } = machine
  const { rows, columns, channels } = size
  const vectors = Math.ceil(channels / lanes)
  const perChannel = POSITIONS * sides.sourceChannels * bytes
  const weights = perChannel * sides.groups * sides.resultChannels
  const tiles = perChannel * rows * (columns + 1)
  const products = POSITIONS * sides.sourceChannels * work
  // weights are read in order, ahead of time; tiles are not
  const weightLoads = (perChannel * vectors * lanes) / loadRate(caches, weights)
  const nearTiles = tiles <= caches.l2 / 2
  const tileLoads = nearTiles ? 0 : (tiles * Math.ceil(vectors / block.vectors)) / loadRate(caches, tiles)
  return Math.max(products, weightLoads) + tileLoads + OUTPUT_VECTOR * rows * columns * vectors + TASK
}

/** The direct kernel's work on one sample. */
export function directCost(
  machine: Machine,
  { groups, sourceChannels, resultChannels, result }: Sides,
  caches: Caches,
): number {
  const products = TAPS * TAPS * sourceChannels * resultChannels
  const weights = products * machine.bytes
  const perPixel = products / machine.lanes
  return groups * Math.max(perPixel * result[1] * result[2], weights / loadRate(caches, weights * groups))
}

/** The block of tiles and vectors of channels that covers all with the least work, and that work for each channel. */
export function chooseBlock(
  { lanes, vectors: registers, broadcastsInProducts }: Machine,
  rows: number,
  columns: number,
  channels: number,
): { block: Tile; work: number } {
  const vectors = Math.ceil(channels / lanes)
  let block: Tile = { rows: 1, columns: 1, vectors: 1 }
  let least = Number.POSITIVE_INFINITY
  for (let q = 1; q <= Math.min(MOST_VECTORS, vectors); q++) {
    const most = Math.floor((registers - q - (broadcastsInProducts && q === 1 ? 0 : 1)) / q)
    for (let wide = 1; wide <= Math.min(columns, most); wide++) {
      const width = evenTile(columns, wide)
      for (let high = 1; high * width <= most && high <= rows; high++) {
        const height = evenTile(rows, high)
        const blocks = Math.ceil(rows / height) * Math.ceil(columns / width)
        const step = (own: number) => Math.max(width * height * own, LATENCY_COVER) + STEP
        const rest = vectors % q
        const work = blocks * (Math.floor(vectors / q) * step(q) + (rest > 0 ? step(rest) : 0))
        if (work < least) [block, least] = [{ rows: height, columns: width, vectors: q }, work]
      }
    }
  }
  return { block, work: least }
}
