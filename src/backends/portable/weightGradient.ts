/**
 * The weight gradient with the same microkernel: what the forward pass sums over (taps) is tiled here, and what it
 * tiles (pixels) is summed over.
 *
 * @module
 */
import { type ConvSpec, weightShape } from '../../conv/spec.js'
import { forwardWalk } from '../../conv/walk.js'
import { toFloat64 } from '../../tensor/copy.js'
import { numelOf } from '../../tensor/layout.js'
import { type Tensor, wrapArray } from '../../tensor/tensor.js'
import { fillBand, layOutBand, pixelOffsets, sourceOfTensor, type Walks } from './band.js'
import { asFiveDimensional } from './result.js'
import { multiplyTile, TILE_COLUMNS, TILE_OFFSETS } from './tile.js'

/** Four channels of the output's gradient side by side, for each pixel of a band. */
function packGradient(
  gradient: Float64Array,
  plane: number,
  channelStride: number,
  channels: number,
  pixels: number,
): Float64Array {
  const packed = new Float64Array(Math.ceil(channels / TILE_COLUMNS) * TILE_COLUMNS * pixels)
  for (let channel = 0; channel < channels; channel++) {
    const block = channel - (channel % TILE_COLUMNS)
    const from = plane + channel * channelStride
    const to = block * pixels + (channel % TILE_COLUMNS)
    for (let pixel = 0; pixel < pixels; pixel++) packed[to + pixel * TILE_COLUMNS] = gradient[from + pixel]!
  }
  return packed
}

/** The gradient for the weight as float64, given those of the output and the input. */
export function weightGradient(spec: ConvSpec, outputGradient: Tensor, input: Tensor): Tensor {
  const walks: Walks = [forwardWalk(spec, 0), forwardWalk(spec, 1), forwardWalk(spec, 2)]
  const [depth, height, width] = walks
  const inPerGroup = spec.inChannels / spec.groups
  const outPerGroup = spec.outChannels / spec.groups
  const band = layOutBand(walks, inPerGroup)
  const pixels = pixelOffsets(band)
  const taps = band.tapOffsets.length
  const gradient = toFloat64(outputGradient)
  const planeLength = numelOf(spec.output)
  const images = asFiveDimensional(input, spec.spatialRank)
  const source = sourceOfTensor(images)
  const result = new Float64Array(numelOf(weightShape(spec)))
  const sums = new Float64Array(TILE_OFFSETS * TILE_COLUMNS)

  for (let n = 0; n < spec.batch; n++) {
    for (let group = 0; group < spec.groups; group++) {
      const offset = images.offset + n * images.strides[0]! + group * inPerGroup * images.strides[1]!
      const firstPlane = (n * spec.outChannels + group * outPerGroup) * planeLength
      for (let d = 0; d < depth.count; d++) {
        for (let row = 0; row < height.count; row += band.rows) {
          for (let column = 0; column < width.count; column += band.columns) {
            // a band has whole rows, or a piece of one: in either case the gradient's pixels are neighbours in memory
            const count = Math.min(band.rows, height.count - row) * Math.min(band.columns, width.count - column)
            fillBand(band, walks, source, offset, d, row, column)
            const plane = firstPlane + (d * height.count + row) * width.count + column
            const packed = packGradient(gradient, plane, planeLength, outPerGroup, count)
            for (let channel = 0; channel < outPerGroup; channel += TILE_COLUMNS) {
              for (let tap = 0; tap < taps; tap += TILE_OFFSETS) {
                const t0 = band.tapOffsets[tap]!
                const t1 = band.tapOffsets[Math.min(tap + 1, taps - 1)]!
                const t2 = band.tapOffsets[Math.min(tap + 2, taps - 1)]!
                multiplyTile(band.buffer, pixels, count, t0, t1, t2, packed, channel * count, sums)
                const to = (group * outPerGroup + channel) * taps + tap
                addTile(result, sums, to, taps, taps - tap, outPerGroup - channel)
              }
            }
          }
        }
      }
    }
  }
  return wrapArray(result, weightShape(spec), 'float64')
}

/** Adds a tile to the gradient: rows of `result` are channels, columns are taps. */
function addTile(
  result: Float64Array,
  sums: Float64Array,
  at: number,
  rowLength: number,
  taps: number,
  channels: number,
): void {
  for (let i = 0; i < Math.min(taps, TILE_OFFSETS); i++) {
    for (let q = 0; q < Math.min(channels, TILE_COLUMNS); q++) {
      result[at + q * rowLength + i]! += sums[i * TILE_COLUMNS + q]!
    }
  }
}
