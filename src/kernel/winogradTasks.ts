/**
 * How a convolution by Winograd's method is cut into tasks.
 *
 * However it is cut, the results are the same to the bit: tiles begin at the same pixels, and all sums run over the source
 * channels in order.
 *
 * @module
 */
import { numelOf } from '../tensor/layout.js'
import type { Sides } from './convolutionPlan.js'
import { REACH } from './reach.js'
import type { Registers } from './tile.js'
import { evenTile } from './tiling.js'
import { partsOf, type WinogradAxes } from './winogradAxis.js'
import { chooseVectors, coversByVectors } from './winogradBlocks.js'
import { type Caches, directCost, inputCost, outputCost, type TaskSize } from './winogradCost.js'
import { productBytes } from './winogradOutput.js'
import { layOutProducts } from './winogradProducts.js'
import { POSITIONS } from './winogradTransforms.js'

/**
 * The work of a task: samples, rows of tiles in each, tiles of a row, result channels. With dilated columns it has so many
 * rows of each of their phases.
 */
export interface WinogradTask {
  readonly samples: number
  readonly rows: number
  readonly columns: number
  readonly channels: number
  /** Vectors of channels of a block, which are multiplied together. */
  readonly vectors: number
  /** Blocks of channels that are multiplied at a position before the next one. */
  readonly blocks: number
}

/** Tiles of a task, at most; and of a row. */
const MOST_TILES = 64
const MOST_COLUMNS = [12, 14, 16]

/** Ranges of channels for each thread, at most. */
const MOST_RANGES = 4

/** What remains to be done when the other threads are through, in tasks. */
const LATE = 0.3

/** The sizes of equal parts of an axis, from 1 to `most`. */
function evenSizes(length: number, most: number): number[] {
  const sizes = Array.from({ length: Math.max(1, Math.min(length, most)) }, (_, i) => evenTile(length, i + 1))
  return [...new Set(sizes)]
}

/** How many neighbouring samples 32 bits can address. */
function samplesWithinReach(
  { bytes }: Registers,
  { groups, sourceChannels, source, resultChannels, result }: Sides,
): number {
  const largest = groups * Math.max(sourceChannels * numelOf(source), resultChannels * numelOf(result))
  return Math.floor(2 ** 31 / (largest * bytes))
}

/** The cut that takes the least time, and that time. */
export function chooseTask(
  machine: Registers,
  ofConvolution: Sides,
  axes: WinogradAxes,
  caches: Caches,
  threads: number,
): { task: WinogradTask; cost: number } {
  const [down, across] = axes
  const sides = { ...ofConvolution, sourceChannels: partsOf(axes) * ofConvolution.sourceChannels }
  let best: { task: WinogradTask; cost: number } | undefined
  for (const columns of new Set(MOST_COLUMNS.map(most => evenTile(across.tiles, Math.ceil(most / across.phases))))) {
    const perRow = across.phases * columns
    for (const rows of evenSizes(down.tiles, Math.floor(MOST_TILES / perRow))) {
      // samples can be joined where a task has all rows of each
      const whole = rows === down.tiles && columns === across.tiles
      const most = whole
        ? Math.min(Math.floor(MOST_TILES / (rows * perRow)), samplesWithinReach(machine, ofConvolution))
        : 1
      // the last ones of an axis may be smaller
      const parts = (down.phases * down.tiles * across.tiles) / (rows * columns)
      for (const samples of evenSizes(sides.batch, most)) {
        const groups = (sides.batch / samples) * sides.groups * parts
        const size = { rows: samples * rows * across.phases, columns, groups }
        for (const { cost, ...cut } of cutChannels(machine, sides, caches, threads, size)) {
          if (!best || cost < best.cost) best = { task: { samples, rows, columns, ...cut }, cost }
        }
      }
    }
  }
  if (!best) throw new Error('a convolution without results has no tasks')
  return best
}

/** What follows from each way to cut the channels, where there are `groups` rectangles of so many tiles. */
function cutChannels(
  machine: Registers,
  sides: Sides,
  caches: Caches,
  threads: number,
  { rows, columns, groups }: { rows: number; columns: number; groups: number },
): { channels: number; vectors: number; blocks: number; cost: number }[] {
  const all = Math.ceil(sides.resultChannels / machine.lanes)
  const most = Math.min(all, threads === 1 ? 1 : MOST_RANGES * threads)
  const covers = coversByVectors(machine, rows, columns)
  return Array.from({ length: most }, (_, i) => {
    const perRange = evenTile(all, Math.ceil(all / (i + 1)))
    const channels = Math.min(perRange * machine.lanes, sides.resultChannels)
    const ranges = Math.ceil(all / perRange)
    const { vectors, work } = chooseVectors(machine, covers, channels)
    const size = { rows, columns, channels }
    const blocks = panelBlocks(machine, sides, caches, size, vectors)
    // neighbouring tasks share a transformed input, but not with another thread
    const transforms = Math.min(threads, ranges) / ranges
    const one = transforms * inputCost(machine, sides, size) + outputCost(machine, sides, caches, size, vectors, work)
    const each = (groups * ranges) / threads
    const cost = (threads > 1 ? Math.ceil(each) + LATE : each) * one
    return { channels, vectors, blocks, cost }
  })
}

/** Blocks of equal panels, whose products leave half of a core's cache to tiles and weights. */
function panelBlocks(
  machine: Registers,
  { sourceChannels }: Sides,
  { l2 }: Caches,
  size: TaskSize,
  vectors: number,
): number {
  const blocks = Math.ceil(size.channels / (vectors * machine.lanes))
  const products = productBytes(layOutProducts(machine, size, vectors))
  const weights = POSITIONS * sourceChannels * vectors * machine.lanes * machine.bytes
  const most = Math.min(Math.floor(l2 / 2 / products), Math.ceil(REACH / weights) - 1)
  return evenTile(blocks, Math.max(1, most))
}

/**
 * How many times faster than the direct kernel the results of so many samples would be, with one thread. That one is taken to
 * read its weights for each sample.
 *
 * @param phases with the share of its products that the direct kernel computes of each
 */
export function estimatedGain(
  machine: Registers,
  sides: Sides,
  phases: readonly { readonly axes: WinogradAxes; readonly share: number }[],
  caches: Caches,
  batch: number,
): number {
  const own = { ...sides, batch }
  let [direct, tiled] = [0, 0]
  for (const { axes, share } of phases) {
    const [down, across] = [axes[0].walk, axes[1].walk]
    const taps = down.taps.length * across.taps.length
    direct += batch * directCost(machine, own, caches, { taps, results: down.count * across.count, share })
    tiled += chooseTask(machine, own, axes, caches, 1).cost
  }
  return direct / tiled
}
