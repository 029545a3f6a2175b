/**
 * The gradient of a weight, with output channels in the lanes.
 *
 * What the forward pass sums over is tiled here and the other way round: elements are the input at each channel and tap,
 * vectors are the gradients of the output, and each step is a pixel. A task sums over some pieces of some samples, for a
 * range of input channels and one of output channels. Where one task sums up all of them, it puts its sums in the order of
 * the weight while they are near; else a second phase adds up what several tasks found for the same weights, always in the
 * same order.
 *
 * @module
 */

import { type Band, packBand } from './band.js'
import { CACHE_LINE } from './cacheLine.js'
import { BAND_START, locate, type TapAxis } from './channelLanes.js'
import type { GradientTile } from './gradientTile.js'
import type { Pointer, Variable, Vector, VectorMachine } from './machine.js'
import { accumulate } from './outerProduct.js'
import { TABLES_SLOT } from './program.js'
import { type AddingShape, addSums, paddedChannels, WeightGradientSlots } from './weightGradientSum.js'

/** The parameters of a task that sums: bytes from the arguments of the same name, and its pieces. */
export const SummingRecord = { gradient: 0, input: 1, sums: 2, pieces: 3, pieceCount: 4, result: 5 } as const

/** What the tables have for each piece: elements from the start of the tensors, and the offset of its row table. */
export const PIECE_NUMBERS = 3

/** Everything that the summing kernel is specialised for. Strides in bytes. */
export interface WeightGradientShape {
  readonly band: Band
  readonly firstTap: number
  readonly taps: readonly TapAxis[]
  /** The samples of a piece, and how far the next one is in the band and in the gradient. */
  readonly samples: number
  readonly bandSampleStride: number
  readonly gradientSampleStride: number
  /** The pixels of a sample, and how far the next one reads in the band. */
  readonly rows: number
  readonly columns: number
  readonly bandRowStride: number
  readonly bandColumnStride: number
  /** The output channels of a task. */
  readonly channels: number
  readonly gradientChannelStride: number
  readonly gradientRowStride: number
  readonly tile: GradientTile
  /** What is done with the sums, which are in scratch memory then; `null` if they are left to a second phase. */
  readonly finish: AddingShape | null
}

/** Writes down the kernel that sums over the pieces of a task. */
export function writeWeightGradient(machine: VectorMachine, shape: WeightGradientShape): void {
  const [remaining, piece] = [machine.variable(), machine.variable()]
  const pointer = machine.pointer()
  locateSums(machine, shape, pointer)
  zeroFill(machine, pointer, sumCount(machine, shape))
  locate(machine, pointer, TABLES_SLOT, SummingRecord.pieces)
  machine.keep(piece, pointer)
  machine.parameter(pointer, SummingRecord.pieceCount)
  machine.keep(remaining, pointer)
  machine.release(pointer)
  machine.repeatVariable(remaining, () => {
    gather(machine, shape, piece)
    addProducts(machine, shape)
  })
  if (shape.finish === null) return
  const [sums, result] = [machine.pointer(), machine.pointer()]
  locateSums(machine, shape, sums)
  locate(machine, result, WeightGradientSlots.result, SummingRecord.result)
  addSums(machine, shape.finish, sums, result)
  machine.release(sums, result)
}

function locateSums(machine: VectorMachine, shape: WeightGradientShape, to: Pointer): void {
  if (shape.finish === null) {
    locate(machine, to, WeightGradientSlots.sums, SummingRecord.sums)
    return
  }
  machine.scratch(to)
  machine.advance(to, sumsStart(machine, shape))
}

type Lanes = Pick<VectorMachine, 'lanes' | 'bytes'>

/** Where sums are in scratch memory: behind the band and the gradients. */
function sumsStart(machine: Lanes, shape: WeightGradientShape): number {
  const { band, samples, rows, columns, channels } = shape
  const gradients = samples * rows * columns * paddedChannels(machine, channels) * machine.bytes
  return Math.ceil((BAND_START + band.byteLength + gradients) / CACHE_LINE) * CACHE_LINE
}

/** Bytes of scratch memory that a task needs. */
export function weightGradientScratchBytes(machine: Lanes, shape: WeightGradientShape): number {
  return sumsStart(machine, shape) + (shape.finish ? sumCount(machine, shape) * machine.bytes : 0)
}

const tapCount = ({ taps }: WeightGradientShape) => taps.reduce((product, axis) => product * axis.count, 1)

/** How many sums a task has. */
export function sumCount(machine: Pick<VectorMachine, 'lanes'>, shape: WeightGradientShape): number {
  return shape.band.channels * tapCount(shape) * paddedChannels(machine, shape.channels)
}

function zeroFill(machine: VectorMachine, to: Pointer, elements: number): void {
  const zero = machine.vector()
  machine.zero(zero)
  machine.repeat(
    elements / machine.lanes,
    () => {
      machine.store({ base: to, offset: 0 }, zero)
      machine.advance(to, machine.lanes * machine.bytes)
    },
    { hot: true },
  )
  machine.release(zero)
}

/** Gathers the band and the gradients of a piece, and goes on to the next one. */
function gather(machine: VectorMachine, shape: WeightGradientShape, piece: Variable): void {
  const [entry, from, offset, to] = [machine.pointer(), machine.pointer(), machine.pointer(), machine.pointer()]
  const table = machine.pointer()
  machine.recall(entry, piece)
  const find = (argument: number, parameter: number, number: number): void => {
    locate(machine, from, argument, parameter)
    machine.loadInteger(offset, { base: entry, offset: 4 * number })
    // from elements to bytes
    for (let bytes = machine.storedBytes; bytes > 1; bytes /= 2) machine.advance(offset, offset)
    machine.advance(from, offset)
  }
  machine.scratch(to)
  machine.advance(to, BAND_START)
  find(WeightGradientSlots.input, SummingRecord.input, 0)
  machine.argument(table, TABLES_SLOT)
  machine.loadInteger(offset, { base: entry, offset: 8 })
  machine.advance(table, offset)
  packBand(machine, shape.band, from, table, to)
  machine.release(table)
  machine.advance(to, shape.band.byteLength)
  find(WeightGradientSlots.gradient, SummingRecord.gradient, 1)
  packGradients(machine, shape, from, to)
  machine.advance(entry, 4 * PIECE_NUMBERS)
  machine.keep(piece, entry)
  machine.release(entry, from, offset, to)
}

/** The gradients of a piece as [row][column][channel]: each pixel's channels are vectors, with zeros beyond the last. */
function packGradients(machine: VectorMachine, shape: WeightGradientShape, from: Pointer, to: Pointer): void {
  const { lanes, bytes, storedBytes } = machine
  const { channels, gradientChannelStride, gradientRowStride, gradientSampleStride, samples, rows, columns } = shape
  const pixel = paddedChannels(machine, channels) * bytes
  const square = (own: number, pixels: number): void => {
    const vectors = Array.from({ length: lanes }, () => machine.vector())
    for (const [i, vector] of vectors.entries()) {
      if (i < own) machine.read(vector, { base: from, offset: i * gradientChannelStride }, pixels)
      else machine.zero(vector)
    }
    const byPixel = machine.transpose(vectors)
    for (let i = 0; i < pixels; i++) machine.store({ base: to, offset: i * pixel }, byPixel[i]!)
    machine.release(...byPixel)
  }
  const row = (own: number): void => {
    const full = Math.floor(columns / lanes)
    machine.repeat(
      full,
      () => {
        square(own, lanes)
        machine.advance(from, lanes * storedBytes)
        machine.advance(to, lanes * pixel)
      },
      { hot: true },
    )
    if (columns % lanes > 0) square(own, columns % lanes)
    machine.advance(from, gradientRowStride - full * lanes * storedBytes)
    machine.advance(to, (columns - full * lanes) * pixel)
  }
  const block = (own: number): void => {
    machine.repeat(samples, () => {
      machine.repeat(rows, () => row(own))
      machine.advance(from, gradientSampleStride - rows * gradientRowStride)
    })
    machine.advance(from, own * gradientChannelStride - samples * gradientSampleStride)
    machine.advance(to, lanes * bytes - samples * rows * columns * pixel)
  }
  machine.repeat(Math.floor(channels / lanes), () => block(lanes))
  if (channels % lanes > 0) block(channels % lanes)
}

interface Pointers {
  readonly elements: Pointer
  readonly gradients: Pointer
  readonly sums: Pointer
}

/** Adds the products of a piece to all sums, tile by tile. */
function addProducts(machine: VectorMachine, shape: WeightGradientShape): void {
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
  const offsets = tapOffsets(shape)
  const sumStride = paddedChannels(machine, shape.channels) * machine.bytes
  const channelsAtOnce = (channels: number): void => {
    const elements = Array.from({ length: channels }, (_, c) => offsets.map(tap => c * band.channelPitch + tap)).flat()
    for (let first = 0; first < elements.length; first += tile.elements) {
      const own = elements.slice(first, first + tile.elements)
      addTile(machine, shape, own, vectors, first * sumStride, pointers)
    }
    machine.advance(pointers.elements, channels * band.channelPitch)
    machine.advance(pointers.sums, channels * offsets.length * sumStride)
  }
  machine.repeat(Math.floor(band.channels / tile.channels), () => channelsAtOnce(tile.channels))
  if (band.channels % tile.channels > 0) channelsAtOnce(band.channels % tile.channels)
  machine.advance(pointers.elements, -band.channels * band.channelPitch)
  machine.advance(pointers.sums, -band.channels * offsets.length * sumStride)
}

/** Where each tap reads for the first pixel, from the first tap. */
function tapOffsets({ taps }: WeightGradientShape): number[] {
  return taps.reduce<number[]>(
    (offsets, { count, stride }) => offsets.flatMap(at => Array.from({ length: count }, (_, i) => at + i * stride)),
    [0],
  )
}

function addTile(
  machine: VectorMachine,
  shape: WeightGradientShape,
  elementOffsets: readonly number[],
  vectors: number,
  sumOffset: number,
  pointers: Pointers,
): void {
  const { lanes, bytes } = machine
  const pixel = paddedChannels(machine, shape.channels) * bytes
  const place = (p: number, q: number) => ({ base: pointers.sums, offset: sumOffset + p * pixel + q * lanes * bytes })
  const vectorOffsets = Array.from({ length: vectors }, (_, q) => q * lanes * bytes)
  const sums = elementOffsets.map((_, p) =>
    vectorOffsets.map((_, q): Vector => {
      const sum = machine.vector()
      machine.load(sum, place(p, q))
      return sum
    }),
  )
  accumulate(machine, sums, pointers.elements, pointers.gradients, {
    elementOffsets,
    vectorOffsets,
    axes: [
      {
        count: shape.samples,
        elementStride: shape.bandSampleStride,
        vectorStride: shape.rows * shape.columns * pixel,
      },
      { count: shape.rows, elementStride: shape.bandRowStride, vectorStride: shape.columns * pixel },
      { count: shape.columns, elementStride: shape.bandColumnStride, vectorStride: pixel },
    ],
  })
  for (const [p, row] of sums.entries()) {
    for (const [q, sum] of row.entries()) machine.store(place(p, q), sum)
    machine.release(...row)
  }
}
