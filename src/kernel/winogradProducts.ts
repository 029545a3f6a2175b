/**
 * Winograd's 36 products: at each position of the tiles, a matrix product over the source channels.
 *
 * The microkernel of `outerProduct.ts` serves: its elements are transformed input, with tiles next to each other; its
 * vectors are transformed weights, with result channels in the lanes.
 *
 * @module
 */
import { type Cover, forEachTileOf } from './cover.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'
import { accumulate } from './outerProduct.js'
import type { Tile } from './tile.js'
import { layOutInput, oddLines, summedChannels, type WinogradInput, type WinogradInputLayout } from './winogradInput.js'
import { type ProductLayout, productBytes } from './winogradOutput.js'
import { POSITIONS } from './winogradTransforms.js'

/**
 * Transformed weights are four times the weights and often come from the cache that cores share: asked for a page ahead,
 * they are there in time even where others use that cache. Where they are near, it costs nothing that can be measured.
 */
const PREFETCH_DISTANCE = 4096

/** Where the products of a block of this many vectors of channels stand: [position][row][column][vector]. */
export function layOutProducts(
  { bytes, lanes }: Pick<VectorMachine, 'bytes' | 'lanes'>,
  { rows, columns }: Pick<WinogradInput, 'rows' | 'columns'>,
  vectors: number,
): ProductLayout {
  const tilePitch = vectors * lanes * bytes
  return { positionPitch: oddLines(rows * columns * tilePitch), tilePitch }
}

/** The products of a block begin behind those of the block before. */
interface Places {
  /** The transformed input. */
  readonly tiles: Pointer
  /** The panel's transformed weights: [position][block][channel][vector]. */
  readonly weights: Pointer
  readonly products: Pointer
}

/** A panel has so many full blocks, and one with the vectors that are left. */
interface Blocks {
  readonly full: number
  readonly restVectors: number
}

/**
 * Computes the products of a panel of channels.
 *
 * @param cover the tiles that the registers hold, with the vectors of a full block
 * @param places the weights move on; the others end where they began
 */
export function writeProducts(
  machine: VectorMachine,
  shape: WinogradInput,
  cover: Cover,
  { full, restVectors }: Blocks,
  layout: ProductLayout,
  places: Places,
): void {
  const { tiles, products } = places
  const input = layOutInput(machine, shape)
  machine.repeat(POSITIONS, () => {
    machine.repeat(full, () => {
      multiplyTiles(machine, shape, input, cover, cover.tile.vectors, layout, places)
      machine.advance(products, productBytes(layout))
    })
    if (restVectors > 0) multiplyTiles(machine, shape, input, cover, restVectors, layout, places)
    machine.advance(tiles, input.positionPitch)
    machine.advance(products, layout.positionPitch - full * productBytes(layout))
  })
  machine.advance(tiles, -POSITIONS * input.positionPitch)
  machine.advance(products, -POSITIONS * layout.positionPitch)
}

/** The products of a block of so many vectors of channels at one position; the weights move on to the next block. */
function multiplyTiles(
  machine: VectorMachine,
  shape: WinogradInput,
  input: WinogradInputLayout,
  cover: Cover,
  vectors: number,
  layout: ProductLayout,
  places: Places,
): void {
  const { tiles, products, weights } = places
  const { columns } = shape
  const repeat = (count: number, body: () => void) => machine.repeat(count, body)
  const move = (down: number, right: number): void => {
    machine.advance(tiles, down * input.rowPitch + right * machine.bytes)
    machine.advance(products, (down * columns + right) * layout.tilePitch)
  }
  forEachTileOf(cover, repeat, move, tile => {
    multiplyBlock(machine, shape, input, { ...tile, vectors }, layout, places)
  })
  machine.advance(weights, summedChannels(shape) * weightPitch(machine, vectors))
}

/** From a source channel's weights to the next one's, in bytes. */
const weightPitch = ({ lanes, bytes }: VectorMachine, vectors: number) => vectors * lanes * bytes

/** The tiles that the registers hold. */
function multiplyBlock(
  machine: VectorMachine,
  shape: WinogradInput,
  input: WinogradInputLayout,
  block: Tile,
  { tilePitch }: ProductLayout,
  { tiles, weights, products }: Places,
): void {
  const vector = machine.lanes * machine.bytes
  const own = Array.from({ length: block.rows * block.columns }, (_, i) => ({
    row: Math.floor(i / block.columns),
    column: i % block.columns,
  }))
  const sums = own.map(() => Array.from({ length: block.vectors }, () => machine.vector()))
  for (const sum of sums.flat()) machine.zero(sum)
  accumulate(machine, sums, tiles, weights, {
    elementOffsets: own.map(({ row, column }) => row * input.rowPitch + column * machine.bytes),
    vectorOffsets: Array.from({ length: block.vectors }, (_, q) => q * vector),
    prefetchDistance: PREFETCH_DISTANCE,
    axes: [
      {
        count: summedChannels(shape),
        elementStride: input.channelPitch,
        vectorStride: weightPitch(machine, block.vectors),
      },
    ],
  })
  for (const [i, { row, column }] of own.entries()) {
    for (const [q, sum] of sums[i]!.entries())
      machine.store({ base: products, offset: (row * shape.columns + column) * tilePitch + q * vector }, sum)
  }
  machine.release(...(sums.flat() as Vector[]))
}
