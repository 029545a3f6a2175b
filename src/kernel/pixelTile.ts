/**
 * Choosing a tile with pixels in the lanes.
 *
 * @module
 */
import { CACHE_LINE } from './cacheLine.js'
import { type Registers, stepCost } from './tile.js'
import { evenTile } from './tiling.js'

/** Sums in registers: channels by rows by vectors of neighbouring pixels. */
export interface PixelTile {
  readonly channels: number
  readonly rows: number
  readonly vectors: number
}

/** A vector of pixels that begins anywhere may lie in two cache lines, and is two loads then. */
function tileCost(machine: Registers, channels: number, vectors: number): number {
  const loads = 1 + ((machine.lanes - 1) * machine.bytes) / CACHE_LINE
  return stepCost(machine, channels * vectors, channels + loads * vectors)
}

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
        const rest = channels % own
        const ofRest = rest > 0 ? tileCost(machine, rest, loaded) : 0
        const all = Math.floor(channels / own) * tileCost(machine, own, loaded) + ofRest
        const cost = Math.ceil(rows / candidate.rows) * Math.ceil(perRow / wide) * all
        if (cost < work) [tile, work] = [candidate, cost]
      }
    }
  }
  return { tile, work }
}
