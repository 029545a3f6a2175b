/**
 * How large a cell can be so that the three tensors stand side by side.
 *
 * @module
 */
import type { Geometry } from './geometry.js'
import type { Setting } from './setting.js'

/** Many tall channels stand in two columns. */
export const channelsAcross = (channels: number, height: number) =>
  channels >= 4 && channels * (height + 1) > 14 ? 2 : 1

/** A kernel among others has smaller cells. */
const KERNEL_SCALE = 0.82

/** Custom properties for the stage: widths in cells, and what does not grow with the cell, in rem. */
export function stageLayout(g: Geometry, { transposed, inChannels, outChannels, dilation }: Setting) {
  const drawn = { steps: g.steps.slice(1), frame: g.frame }
  const [input, output] = transposed ? [drawn.steps, drawn.frame] : [drawn.frame, drawn.steps]
  const inputWidth = input[1]! * channelsAcross(inChannels, input[0]!)
  const outputWidth = output[1]! * channelsAcross(outChannels, output[0]!)
  const single = inChannels * outChannels === 1
  const kernel = g.kernel[1] * inChannels * (single ? 1 : KERNEL_SCALE)
  const kernelRem = (single ? 0 : 2.6 + 0.5 * inChannels) + inChannels * (g.kernel[1] - 1) * (dilation[1] - 1) * 0.45
  const channels = Math.max(inChannels, outChannels)
  return {
    '--all-columns': inputWidth + kernel + outputWidth,
    // on a phone the kernel stands beside the tensor that it steps over
    '--pair-columns': kernel + (transposed ? inputWidth : outputWidth),
    '--most-columns': Math.max(inputWidth, outputWidth),
    '--fixed': `${7.5 + kernelRem + (channels >= 4 ? 2 : 0)}rem`,
    '--largest': channels === 1 ? '2.75rem' : channels < 4 ? '2.2rem' : '1.9rem',
    '--kernel-scale': single ? 1 : KERNEL_SCALE,
  }
}
