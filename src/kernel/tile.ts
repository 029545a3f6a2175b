/**
 * A tile: how many sums the registers hold, and which rectangle of results they are.
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

/** Registers for the operands of a step: each vector, and an element where it is no operand of the products themselves. */
export function operandRegisters(
  { broadcastsInProducts }: Pick<Registers, 'broadcastsInProducts'>,
  vectors: number,
): number {
  return vectors + (broadcastsInProducts && vectors === 1 ? 0 : 1)
}

/** Sums that must be under way at the same time to hide the latency of a product: 4 cycles, 2 products a cycle. */
const LATENCY_COVER = 8

/** With fewer sums than this, each delay is felt: a part of what is missing (measured with AVX2 and WebAssembly, Zen 4). */
const AT_EASE = 12
const FELT = 0.25

/**
 * What a load costs, in products, where broadcasts are instructions of their own: on AVX2, 6 pixels by 2 vectors take 0.86 of
 * the time of 14 pixels by 1, which load twice as much (Zen 3, 1x1), or 0.91 (Zen 4, 3x3).
 */
const LONE_LOAD = 1.15

/** What a step of a tile with so many products and loads costs, in products of vectors, where its operands are near. */
export function stepCost(
  { broadcastsInProducts }: Pick<Registers, 'broadcastsInProducts'>,
  products: number,
  loads: number,
): number {
  const delays = FELT * Math.max(0, AT_EASE - products)
  return Math.max(LATENCY_COVER, Math.max(products, loads * (broadcastsInProducts ? 1 : LONE_LOAD)) + 1 + delays)
}
