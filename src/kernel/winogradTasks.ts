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
import type { Tile } from './tile.js'
import { evenTile } from './tiling.js'
import { type Caches, chooseBlock, directCost, inputCost, type Machine, outputCost } from './winogradCost.js'
import { TILE } from './winogradTransforms.js'

/** The work of a task: samples, rows of tiles in each, tiles of a row, result channels; and how the registers see it. */
export interface WinogradTask {
  readonly samples: number
  readonly rows: number
  readonly columns: number
  readonly channels: number
  readonly block: Tile
}

/** A part of an axis. */
export interface Part {
  readonly first: number
  readonly count: number
}

/** An axis in parts of this size, and a last one of what is left. */
export function parts(length: number, size: number): Part[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, length - i * size),
  }))
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
  { bytes }: Machine,
  { groups, sourceChannels, source, resultChannels, result }: Sides,
): number {
  const largest = groups * Math.max(sourceChannels * numelOf(source), resultChannels * numelOf(result))
  return Math.floor(2 ** 31 / (largest * bytes))
}

/** The cut that takes the least time, and that time. */
export function chooseTask(
  machine: Machine,
  sides: Sides,
  caches: Caches,
  threads: number,
): { task: WinogradTask; cost: number } {
  const [down, across] = [Math.ceil(sides.result[1] / TILE), Math.ceil(sides.result[2] / TILE)]
  let best: { task: WinogradTask; cost: number } | undefined
  for (const columns of new Set(MOST_COLUMNS.map(most => evenTile(across, most)))) {
    for (const rows of evenSizes(down, Math.floor(MOST_TILES / columns))) {
      // samples can be joined where a task has all rows of each
      const whole = rows === down && columns === across
      const most = whole ? Math.min(Math.floor(MOST_TILES / (rows * columns)), samplesWithinReach(machine, sides)) : 1
      for (const samples of evenSizes(sides.batch, most)) {
        const groups =
          Math.ceil(sides.batch / samples) * sides.groups * Math.ceil(down / rows) * Math.ceil(across / columns)
        for (const own of cutChannels(machine, sides, caches, threads, { rows: samples * rows, columns, groups })) {
          if (best && own.cost >= best.cost) continue
          best = { task: { samples, rows, columns, channels: own.channels, block: own.block }, cost: own.cost }
        }
      }
    }
  }
  if (!best) throw new Error('a convolution without results has no tasks')
  return best
}

/** What follows from each way to cut the channels, where `groups` rectangles of tiles are given. */
function cutChannels(
  machine: Machine,
  sides: Sides,
  caches: Caches,
  threads: number,
  { rows, columns, groups }: { rows: number; columns: number; groups: number },
): { channels: number; block: Tile; cost: number }[] {
  const vectors = Math.ceil(sides.resultChannels / machine.lanes)
  const most = Math.min(vectors, threads === 1 ? 1 : MOST_RANGES * threads)
  return Array.from({ length: most }, (_, i) => {
    const perRange = evenTile(vectors, Math.ceil(vectors / (i + 1)))
    const channels = Math.min(perRange * machine.lanes, sides.resultChannels)
    const ranges = Math.ceil(vectors / perRange)
    const { block, work } = chooseBlock(machine, rows, columns, channels)
    const size = { rows, columns, channels }
    // neighbouring tasks share a transformed input, but not with another thread
    const transforms = Math.min(threads, ranges) / ranges
    const one = transforms * inputCost(machine, sides, size) + outputCost(machine, sides, caches, size, block, work)
    const cost = (Math.ceil((groups * ranges) / threads) + (threads > 1 ? LATE : 0)) * one
    return { channels, block, cost }
  })
}

/**
 * How many times faster than the direct kernel a sample's results would be. It depends neither on the batch nor on the
 * threads: they must not decide which algorithm's rounding errors a result has.
 */
export function estimatedGain(machine: Machine, sides: Sides, caches: Caches): number {
  const sample = { ...sides, batch: 1 }
  return directCost(machine, sample, caches) / chooseTask(machine, sample, caches, 1).cost
}
