/**
 * What 32 bits can address. Addresses have 64, and a task begins anywhere; from there, places within a task are named by
 * displacements and tables of 32 bits with a sign.
 *
 * @module
 */
import { type ConvSpec, inputShape, outputShape } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import { type PixelPass, sidesOf } from './convolutionPlan.js'

/** So many bytes. */
export const REACH = 2 ** 31

/** Channels that one tile has, at most: four vectors of sixteen. */
export const TILE_CHANNELS = 64

/** Why a kernel of pixels could not reach what a tile of a convolution reads and writes; `null` if it can. */
export function pixelsBeyondReach(spec: ConvSpec, pass: PixelPass, bytes: number): string | null {
  const { sourceChannels, source, resultChannels, result } = sidesOf(spec, pass)
  const channels = Math.min(resultChannels, TILE_CHANNELS)
  const farthest = Math.max(channels * numelOf(result), numelOf(source)) * bytes
  if (farthest >= REACH) return `reaches 2 GiB from a pixel on, but ${channels} channels take ${gibibytes(farthest)}`
  const weights = channels * sourceChannels * numelOf(spec.kernel) * bytes
  return weights < REACH
    ? null
    : `reaches 2 GiB of weights, but those of ${channels} channels take ${gibibytes(weights)}`
}

/** The same for gradients of weights, which find pieces of both tensors by tables of elements. */
export function weightGradientBeyondReach(spec: ConvSpec, bytes: number): string | null {
  const elements = Math.max(numelOf(inputShape(spec)), numelOf(outputShape(spec)))
  if (elements >= REACH) return `counts the elements of a tensor in 31 bits, but there are ${elements}`
  return pixelsBeyondReach(spec, 'forward', bytes) ?? pixelsBeyondReach(spec, 'inputGradient', bytes)
}

export const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
