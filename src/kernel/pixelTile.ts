/**
 * Choosing a tile with pixels in the lanes.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'
import { evenTile } from './tiling.js'

/** Sums in registers: channels by rows by vectors of neighbouring pixels. */
export interface PixelTile {
  readonly channels: number
  readonly rows: number
  readonly vectors: number
}

type Registers = Pick<VectorMachine, 'lanes' | 'vectors'>

/** Sums that must be under way at the same time to hide the latency of a product. */
const LATENCY_COVER = 8

/**
 * What a step costs, in products: as many loads as products fit into a cycle, and a vector of pixels that begins
 * anywhere mostly lies in two cache lines.
 */
const stepCost = ({ channels, rows, vectors }: PixelTile) =>
  Math.max(channels * rows * vectors, LATENCY_COVER, 2 * rows * vectors + channels) + 1

/** The tile that covers `rows` x `columns` results of `channels` channels with the least work, and that work. */
export function choosePixelTile(
  machine: Registers,
  rows: number,
  columns: number,
  channels: number,
): { tile: PixelTile; work: number } {
  const perRow = Math.ceil(columns / machine.lanes)
  let tile: PixelTile = { channels: 1, rows: 1, vectors: 1 }
  let work = Number.POSITIVE_INFINITY
  for (let own = 1; own <= Math.min(channels, machine.vectors); own++) {
    for (let high = 1; high <= Math.min(rows, machine.vectors); high++) {
      for (let wide = 1; wide <= Math.min(perRow, machine.vectors); wide++) {
        const candidate = { channels: own, rows: evenTile(rows, high), vectors: wide }
        const loaded = candidate.rows * wide
        if (own * loaded + loaded + 1 > machine.vectors) continue
        const blocks = Math.floor(channels / own) + (channels % own) / own
        const cost = blocks * Math.ceil(rows / candidate.rows) * Math.ceil(perRow / wide) * stepCost(candidate)
        if (cost < work) [tile, work] = [candidate, cost]
      }
    }
  }
  return { tile, work }
}
