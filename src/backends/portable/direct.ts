/**
 * Direct convolution in plain TypeScript: register tiles over bands of the input, all three passes, any stride,
 * dilation, padding and groups. Nothing of the size of an im2col matrix or a padded copy is ever made.
 *
 * @module
 */
import type { ConvAlgorithm, ConvKernel, ConvProblem } from '../../conv/algorithm.js'
import { type ConvSpec, resultShape, type Triple } from '../../conv/spec.js'
import { type AxisWalk, forwardWalk, inputGradientWalks } from '../../conv/walk.js'
import { convert, toFloat64 } from '../../tensor/copy.js'
import type { DType } from '../../tensor/dtype.js'
import { numelOf } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { foldPadding, withoutPadding } from '../foldPadding.js'
import { type BandLayout, fillBand, layOutBand, ONES, pixelOffsets, sourceOfTensor, type Walks } from './band.js'
import { exchanged, isExchangeWorthwhile } from './exchange.js'
import { packWeight } from './pack.js'
import { asFiveDimensional, type ResultView, resultView } from './result.js'
import { multiplyColumn, multiplyInside, multiplyTile, TILE_COLUMNS, TILE_OFFSETS } from './tile.js'
import { weightGradient } from './weightGradient.js'

/** Sums of products of these stay exact in a double. */
const EXACT_IN_DOUBLES: readonly DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'uint8']

/** All combinations of one walk per axis. */
function phasesOf(spec: ConvSpec, pass: 'forward' | 'inputGradient'): Walks[] {
  const perAxis = [0, 1, 2].map((axis): AxisWalk[] =>
    pass === 'forward' ? [forwardWalk(spec, axis)] : inputGradientWalks(spec, axis),
  ) as [AxisWalk[], AxisWalk[], AxisWalk[]]
  return perAxis[0].flatMap(d => perAxis[1].flatMap(h => perAxis[2].map((w): Walks => [d, h, w])))
}

/** Where the results of a band go. */
interface BandResult {
  readonly view: ResultView
  /** The address of the band's first result in its first channel, and of each result from there. */
  readonly base: number
  readonly addresses: Int32Array
  readonly bias: Float64Array | null
  readonly firstChannel: number
}

/** One tile's sums, added to the bias and stored. */
function storeTile(
  { view: { data, channelStride }, base, addresses, bias }: BandResult,
  sums: Float64Array,
  pixel: number,
  pixels: number,
  channel: number,
  channels: number,
): void {
  for (let i = 0; i < pixels; i++) {
    let to = base + addresses[pixel + i]! + channel * channelStride
    for (let q = 0; q < channels; q++, to += channelStride) {
      data[to] = sums[i * TILE_COLUMNS + q]! + (bias === null ? 0 : bias[channel + q]!)
    }
  }
}

/** The tiles of a band: the first `count` of its pixels with all channels of a group; of `inside` only, if given. */
function multiplyBand(
  { buffer, tapOffsets }: BandLayout,
  inside: Float64Array | null,
  pixels: Int32Array,
  count: number,
  packed: Float64Array,
  channels: number,
  result: BandResult,
  sums: Float64Array,
): void {
  const taps = tapOffsets.length
  for (let channel = 0; channel < channels; channel += TILE_COLUMNS) {
    const columns = Math.min(TILE_COLUMNS, channels - channel)
    const multiply = inside ? multiplyInside(inside) : columns === 1 ? multiplyColumn : multiplyTile
    for (let pixel = 0; pixel < count; pixel += TILE_OFFSETS) {
      const here = Math.min(TILE_OFFSETS, count - pixel)
      // a tile that sticks out computes its last pixel again and does not store it
      const p0 = pixels[pixel]!
      const p1 = pixels[Math.min(pixel + 1, count - 1)]!
      const p2 = pixels[Math.min(pixel + 2, count - 1)]!
      multiply(buffer, tapOffsets, taps, p0, p1, p2, packed, channel * taps, sums)
      storeTile(result, sums, pixel, here, result.firstChannel + channel, columns)
    }
  }
}

/** The address of each result of a band, from its first one. */
function resultAddresses(band: BandLayout, [, height, width]: Walks, view: ResultView): Int32Array {
  const [down, along] = [height.step * view.rowStride, width.step * view.columnStride]
  return Int32Array.from(
    { length: band.rows * band.columns },
    (_, pixel) => Math.floor(pixel / band.columns) * down + (pixel % band.columns) * along,
  )
}

/** Whether the phases have every result of these sizes among them. */
function reachesAll(phases: readonly Walks[], [depth, height, width]: Triple): boolean {
  const reached = phases.reduce((sum, [d, h, w]) => sum + d.count * h.count * w.count, 0)
  return reached === depth * height * width
}

/** Whether all numbers are finite. Zero times one that is not is NaN, and so is the sum then. */
function areFinite(numbers: Float64Array): boolean {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += 0 * numbers[i]!
  return sum === 0
}

/** Where no tap reaches, an input gradient is its bias. */
function fillWithBias(spec: ConvSpec, result: ResultView, bias: Float64Array): void {
  const [depth, height, width] = spec.input
  for (let n = 0; n < spec.batch; n++) {
    for (let channel = 0; channel < spec.inChannels; channel++) {
      const plane = result.offset + n * result.batchStride + channel * result.channelStride
      for (let d = 0; d < depth; d++) {
        for (let row = 0; row < height; row++) {
          const line = plane + d * result.depthStride + row * result.rowStride
          for (let column = 0; column < width; column++)
            result.data[line + column * result.columnStride] = bias[channel]!
        }
      }
    }
  }
}

/** The forward pass, or the input gradient of a zero-padded spec, into a result of plain numbers. */
function convolve(
  spec: ConvSpec,
  pass: 'forward' | 'inputGradient',
  first: Tensor,
  second: Tensor,
  bias: Float64Array | null,
  result: ResultView,
): void {
  const forward = pass === 'forward'
  const sourceChannels = (forward ? spec.inChannels : spec.outChannels) / spec.groups
  const resultChannels = (forward ? spec.outChannels : spec.inChannels) / spec.groups
  const input = asFiveDimensional(first, spec.spatialRank)
  const source = sourceOfTensor(input)
  const weight = toFloat64(second)
  const finite = forward || areFinite(weight)
  const sums = new Float64Array(TILE_OFFSETS * TILE_COLUMNS)
  const phases = phasesOf(spec, pass)
  if (bias !== null && !reachesAll(phases, pass === 'forward' ? spec.output : spec.input))
    fillWithBias(spec, result, bias)
  for (const walks of phases) {
    const [depth, height, width] = walks
    const band = layOutBand(walks, sourceChannels)
    // a padding zero is a factor of the forward pass like any other; an input gradient has nothing to send there
    const inside = finite ? null : new Float64Array(band.buffer.length)
    const pixels = pixelOffsets(band)
    const addresses = resultAddresses(band, walks, result)
    for (let group = 0; group < spec.groups; group++) {
      const packed = packWeight(spec, pass, weight, walks, group)
      const firstChannel = group * resultChannels
      for (let n = 0; n < spec.batch; n++) {
        const offset = input.offset + n * input.strides[0]! + group * sourceChannels * input.strides[1]!
        for (let d = 0; d < depth.count; d++) {
          const plane = result.offset + n * result.batchStride + (depth.first + d * depth.step) * result.depthStride
          for (let row = 0; row < height.count; row += band.rows) {
            const line = plane + (height.first + row * height.step) * result.rowStride
            // a band that does not hold whole rows holds one, so its addresses fit a shorter last part too
            for (let column = 0; column < width.count; column += band.columns) {
              fillBand(band, walks, source, offset, d, row, column)
              if (inside) fillBand({ ...band, buffer: inside }, walks, ONES, 0, d, row, column)
              const columns = Math.min(band.columns, width.count - column)
              const count = Math.min(band.rows, height.count - row) * columns
              const base = line + (width.first + column * width.step) * result.columnStride
              const to = { view: result, base, addresses, bias, firstChannel }
              multiplyBand(band, inside, pixels, count, packed, resultChannels, to, sums)
            }
          }
        }
      }
    }
  }
}

/** Adds bias[c] to channel c of a contiguous float64 result. */
function addBias({ storage, shape }: Tensor, bias: Float64Array): void {
  const data = storage.dataToWrite as Float64Array
  const planeLength = numelOf(shape.slice(2))
  for (let i = 0; i < data.length; i++) data[i]! += bias[Math.floor(i / planeLength) % bias.length]!
}

function prepare({ spec, pass, dtype, format }: ConvProblem): ConvKernel {
  const shape = resultShape(spec, pass)
  // float32 is stored as it is computed; what needs conversion goes through doubles
  const stored: DType = dtype === 'float32' ? 'float32' : 'float64'
  if (pass === 'weightGradient') {
    return ({ first, second }) => convert(weightGradient(spec, first, second), dtype, format)
  }
  if (pass === 'inputGradient' && spec.paddingMode !== 'zeros') {
    const padded = withoutPadding(spec)
    return ({ first, second, bias }) => {
      const wide = allocate(resultShape(padded, pass), 'float64')
      convolve(padded, pass, first, second, null, resultView(wide, spec.spatialRank))
      return convert(foldPadding(spec, wide, bias && toFloat64(bias)), dtype, format)
    }
  }
  if (pass === 'inputGradient' && isExchangeWorthwhile(spec)) {
    return ({ first, second, bias }) => {
      const wide = allocate(shape, 'float64')
      for (const own of exchanged(spec, first, second, wide)) {
        convolve(own.spec, pass, own.first, own.second, null, resultView(own.result, spec.spatialRank))
      }
      if (bias) addBias(wide, toFloat64(bias))
      return convert(wide, dtype, format)
    }
  }
  return ({ first, second, bias }) => {
    const out = allocate(shape, stored, { memoryFormat: format })
    convolve(spec, pass, first, second, bias && toFloat64(bias), resultView(out, spec.spatialRank))
    return out.dtype === dtype ? out : convert(out, dtype, format)
  }
}

export const directConvolution: ConvAlgorithm = {
  name: 'portable/direct',
  refuse({ dtype, epilogue }) {
    if (epilogue) return 'leaves activations and residuals to operations of their own'
    if (EXACT_IN_DOUBLES.includes(dtype)) return null
    return `computes in doubles, which hold ${EXACT_IN_DOUBLES.join(', ')}, not ${dtype}`
  },
  prepare,
}
