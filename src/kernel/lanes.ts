/**
 * Which of the two kinds of lanes suits a convolution.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import type { MachineShape } from './bandPlan.js'
import { chooseTiles } from './channelLanesTiles.js'
import { flattened, type PixelPass, phasesOf, sidesOf } from './convolutionPlan.js'
import { choosePixelTile } from './pixelTile.js'

/** The products of vectors that each kind needs, for each source channel and tap of a group. */
export function laneWork(
  machine: MachineShape,
  original: ConvSpec,
  pass: PixelPass,
): { channels: number; pixels: number } {
  const spec = flattened(original)
  const { resultChannels } = sidesOf(spec, pass)
  const [first] = phasesOf(spec, pass)
  if (!first) return { channels: 0, pixels: 0 }
  const [, height, width] = first
  const [rows, columns] = [height.count, width.count]
  return {
    channels: chooseTiles(machine, rows, columns, resultChannels, { joined: true, taps: 1, weightBytes: 0 }).work,
    pixels: choosePixelTile(machine, rows, columns, resultChannels).work,
  }
}
