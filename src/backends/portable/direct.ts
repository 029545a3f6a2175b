/**
 * Direct convolution in plain TypeScript: register tiles over bands of the input, all three passes, any stride,
 * dilation, padding and groups. Nothing of the size of an im2col matrix or a padded copy is ever made.
 *
 * @module
 */
import type { ConvAlgorithm, ConvKernel, ConvProblem } from '../../conv/algorithm.js'
import { type ConvSpec, resultShape, type Triple } from '../../conv/spec.js'
import { convert, toFloat64 } from '../../tensor/copy.js'
import type { DType } from '../../tensor/dtype.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { type BandLayout, fillBand, layOutBand, pixelOffsets, sourceOfTensor, type Walks } from './band.js'
import { foldPadding, withoutPadding } from './fold.js'
import { packWeight } from './pack.js'
import { asFiveDimensional, type ResultView, resultView } from './result.js'
import { multiplyColumn, multiplyTile, TILE_COLUMNS, TILE_OFFSETS } from './tile.js'
import { type AxisWalk, forwardWalk, inputGradientWalks } from './walk.js'
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

/** One tile's sums, added to the bias and stored. */
function storeTile(
  result: ResultView,
  sums: Float64Array,
  at: readonly number[],
  pixels: number,
  channel: number,
  channels: number,
  bias: Float64Array | null,
): void {
  const { data, channelStride } = result
  for (let i = 0; i < pixels; i++) {
    let to = at[i]! + channel * channelStride
    for (let q = 0; q < channels; q++, to += channelStride) {
      data[to] = sums[i * TILE_COLUMNS + q]! + (bias === null ? 0 : bias[channel + q]!)
    }
  }
}

/** Every tile of one band. */
function multiplyBand(
  band: BandLayout,
  pixels: Int32Array,
  count: number,
  addresses: (pixel: number) => number,
  packed: Float64Array,
  channels: number,
  firstChannel: number,
  result: ResultView,
  bias: Float64Array | null,
  sums: Float64Array,
): void {
  const taps = band.tapOffsets.length
  const at = new Array<number>(TILE_OFFSETS).fill(0)
  for (let channel = 0; channel < channels; channel += TILE_COLUMNS) {
    const columns = Math.min(TILE_COLUMNS, channels - channel)
    const multiply = columns === 1 ? multiplyColumn : multiplyTile
    for (let pixel = 0; pixel < count; pixel += TILE_OFFSETS) {
      const here = Math.min(TILE_OFFSETS, count - pixel)
      for (let i = 0; i < here; i++) at[i] = addresses(pixel + i)
      // a tile that sticks out computes its last pixel again and does not store it
      const p0 = pixels[pixel]!
      const p1 = pixels[Math.min(pixel + 1, count - 1)]!
      const p2 = pixels[Math.min(pixel + 2, count - 1)]!
      multiply(band.buffer, band.tapOffsets, taps, p0, p1, p2, packed, channel * taps, sums)
      storeTile(result, sums, at, here, firstChannel + channel, columns, bias)
    }
  }
}

/** Whether the phases have every result of these sizes among them. */
function reachesAll(phases: readonly Walks[], [depth, height, width]: Triple): boolean {
  const reached = phases.reduce((sum, [d, h, w]) => sum + d.count * h.count * w.count, 0)
  return reached === depth * height * width
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
  const sums = new Float64Array(TILE_OFFSETS * TILE_COLUMNS)
  const phases = phasesOf(spec, pass)
  if (bias !== null && !reachesAll(phases, pass === 'forward' ? spec.output : spec.input))
    fillWithBias(spec, result, bias)
  for (const walks of phases) {
    const [depth, height, width] = walks
    const band = layOutBand(walks, sourceChannels)
    const pixels = pixelOffsets(band)
    for (let group = 0; group < spec.groups; group++) {
      const packed = packWeight(spec, pass, weight, walks, group)
      for (let n = 0; n < spec.batch; n++) {
        const offset = input.offset + n * input.strides[0]! + group * sourceChannels * input.strides[1]!
        for (let d = 0; d < depth.count; d++) {
          const plane = result.offset + n * result.batchStride + (depth.first + d * depth.step) * result.depthStride
          for (let row = 0; row < height.count; row += band.rows) {
            for (let column = 0; column < width.count; column += band.columns) {
              fillBand(band, walks, source, offset, d, row, column)
              const columns = Math.min(band.columns, width.count - column)
              const count = Math.min(band.rows, height.count - row) * columns
              const address = (pixel: number) =>
                plane +
                (height.first + (row + Math.floor(pixel / columns)) * height.step) * result.rowStride +
                (width.first + (column + (pixel % columns)) * width.step) * result.columnStride
              multiplyBand(
                band,
                pixels,
                count,
                address,
                packed,
                resultChannels,
                group * resultChannels,
                result,
                bias,
                sums,
              )
            }
          }
        }
      }
    }
  }
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
  return ({ first, second, bias }) => {
    const out = allocate(shape, stored, { memoryFormat: format })
    convolve(spec, pass, first, second, bias && toFloat64(bias), resultView(out, spec.spatialRank))
    return out.dtype === dtype ? out : convert(out, dtype, format)
  }
}

export const directConvolution: ConvAlgorithm = {
  name: 'portable/direct',
  refuse({ dtype }) {
    if (EXACT_IN_DOUBLES.includes(dtype)) return null
    return `computes in doubles, which hold ${EXACT_IN_DOUBLES.join(', ')}, not ${dtype}`
  },
  prepare,
}
