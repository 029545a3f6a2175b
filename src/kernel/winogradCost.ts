/**
 * What a convolution by Winograd's method costs, and what a direct one does: for cutting the work into tasks, and for
 * leaving alone what would gain nothing.
 *
 * The unit is the time of one product of vectors. The numbers were measured (AVX-512 and AVX2); they need not be exact.
 *
 * @module
 */
import type { Sides } from './convolutionPlan.js'
import type { Registers } from './tile.js'
import { POSITIONS } from './winogradTransforms.js'

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

/** The transform of a task's input. Here and below, a source channel counts once for each part of the kernel. */
export function inputCost({ lanes }: Registers, { sourceChannels }: Sides, { rows, columns }: TaskSize): number {
  return (INPUT_VECTOR * rows * (columns + 1) * sourceChannels) / lanes
}

/**
 * The products of a task, `work` for each source channel and position, and their transforms.
 *
 * @param blockVectors vectors of channels that are multiplied together
 */
export function outputCost(
  machine: Registers,
  sides: Sides,
  caches: Caches,
  size: TaskSize,
  blockVectors: number,
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
  const tileLoads = nearTiles ? 0 : (tiles * Math.ceil(vectors / blockVectors)) / loadRate(caches, tiles)
  return Math.max(products, weightLoads) + tileLoads + OUTPUT_VECTOR * rows * columns * vectors + TASK
}

/** The direct kernel's work on so many results of each channel of a sample, if it computes this share of the products. */
export function directCost(
  machine: Registers,
  { groups, sourceChannels, resultChannels }: Sides,
  caches: Caches,
  { taps, results, share }: { taps: number; results: number; share: number },
): number {
  const products = taps * sourceChannels * resultChannels
  const weights = products * machine.bytes
  const perPixel = products / machine.lanes
  return groups * Math.max(share * perPixel * results, weights / loadRate(caches, weights * groups))
}
