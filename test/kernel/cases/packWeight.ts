/**
 * Weights in the order in which kernels read them, element by element: what machine code that packs is tested against.
 *
 * @module
 */
import type { ConvSpec } from '../../../src/conv/spec.js'
import type { ConvolutionProgram, PixelPass } from '../../../src/kernel/convolutionPlan.js'
import type { Element } from '../../../src/kernel/machine.js'
import { contiguousData } from '../../../src/tensor/copy.js'
import { numelOf } from '../../../src/tensor/layout.js'
import type { Tensor } from '../../../src/tensor/tensor.js'

export function packWeight(
  element: Element,
  spec: ConvSpec,
  pass: PixelPass,
  weight: Tensor,
  plan: ConvolutionProgram,
): Float32Array | Float64Array {
  const data = contiguousData(weight) as Float32Array | Float64Array
  const packed = element === 'float32' ? new Float32Array(plan.packedLength) : new Float64Array(plan.packedLength)
  const [, kernelHeight, kernelWidth] = spec.kernel
  const kernel = numelOf(spec.kernel)
  const inside = spec.inChannels / spec.groups
  const outside = spec.outChannels / spec.groups
  const [sources, results] = pass === 'forward' ? [inside, outside] : [outside, inside]
  const [sourceStride, resultStride] = pass === 'forward' ? [kernel, inside * kernel] : [inside * kernel, kernel]
  for (const { walks, start, blockChannels, groupLength } of plan.phases) {
    const [depth, height, width] = walks
    for (let group = 0; group < spec.groups; group++) {
      let to = start + group * groupLength
      const from = group * outside * inside * kernel
      for (let block = 0; block < results; block += blockChannels) {
        const channels = Math.min(blockChannels, results - block)
        const padded = Math.ceil(channels / plan.channelPadding) * plan.channelPadding
        for (let source = 0; source < sources; source++) {
          for (const d of depth.taps) {
            for (const h of height.taps) {
              for (const w of width.taps) {
                const tap = (d.index * kernelHeight + h.index) * kernelWidth + w.index
                const at = from + source * sourceStride + block * resultStride + tap
                for (let i = 0; i < channels; i++) packed[to + i] = data[at + i * resultStride]!
                to += padded
              }
            }
          }
        }
      }
    }
  }
  return packed
}
