/**
 * Convolution with result channels in the lanes: pixels are broadcast, weights are vectors.
 *
 * A task computes a rectangle of pixels for a range of channels. It gathers the band of input rows that the rectangle
 * reads, and covers rectangle and channels with tiles of the microkernel; a tile's sums are transposed in registers, so
 * that each channel's pixels are stored as neighbours.
 *
 * @module
 */
import type { Epilogue } from '../conv/epilogue.js'
import { type Band, packBand } from './band.js'
import { fetchResults, storeTile, tilePixels } from './channelLanesResults.js'
import { BAND_START, ConvolutionRecord, ConvolutionSlots, gatherOnce, type TapAxis } from './convolutionTask.js'
import { type Cover, forEachTileOf, type Position } from './cover.js'
import type { ElementMachine } from './elementMachine.js'
import { EpilogueWriter } from './epilogue.js'
import { beginCheck, FiniteCheck } from './finiteCheck.js'
import { type InsideTaps, insideSteps, seeAlike } from './insideTaps.js'
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { accumulate, type OuterProduct } from './outerProduct.js'
import { type PackShape, packBlock } from './packWeight.js'
import { type PanelRun, packPanels } from './pixelPanels.js'
import type { Tile } from './tile.js'
import { forEachTile } from './tiling.js'

/** Sums of so many products, and of fewer, are done before the memory for them is there. */
const FEW_PRODUCTS = 160

/** Everything that this kernel is specialised for. */
export interface ChannelLanesShape {
  readonly band: Band
  /** Whether the band is not gathered: the elements stand in the input as they would in it. */
  readonly inPlace: boolean
  /** The panels in which the band's pixels are gathered, tile by tile, if they are. */
  readonly panels: readonly PanelRun[] | null
  /** Where the first tap of the first result reads, in bytes from the band's start. */
  readonly firstTap: number
  /** Depth, height and width of the kernel. */
  readonly taps: readonly [TapAxis, TapAxis, TapAxis]
  /** The samples of a tile, which has the whole rectangles of all of them, if they are more than one. */
  readonly samples: number
  /** Those of a task: the tiles go from some to the next; the last ones may overlap. */
  readonly allSamples: number
  /** How a task packs its own weights; `null` if they are packed. */
  readonly ownWeights: OwnWeights | null
  readonly bandSampleStride: number
  readonly outputSampleStride: number
  /** The rectangle of results of a task. */
  readonly rows: number
  readonly columns: number
  /** How far the next result reads, in the band; in panels, the first result of the next tile. */
  readonly bandRowStride: number
  readonly bandColumnStride: number
  /** Results, in bytes. */
  readonly outputChannelStride: number
  readonly outputRowStride: number
  readonly outputColumnStride: number
  /** The result channels of a task. */
  readonly channels: number
  readonly bias: boolean
  readonly epilogue: Epilogue | null
  /** The tiles of the rectangle, all of as many vectors. */
  readonly cover: Cover
  /** Which taps the results see, where products with padding are left out. */
  readonly inside: InsideTaps | null
}

/** Weights that a task packs: for blocks of one or two sizes, behind the band in scratch memory. */
export interface OwnWeights {
  readonly packs: readonly PackShape[]
  readonly packedAt: number
}

const WEIGHT_CHECK = { slot: ConvolutionSlots.check, parameter: ConvolutionRecord.check } as const

/** How many elements the packed weights have for each vector of channels. */
export function weightsPerVector(machine: Pick<VectorMachine, 'lanes'>, { band, taps }: ChannelLanesShape): number {
  return band.channels * taps.reduce((product, axis) => product * axis.count, 1) * machine.lanes
}

/**
 * Writes the kernel down. Packed weights stand as [block of as many vectors as a tile has][input channel][tap][lane], the last
 * block with the vectors that are left; lanes beyond the last channel hold zeros.
 */
export function writeChannelLanes(machine: ElementMachine, shape: ChannelLanesShape): void {
  const { band, channels } = shape
  const { panels, inPlace } = shape
  if (panels) gatherOnce(machine, (input, table, to) => packPanels(machine, panels, band, input, table, to))
  else if (!inPlace) gatherOnce(machine, (input, table, to) => packBand(machine, band, input, table, to))
  const [elements, weights, output, bias] = [
    machine.pointer(),
    machine.pointer(),
    machine.pointer(),
    shape.bias ? machine.pointer() : null,
  ]
  if (inPlace) locate(machine, elements, ConvolutionSlots.input, ConvolutionRecord.input)
  else {
    machine.scratch(elements)
    machine.advance(elements, BAND_START + shape.firstTap)
  }
  const { ownWeights } = shape
  const unpacked = ownWeights && machine.pointer()
  locate(machine, unpacked ?? weights, ConvolutionSlots.weight, ConvolutionRecord.weight)
  if (ownWeights) {
    machine.scratch(weights)
    machine.advance(weights, ownWeights.packedAt)
    beginCheck(machine, WEIGHT_CHECK)
  }
  locate(machine, output, ConvolutionSlots.output, ConvolutionRecord.output)
  if (bias) locate(machine, bias, ConvolutionSlots.bias, ConvolutionRecord.bias)
  const epilogue = shape.epilogue && new EpilogueWriter(machine, shape.epilogue, ConvolutionSlots)

  const perBlock = shape.cover.tile.vectors * machine.lanes
  const fullBlocks = Math.floor(channels / perBlock)
  const block = (own: number): void => {
    const vectors = Math.ceil(own / machine.lanes)
    const pack = ownWeights?.packs.find(({ channels }) => channels === own)
    if (pack) packOwn(machine, pack, unpacked!, weights)
    writeSamples(machine, shape, own, { elements, weights, output, bias, epilogue })
    if (pack) machine.advance(unpacked!, own * pack.channelStride)
    else machine.advance(weights, vectors * weightsPerVector(machine, shape) * machine.bytes)
    machine.advance(output, own * shape.outputChannelStride)
    if (bias) machine.advance(bias, own * machine.storedBytes)
  }
  machine.repeat(fullBlocks, () => block(perBlock))
  if (channels % perBlock > 0) block(channels % perBlock)
  machine.release(elements, weights, output, ...(bias ? [bias] : []), ...(unpacked ? [unpacked] : []))
}

export interface ChannelLanesPointers {
  readonly elements: Pointer
  readonly weights: Pointer
  readonly output: Pointer
  readonly bias: Pointer | null
  readonly epilogue: EpilogueWriter | null
}

function packOwn(machine: VectorMachine, shape: PackShape, unpacked: Pointer, packed: Pointer): void {
  const [from, to, check] = [machine.pointer(), machine.pointer(), new FiniteCheck(machine)]
  machine.copy(from, unpacked)
  machine.copy(to, packed)
  packBlock(machine, shape, from, to, check)
  machine.release(from, to)
  check.finish(WEIGHT_CHECK, true)
}

/** One block of channels, of all samples. */
function writeSamples(
  machine: VectorMachine,
  shape: ChannelLanesShape,
  channels: number,
  pointers: ChannelLanesPointers,
): void {
  const move = (samples: number): void => {
    machine.advance(pointers.elements, samples * shape.bandSampleStride)
    machine.advance(pointers.output, samples * shape.outputSampleStride)
  }
  const repeat = (count: number, body: () => void) => machine.repeat(count, body)
  forEachTile(repeat, shape.allSamples, shape.samples, move, () => writeBlock(machine, shape, channels, pointers))
}

/** All pixels of one block of channels. */
function writeBlock(
  machine: VectorMachine,
  shape: ChannelLanesShape,
  channels: number,
  pointers: ChannelLanesPointers,
): void {
  const repeat = (count: number, body: () => void) => machine.repeat(count, body)
  const move = (rows: number, columns: number): void => {
    const { bandRowStride, bandColumnStride, outputRowStride, outputColumnStride } = shape
    machine.advance(pointers.elements, rows * bandRowStride + columns * bandColumnStride)
    machine.advance(pointers.output, rows * outputRowStride + columns * outputColumnStride)
  }
  const { inside } = shape
  const alike = inside && {
    rows: (a: number, b: number, count: number) => seeAlike(inside.rows, a, b, count),
    columns: (a: number, b: number, count: number) => seeAlike(inside.columns, a, b, count),
  }
  const body = (tile: Tile, at: Position) => writeTile(machine, shape, tile, at, channels, pointers)
  forEachTileOf(shape.cover, repeat, move, body, alike ?? undefined)
}

/** One tile: sums begin as the bias, all taps are added, and the results are stored. */
function writeTile(
  machine: VectorMachine,
  shape: ChannelLanesShape,
  tile: Tile,
  at: Position,
  channels: number,
  pointers: ChannelLanesPointers,
): void {
  const { lanes, bytes } = machine
  const vectors = Math.ceil(channels / lanes)
  const pixels = tilePixels(shape, tile)
  const sums = pixels.map(() => Array.from({ length: vectors }, () => machine.vector()))
  for (const [p, row] of sums.entries()) {
    for (const [q, sum] of row.entries()) {
      const count = Math.min(lanes, channels - q * lanes)
      if (p > 0) machine.move(sum, sums[0]![q]!)
      else if (pointers.bias) machine.read(sum, { base: pointers.bias, offset: q * lanes * machine.storedBytes }, count)
      else machine.zero(sum)
    }
  }
  if (weightsPerVector(machine, shape) <= FEW_PRODUCTS * lanes)
    fetchResults(machine, shape, tile, channels, pointers.output)
  const summed = summedBy(machine, shape, tile, at, vectors)
  if (summed) {
    accumulate(machine, sums, pointers.elements, pointers.weights, {
      elementOffsets: pixels.map(
        ({ sample, row, column }) =>
          sample * shape.bandSampleStride +
          row * shape.bandRowStride +
          column * (shape.panels ? bytes : shape.bandColumnStride),
      ),
      vectorOffsets: Array.from({ length: vectors }, (_, q) => q * lanes * bytes),
      ...summed,
    })
  }
  storeTile(machine, shape, tile, channels, pointers, sums)
}

/** What a tile sums over; `null` if it sees padding only. */
function summedBy(
  machine: VectorMachine,
  { band, taps, panels, inside, samples }: ChannelLanesShape,
  tile: Tile,
  at: Position,
  vectors: number,
): Pick<OuterProduct, 'axes' | 'steps'> | null {
  const [depth, height, width] = taps
  const perTap = vectors * machine.lanes * machine.bytes
  const axis = ({ count, stride }: TapAxis, vectorStride: number) => ({ count, elementStride: stride, vectorStride })
  const along = axis(width, perTap)
  const down = axis(height, perTap * width.count)
  const outer = [
    {
      count: band.channels,
      elementStride: panels ? tile.columns * machine.bytes : band.channelPitch,
      vectorStride: perTap * width.count * height.count * depth.count,
    },
    axis(depth, perTap * width.count * height.count),
  ]
  if (!inside) return { axes: [...outer, down, along] }
  const seen = insideSteps(inside, [down, along], tile, at, samples, machine.unrolledInstructions)
  return seen && { axes: [...outer, ...seen.axes], steps: seen.steps }
}
