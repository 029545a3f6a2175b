/**
 * Choosing a tile for the gradient of a weight.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'
import { operandRegisters, stepCost } from './tile.js'
import { evenTile } from './tiling.js'

/** Sums in registers: elements (taps of some channels) by vectors of output channels. */
export interface GradientTile {
  /** Input channels that are taken together. */
  readonly channels: number
  /** Elements of a tile: all taps of these channels, or a part of the taps of one. */
  readonly elements: number
  readonly vectors: number
}

type Registers = Pick<VectorMachine, 'vectors' | 'broadcastsInProducts'>

/** The tile that covers `channels` x `taps` elements and `vectors` vectors with the least work. */
export function chooseGradientTile(machine: Registers, channels: number, taps: number, vectors: number): GradientTile {
  let best: GradientTile = { channels: 1, elements: 1, vectors: 1 }
  let least = Number.POSITIVE_INFINITY
  for (let own = 1; own <= Math.min(vectors, 4); own++) {
    const most = Math.floor((machine.vectors - operandRegisters(machine, own)) / own)
    if (most < 1) continue
    const together = Math.min(channels, Math.max(1, Math.floor(most / taps)))
    const elements = evenTile(together * taps, most)
    const tiles = (channels / together) * Math.ceil((together * taps) / elements)
    const work = Math.ceil(vectors / own) * tiles * stepCost(machine, elements * own, elements + own)
    if (work < least) [best, least] = [{ channels: together, elements, vectors: own }, work]
  }
  return best
}
