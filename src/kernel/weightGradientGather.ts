/**
 * What a task of a weight's gradient reads, gathered in scratch memory: the band of a piece, and its gradients.
 *
 * @module
 */
import { packBand } from './band.js'
import { BAND_START } from './convolutionTask.js'
import { FiniteCheck } from './finiteCheck.js'
import { locate } from './locate.js'
import type { Pointer, Variable, VectorMachine } from './machine.js'
import { TABLES_SLOT } from './program.js'
import { GRADIENT_CHECK, PIECE_NUMBERS, SummingRecord, type WeightGradientShape } from './weightGradientShape.js'
import { paddedChannels, WeightGradientSlots } from './weightGradientSum.js'

/** Gathers the band and the gradients of a piece, and goes on to the next one. */
export function gather(machine: VectorMachine, shape: WeightGradientShape, piece: Variable): void {
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
  const check = shape.inside && new FiniteCheck(machine)
  const square = (own: number, pixels: number): void => {
    const vectors = Array.from({ length: lanes }, () => machine.vector())
    for (const [i, vector] of vectors.entries()) {
      if (i < own) {
        machine.read(vector, { base: from, offset: i * gradientChannelStride }, pixels)
        check?.look(vector)
      } else machine.zero(vector)
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
  check?.finish(GRADIENT_CHECK, true)
}
