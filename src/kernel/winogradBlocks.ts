/**
 * Which tiles and channels are multiplied together in registers.
 *
 * @module
 */
import { type Cover, chooseCover, workOf } from './cover.js'
import { operandRegisters, type Registers, stepCost, type Tile } from './tile.js'

const MOST_VECTORS = 4

/** The cover of so many rows and columns of tiles, for blocks of so many vectors of channels. */
export function coverTiles(machine: Registers, rows: number, columns: number, vectors: number): Cover {
  const most = Math.floor((machine.vectors - operandRegisters(machine, vectors)) / vectors)
  const rules = { vectors, pixels: most, rows: most, fits: () => true, cost: costOf(machine, vectors) }
  return chooseCover(rules, rows, columns).cover
}

const costOf = (machine: Registers, vectors: number) => (tile: Tile) => {
  const tiles = tile.rows * tile.columns
  return stepCost(machine, tiles * vectors, tiles + vectors)
}

/** The covers of so many rows and columns of tiles for blocks of 1, 2, 3 ... vectors of channels. */
export function coversByVectors(machine: Registers, rows: number, columns: number): Cover[] {
  return Array.from({ length: MOST_VECTORS }, (_, i) => coverTiles(machine, rows, columns, i + 1))
}

/** Which of these covers takes the least work for so many channels, and that work for each source channel and position. */
export function chooseVectors(
  machine: Registers,
  covers: readonly Cover[],
  channels: number,
): { vectors: number; work: number } {
  const all = Math.ceil(channels / machine.lanes)
  const ways = covers.slice(0, all).map((cover, i) => {
    const vectors = i + 1
    const [full, rest] = [Math.floor(all / vectors), all % vectors]
    const ofRest = rest > 0 ? workOf(cover, costOf(machine, rest)) : 0
    return { vectors, work: full * workOf(cover, costOf(machine, vectors)) + ofRest }
  })
  return ways.reduce((best, own) => (own.work < best.work ? own : best))
}
