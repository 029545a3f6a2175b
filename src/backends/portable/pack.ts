/**
 * Weights in the order in which the microkernel reads them.
 *
 * @module
 */
import type { ConvSpec } from '../../conv/spec.js'
import type { Walks } from './band.js'
import { TILE_COLUMNS } from './tile.js'

/**
 * The weight of one group and phase, in blocks of four result channels: within a block, for each source channel and
 * tap (in the order of the band's tap offsets) the four numbers side by side; channels that do not exist are zero.
 *
 * @param weight row-major [outChannels, inChannels / groups, depth, height, width]
 */
export function packWeight(
  spec: ConvSpec,
  pass: 'forward' | 'inputGradient',
  weight: Float64Array,
  [depth, height, width]: Walks,
  group: number,
): Float64Array {
  const inPerGroup = spec.inChannels / spec.groups
  const outPerGroup = spec.outChannels / spec.groups
  const [kernelDepth, kernelHeight, kernelWidth] = spec.kernel
  const kernelSize = kernelDepth * kernelHeight * kernelWidth
  const outStride = inPerGroup * kernelSize
  const forward = pass === 'forward'
  const [results, resultStride] = forward ? [outPerGroup, outStride] : [inPerGroup, kernelSize]
  const [sources, sourceStride] = forward ? [inPerGroup, kernelSize] : [outPerGroup, outStride]
  const taps = sources * depth.taps.length * height.taps.length * width.taps.length
  const packed = new Float64Array(Math.ceil(results / TILE_COLUMNS) * TILE_COLUMNS * taps)
  let at = 0
  for (let source = 0; source < sources; source++) {
    for (const d of depth.taps) {
      for (const h of height.taps) {
        for (const w of width.taps) {
          const tap = (d.index * kernelHeight + h.index) * kernelWidth + w.index
          const from = group * outPerGroup * outStride + source * sourceStride + tap
          for (let result = 0; result < results; result++) {
            const block = result - (result % TILE_COLUMNS)
            packed[block * taps + at * TILE_COLUMNS + (result % TILE_COLUMNS)] = weight[from + result * resultStride]!
          }
          at++
        }
      }
    }
  }
  return packed
}
