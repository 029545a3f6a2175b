/**
 * Convolution with pixels in the lanes: weights are broadcast, neighbouring pixels are vectors.
 *
 * For groups and layers of few channels, whose vectors of channels would be half empty; depthwise convolution is the
 * extreme. A task computes a rectangle of pixels for one group after another. The gradient of a stride has several phases,
 * which read much the same: they may share what is gathered.
 *
 * @module
 */
import type { Epilogue } from '../conv/epilogue.js'
import { type Band, packBand } from './band.js'
import { BAND_START, ConvolutionRecord, ConvolutionSlots, type TapAxis } from './convolutionTask.js'
import type { ElementMachine } from './elementMachine.js'
import { EpilogueWriter, laneRuns } from './epilogue.js'
import { locate } from './locate.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'
import { accumulate, type ReductionAxis } from './outerProduct.js'
import type { PixelTile } from './pixelTile.js'
import { TABLES_SLOT } from './program.js'
import { forEachTile } from './tiling.js'

/** Everything that this kernel is specialised for. Strides in bytes. */
export interface PixelLanesShape {
  readonly band: Band
  /** Groups of a task, and how far their inputs are apart; those of results follow from the channels. */
  readonly groups: number
  readonly inputGroupStride: number
  /** What reads the band; only of a task of one group may they be several. */
  readonly phases: readonly PixelLanesPhase[]
  readonly rows: number
  readonly columns: number
  readonly bandRowStride: number
  readonly outputChannelStride: number
  readonly outputRowStride: number
  readonly outputColumnStride: number
  /** The result channels of a group. */
  readonly channels: number
  readonly bias: boolean
  readonly epilogue: Epilogue | null
  readonly tile: PixelTile
}

/** Results that see the same taps. */
export interface PixelLanesPhase {
  /** Where the first tap of depth and height reads for the first result, from the band's start. */
  readonly firstTap: number
  /** Depth and height of the kernel. */
  readonly taps: readonly [TapAxis, TapAxis]
  /** Where the taps along a row read for the first result. */
  readonly columnTaps: readonly number[]
  /** How far the weights, and the first result, are from those of the first phase. */
  readonly weights: number
  readonly output: number
}

interface Pointers {
  readonly pixels: Pointer
  readonly weights: Pointer
  readonly output: Pointer
  readonly bias: Pointer | null
  readonly epilogue: EpilogueWriter | null
}

/** Writes the kernel down. Packed weights stand as [group][block of `tile.channels`][input channel][tap][channel]. */
export function writePixelLanes(machine: ElementMachine, shape: PixelLanesShape): void {
  const [input, table] = [machine.pointer(), machine.pointer()]
  const pointers: Pointers = {
    pixels: machine.pointer(),
    weights: machine.pointer(),
    output: machine.pointer(),
    bias: shape.bias ? machine.pointer() : null,
    epilogue: shape.epilogue && new EpilogueWriter(machine, shape.epilogue, ConvolutionSlots),
  }
  locate(machine, input, ConvolutionSlots.input, ConvolutionRecord.input)
  locate(machine, table, TABLES_SLOT, ConvolutionRecord.rowTable)
  locate(machine, pointers.weights, ConvolutionSlots.weight, ConvolutionRecord.weight)
  locate(machine, pointers.output, ConvolutionSlots.output, ConvolutionRecord.output)
  if (pointers.bias) locate(machine, pointers.bias, ConvolutionSlots.bias, ConvolutionRecord.bias)
  machine.repeat(shape.groups, () => {
    machine.scratch(pointers.pixels)
    machine.advance(pointers.pixels, BAND_START)
    packBand(machine, shape.band, input, table, pointers.pixels)
    if (shape.phases.length > 1) writePhases(machine, shape, pointers)
    else {
      machine.advance(pointers.pixels, shape.phases[0]!.firstTap)
      writeGroup(machine, shape, shape.phases[0]!, pointers)
    }
    machine.advance(input, shape.inputGroupStride)
  })
  machine.release(input, table, pointers.pixels, pointers.weights, pointers.output)
  if (pointers.bias) machine.release(pointers.bias)
}

/** One phase after the other; the pointers end where they began. */
function writePhases(machine: VectorMachine, shape: PixelLanesShape, pointers: Pointers): void {
  const { pixels, weights, output, bias } = pointers
  for (const phase of shape.phases) {
    machine.advance(pixels, phase.firstTap)
    machine.advance(weights, phase.weights)
    machine.advance(output, phase.output)
    writeGroup(machine, shape, phase, pointers)
    machine.advance(pixels, -phase.firstTap)
    machine.advance(weights, -phase.weights - shape.channels * weightsPerChannel(shape, phase) * machine.bytes)
    machine.advance(output, -phase.output - shape.channels * shape.outputChannelStride)
    if (bias) machine.advance(bias, -shape.channels * machine.storedBytes)
  }
}

const weightsPerChannel = ({ band }: PixelLanesShape, { taps, columnTaps }: PixelLanesPhase) =>
  band.channels * taps[0].count * taps[1].count * columnTaps.length

/** All channels of a group; the pointers of weights, output and bias end behind it. */
function writeGroup(machine: VectorMachine, shape: PixelLanesShape, phase: PixelLanesPhase, pointers: Pointers): void {
  const { tile } = shape
  const perChannel = weightsPerChannel(shape, phase)
  const block = (channels: number): void => {
    writeBlock(machine, shape, phase, channels, pointers)
    machine.advance(pointers.weights, channels * perChannel * machine.bytes)
    machine.advance(pointers.output, channels * shape.outputChannelStride)
    if (pointers.bias) machine.advance(pointers.bias, channels * machine.storedBytes)
  }
  machine.repeat(Math.floor(shape.channels / tile.channels), () => block(tile.channels))
  if (shape.channels % tile.channels > 0) block(shape.channels % tile.channels)
}

/** All pixels of some channels. */
function writeBlock(
  machine: VectorMachine,
  shape: PixelLanesShape,
  phase: PixelLanesPhase,
  channels: number,
  pointers: Pointers,
): void {
  const { tile } = shape
  const { lanes, bytes } = machine
  const repeat = (count: number, body: () => void) => machine.repeat(count, body)
  const alongRow = (pixels: number): void => {
    machine.advance(pointers.pixels, pixels * bytes)
    machine.advance(pointers.output, pixels * shape.outputColumnStride)
  }
  const downwards = (rows: number): void => {
    machine.advance(pointers.pixels, rows * shape.bandRowStride)
    machine.advance(pointers.output, rows * shape.outputRowStride)
  }
  // a tile as wide as the row has a last vector that is not full; otherwise tiles are full, and the last two overlap
  const columns = Math.min(shape.columns, tile.vectors * lanes)
  forEachTile(repeat, shape.rows, tile.rows, downwards, () => {
    forEachTile(repeat, shape.columns, columns, alongRow, () =>
      writeTile(machine, shape, phase, channels, columns, pointers),
    )
  })
}

function writeTile(
  machine: VectorMachine,
  shape: PixelLanesShape,
  { taps, columnTaps }: PixelLanesPhase,
  channels: number,
  columns: number,
  pointers: Pointers,
): void {
  const { tile, band } = shape
  const { lanes, bytes } = machine
  const vectors = Array.from({ length: tile.rows * tile.vectors }, (_, i) => ({
    row: Math.floor(i / tile.vectors),
    column: (i % tile.vectors) * lanes,
  }))
  const sums = Array.from({ length: channels }, (_, channel) =>
    startSums(machine, vectors.length, channel, pointers.bias),
  )
  const element = channels * bytes
  let elementStride = element * columnTaps.length
  const axes: ReductionAxis[] = []
  for (const { count, stride } of [...taps].reverse()) {
    axes.unshift({ count, elementStride, vectorStride: stride })
    elementStride *= count
  }
  axes.unshift({ count: band.channels, elementStride, vectorStride: band.channelPitch })
  accumulate(machine, sums, pointers.weights, pointers.pixels, {
    elementOffsets: sums.map((_, channel) => channel * bytes),
    vectorOffsets: vectors.map(({ row, column }) => row * shape.bandRowStride + column * bytes),
    axes,
    steps: columnTaps.map((vector, i) => ({ element: i * element, vector })),
  })
  for (const [channel, own] of sums.entries()) {
    for (const [i, sum] of own.entries()) {
      const { row, column } = vectors[i]!
      const offset =
        channel * shape.outputChannelStride + row * shape.outputRowStride + column * shape.outputColumnStride
      const place = { base: pointers.output, offset }
      const count = Math.min(lanes, columns - column)
      machine.round(sum)
      const pixels = Array.from({ length: count }, (_, j) => j * shape.outputColumnStride)
      pointers.epilogue?.finish(sum, place, laneRuns(pixels, machine.storedBytes))
      if (shape.outputColumnStride === machine.storedBytes) machine.write(place, sum, 0, count)
      else machine.writeScattered(place, sum, shape.outputColumnStride, count)
    }
    machine.release(...own)
  }
}

/** The sums of a channel, which begin as its bias. */
function startSums(machine: VectorMachine, count: number, channel: number, bias: Pointer | null): Vector[] {
  const sums = Array.from({ length: count }, () => machine.vector())
  for (const [i, sum] of sums.entries()) {
    if (i > 0) machine.move(sum, sums[0]!)
    else if (bias) machine.readBroadcast(sum, { base: bias, offset: channel * machine.storedBytes })
    else machine.zero(sum)
  }
  return sums
}
