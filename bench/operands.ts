/**
 * The numbers that all contenders of a layer get.
 */
import { manualSeed, rand, type Tensor } from 'convforge'
import type { Layer } from './layers.js'

export interface Operands {
  readonly input: Tensor
  readonly weight: Tensor
  readonly bias: Tensor
}

/** Uniform in [-1, 1), the same at every run. */
export function operandsOf({ inChannels, input, outChannels, kernel, groups }: Layer, batch: number): Operands {
  manualSeed(0)
  return {
    input: uniform([batch, inChannels, ...input]),
    weight: uniform([outChannels, inChannels / groups, ...kernel]),
    bias: uniform([outChannels]),
  }
}

/** What comes back from the layer above in training. */
export const outputGradientOf = ({ outChannels, output }: Layer, batch: number) =>
  uniform([batch, outChannels, ...output])

const uniform = (shape: readonly number[]) => rand(shape).mul(2).sub(1)

/** The numbers themselves, in row-major order. */
export const numbersOf = (tensor: Tensor) => tensor.dataSync() as Float32Array
