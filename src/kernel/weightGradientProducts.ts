/**
 * The products of a weight's gradient: each tile of elements and output channels sums over all pixels of a piece.
 *
 * @module
 */
import { BAND_START } from './convolutionTask.js'
import { includes, runsOf, type TapRange } from './insideTaps.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'
import { accumulate, type OuterProduct } from './outerProduct.js'
import { locateSums, type WeightGradientShape } from './weightGradientShape.js'
import { paddedChannels } from './weightGradientSum.js'

interface Pointers {
  readonly elements: Pointer
  readonly gradients: Pointer
  readonly sums: Pointer
}

/** What a tap of a channel reads: its place, in bytes from what the first one reads for the first pixel. */
interface Element {
  readonly offset: number
  /** The tap along height and width. */
  readonly row: number
  readonly column: number
}

/** Adds the products of a piece to all sums, tile by tile. */
export function addProducts(machine: VectorMachine, shape: WeightGradientShape): void {
  const { band, tile } = shape
  const pointers: Pointers = { elements: machine.pointer(), gradients: machine.pointer(), sums: machine.pointer() }
  machine.scratch(pointers.elements)
  machine.advance(pointers.elements, BAND_START + shape.firstTap)
  machine.offset(pointers.gradients, { base: pointers.elements, offset: band.byteLength - shape.firstTap })
  locateSums(machine, shape, pointers.sums)
  const vectors = paddedChannels(machine, shape.channels) / machine.lanes
  const block = (own: number): void => {
    allElements(machine, shape, own, pointers)
    machine.advance(pointers.gradients, own * machine.lanes * machine.bytes)
    machine.advance(pointers.sums, own * machine.lanes * machine.bytes)
  }
  machine.repeat(Math.floor(vectors / tile.vectors), () => block(tile.vectors))
  if (vectors % tile.vectors > 0) block(vectors % tile.vectors)
  machine.release(...Object.values(pointers))
}

/** All channels and taps with some vectors of output channels. The pointers end where they began. */
function allElements(machine: VectorMachine, shape: WeightGradientShape, vectors: number, pointers: Pointers): void {
  const { band, tile } = shape
  const taps = tapElements(shape)
  const sumStride = paddedChannels(machine, shape.channels) * machine.bytes
  const channelsAtOnce = (channels: number): void => {
    const elements = Array.from({ length: channels }, (_, c) =>
      taps.map(tap => ({ ...tap, offset: c * band.channelPitch + tap.offset })),
    ).flat()
    for (let first = 0; first < elements.length; first += tile.elements) {
      const own = elements.slice(first, first + tile.elements)
      addTile(machine, shape, own, vectors, first * sumStride, pointers)
    }
    machine.advance(pointers.elements, channels * band.channelPitch)
    machine.advance(pointers.sums, channels * taps.length * sumStride)
  }
  machine.repeat(Math.floor(band.channels / tile.channels), () => channelsAtOnce(tile.channels))
  if (band.channels % tile.channels > 0) channelsAtOnce(band.channels % tile.channels)
  machine.advance(pointers.elements, -band.channels * band.channelPitch)
  machine.advance(pointers.sums, -band.channels * taps.length * sumStride)
}

/** The taps of a channel. */
function tapElements({ taps: [depth, height, width] }: WeightGradientShape): Element[] {
  const perPlane = height.count * width.count
  return Array.from({ length: depth.count * perPlane }, (_, i) => {
    const row = Math.floor(i / width.count) % height.count
    const column = i % width.count
    const offset = Math.floor(i / perPlane) * depth.stride + row * height.stride + column * width.stride
    return { offset, row, column }
  })
}

function addTile(
  machine: VectorMachine,
  shape: WeightGradientShape,
  elements: readonly Element[],
  vectors: number,
  sumOffset: number,
  pointers: Pointers,
): void {
  const { lanes, bytes } = machine
  const pixel = paddedChannels(machine, shape.channels) * bytes
  const place = (p: number, q: number) => ({ base: pointers.sums, offset: sumOffset + p * pixel + q * lanes * bytes })
  const vectorOffsets = Array.from({ length: vectors }, (_, q) => q * lanes * bytes)
  const sums = elements.map((_, p) =>
    vectorOffsets.map((_, q): Vector => {
      const sum = machine.vector()
      if (shape.onePiece) machine.zero(sum)
      else machine.load(sum, place(p, q))
      return sum
    }),
  )
  const product = { elementOffsets: elements.map(({ offset }) => offset), vectorOffsets }
  if (shape.inside) addInside(machine, shape, sums, elements, product, pointers)
  else {
    const { samples, rows, columns, bandSampleStride, bandRowStride, bandColumnStride } = shape
    const axes = [
      { count: samples, elementStride: bandSampleStride, vectorStride: rows * columns * pixel },
      { count: rows, elementStride: bandRowStride, vectorStride: columns * pixel },
      { count: columns, elementStride: bandColumnStride, vectorStride: pixel },
    ]
    accumulate(machine, sums, pointers.elements, pointers.gradients, { ...product, axes })
  }
  for (const [p, row] of sums.entries()) {
    for (const [q, sum] of row.entries()) machine.store(place(p, q), sum)
    machine.release(...row)
  }
}

/** Adds what is no product with padding: neighbouring pixels that see the same taps are a loop. */
function addInside(
  machine: VectorMachine,
  shape: WeightGradientShape,
  sums: readonly (readonly Vector[])[],
  elements: readonly Element[],
  product: Pick<OuterProduct, 'elementOffsets' | 'vectorOffsets'>,
  pointers: Pointers,
): void {
  const { inside, samples, rows, columns, bandSampleStride, bandRowStride, bandColumnStride } = shape
  const pixel = paddedChannels(machine, shape.channels) * machine.bytes
  const move = (bandBytes: number, pixels: number): void => {
    machine.advance(pointers.elements, bandBytes)
    machine.advance(pointers.gradients, pixels * pixel)
  }
  const row = (seenRows: TapRange): void => {
    for (const { count, range } of runsOf(inside!.columns)) {
      const takePart = elements.map(tap => includes(seenRows, tap.row) && includes(range, tap.column))
      if (takePart.includes(true)) {
        accumulate(machine, sums, pointers.elements, pointers.gradients, {
          ...product,
          axes: [{ count, elementStride: bandColumnStride, vectorStride: pixel }],
          steps: [{ element: 0, vector: 0, takePart }],
        })
      }
      move(count * bandColumnStride, count)
    }
    move(bandRowStride - columns * bandColumnStride, 0)
  }
  machine.repeat(samples, () => {
    for (const { count, range } of runsOf(inside!.rows)) machine.repeat(count, () => row(range))
    move(bandSampleStride - rows * bandRowStride, 0)
  })
  move(-samples * bandSampleStride, -samples * rows * columns)
}
