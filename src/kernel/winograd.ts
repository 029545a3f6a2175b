/**
 * Convolution by Winograd's F(4x4, 3x3).
 *
 * A task computes the results of a rectangle of tiles, of one or several samples, for a range of channels: it transforms
 * the input that they read, and then for each panel of channels multiplies at all positions and transforms the products. A
 * panel is some blocks, of as many channels as the registers hold: at a position, all blocks read the same tiles.
 * What is between these steps stays in scratch memory, near the core.
 *
 * @module
 */
import type { Epilogue } from '../conv/epilogue.js'
import { BAND_START, ConvolutionRecord, ConvolutionSlots, gatherOnce } from './convolutionTask.js'
import type { Cover } from './cover.js'
import type { ElementMachine } from './elementMachine.js'
import { EpilogueWriter } from './epilogue.js'
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { layOutInput, type WinogradInput, writeInputTransform } from './winogradInput.js'
import {
  outputScratchBytes,
  type ProductLayout,
  productBytes,
  type WinogradOutput,
  writeOutputTransform,
} from './winogradOutput.js'
import { layOutProducts, writeProducts } from './winogradProducts.js'
import { POSITIONS } from './winogradTransforms.js'

/** Everything that this kernel is specialised for. */
export interface WinogradShape {
  readonly input: WinogradInput
  readonly output: WinogradOutput
  /** The result channels of a task. */
  readonly channels: number
  readonly bias: boolean
  readonly epilogue: Epilogue | null
  /** The tiles that are multiplied together, with the vectors of a block of channels. */
  readonly cover: Cover
  /** Blocks of channels of a panel. */
  readonly blocks: number
}

/** Bytes of scratch memory that a task needs: for the transformed tiles, and what the steps use one after the other. */
export function winogradScratchBytes(machine: Pick<VectorMachine, 'bytes' | 'lanes'>, shape: WinogradShape): number {
  const { gatheredBytes, sortedBytes, transformedBytes } = layOutInput(machine, shape.input)
  const products = shape.blocks * productBytes(layOutProducts(machine, shape.input, shape.cover.tile.vectors))
  const later = products + outputScratchBytes(machine, shape.output)
  return BAND_START + transformedBytes + Math.max(gatheredBytes + sortedBytes, later)
}

/** How many elements the transformed weights have for each vector of result channels, if so many are summed. */
export function transformedPerVector(machine: Pick<VectorMachine, 'lanes'>, summed: number): number {
  return POSITIONS * summed * machine.lanes
}

/**
 * Writes the kernel down. Transformed weights stand as [panel][position][block of as many vectors as `cover` has][summed
 * channel][lane], the last block with the vectors that are left; lanes beyond the last channel hold zeros.
 */
export function writeWinograd(machine: ElementMachine, shape: WinogradShape): void {
  const { transformedBytes } = layOutInput(machine, shape.input)
  gatherOnce(machine, (input, table, to) => {
    const scratch = machine.pointer()
    machine.offset(scratch, { base: to, offset: transformedBytes })
    writeInputTransform(machine, shape.input, input, table, to, scratch)
    machine.release(scratch)
  })
  const [tiles, products, weights, output] = [
    machine.pointer(),
    machine.pointer(),
    machine.pointer(),
    machine.pointer(),
  ]
  machine.scratch(tiles)
  machine.advance(tiles, BAND_START)
  machine.offset(products, { base: tiles, offset: transformedBytes })
  locate(machine, weights, ConvolutionSlots.weight, ConvolutionRecord.weight)
  locate(machine, output, ConvolutionSlots.output, ConvolutionRecord.output)
  const bias = shape.bias ? machine.pointer() : null
  if (bias) locate(machine, bias, ConvolutionSlots.bias, ConvolutionRecord.bias)
  const epilogue = shape.epilogue && new EpilogueWriter(machine, shape.epilogue, ConvolutionSlots)

  const pointers = { tiles, products, weights, output, bias, epilogue }
  const perPanel = shape.blocks * shape.cover.tile.vectors * machine.lanes
  machine.repeat(Math.floor(shape.channels / perPanel), () => writePanel(machine, shape, perPanel, pointers))
  const rest = shape.channels % perPanel
  if (rest > 0) writePanel(machine, shape, rest, pointers)
  machine.release(tiles, products, weights, output, ...(bias ? [bias] : []))
}

interface Pointers {
  readonly tiles: Pointer
  readonly products: Pointer
  readonly weights: Pointer
  readonly output: Pointer
  readonly bias: Pointer | null
  readonly epilogue: EpilogueWriter | null
}

/** All results of one panel of channels; weights, output and bias move on to the next one. */
function writePanel(machine: VectorMachine, shape: WinogradShape, channels: number, pointers: Pointers): void {
  const { products } = pointers
  const perBlock = shape.cover.tile.vectors * machine.lanes
  const [full, rest] = [Math.floor(channels / perBlock), channels % perBlock]
  const layout = layOutProducts(machine, shape.input, shape.cover.tile.vectors)
  const restVectors = Math.ceil(rest / machine.lanes)
  writeProducts(machine, shape.input, shape.cover, { full, restVectors }, layout, pointers)

  const scratch = machine.pointer()
  machine.offset(scratch, { base: products, offset: shape.blocks * productBytes(layout) })
  machine.repeat(full, () => {
    transformBlock(machine, shape.output, layout, perBlock, { ...pointers, scratch })
    machine.advance(products, productBytes(layout))
  })
  if (rest > 0) transformBlock(machine, shape.output, layout, rest, { ...pointers, scratch })
  machine.advance(products, -full * productBytes(layout))
  machine.release(scratch)
}

/** The products of a block of channels to results; output and bias move on to the next one. */
function transformBlock(
  machine: VectorMachine,
  shape: WinogradOutput,
  layout: ProductLayout,
  channels: number,
  pointers: Pointers & { readonly scratch: Pointer },
): void {
  const { lanes, bytes } = machine
  const { products, output, bias } = pointers
  const vector = (own: number): void => {
    writeOutputTransform(machine, shape, layout, own, pointers)
    machine.advance(products, lanes * bytes)
    machine.advance(output, own * shape.channelStride)
    if (bias) machine.advance(bias, own * bytes)
  }
  machine.repeat(Math.floor(channels / lanes), () => vector(lanes))
  if (channels % lanes > 0) vector(channels % lanes)
  machine.advance(products, -Math.ceil(channels / lanes) * lanes * bytes)
}
