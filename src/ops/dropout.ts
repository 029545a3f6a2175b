/**
 * Dropout: elements, or whole channels, set to zero at random, and the rest made larger to keep the mean.
 *
 * The random numbers are PyTorch's. Its noise is a tensor of its own, which `mul` multiplies and differentiates.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { convert } from '../tensor/copy.js'
import { dtypeInfo, isDifferentiable, isHalf } from '../tensor/dtype.js'
import type { Shape } from '../tensor/layout.js'
import { fillBernoulli } from '../tensor/random/bernoulli.js'
import { defaultGenerator } from '../tensor/random/generator.js'
import { allocate, type Tensor } from '../tensor/tensor.js'
import { timed } from '../tensor/timed.js'
import { mul } from './elementwise/arithmetic.js'
import { inPlace } from './inplace.js'

const mul_ = inPlace(mul)

/** How {@link dropout} treats its input. */
export interface DropoutMode {
  readonly training: boolean
  readonly inplace: boolean
  /** The sizes of the noise, which broadcasts: one number for each channel has sizes 1 behind the channels. */
  readonly noiseShape: Shape
}

/** The input times noise that is 0 with probability `p` and else 1 / (1 - p); the input itself outside training. */
export function dropout(input: Tensor, p: number, { training, inplace, noiseShape }: DropoutMode): Tensor {
  if (!training || p === 0 || input.numel() === 0) return input
  const multiply = inplace ? mul_ : mul
  // a tensor without dimensions, not a number: integers stay integers
  if (p === 1) return multiply(input, allocate([], input.dtype))
  return multiply(input, drawNoise(input, p, noiseShape))
}

const drawNoise = timed('aten::bernoulli_', drawMask)

function drawMask({ dtype, device }: Tensor, p: number, shape: Shape): Tensor {
  if (!isDifferentiable(dtype)) {
    const found = dtypeInfo(dtype).scalarName
    throw new RuntimeError(`result type Float can't be cast to the desired output type ${found}`)
  }
  if (device === 'meta') return allocate(shape, dtype, { device })
  const working = isHalf(dtype) ? 'float32' : dtype
  const noise = allocate(shape, working)
  const data = noise.storage.dataToWrite as Float32Array | Float64Array
  fillBernoulli(data, working, 1 - p, defaultGenerator)
  // one divided by the nearest float32, rounded by the store
  const kept = working === 'float64' ? 1 / (1 - p) : Math.fround(1 / Math.fround(1 - p))
  for (let i = 0; i < data.length; i++) data[i]! *= kept
  return working === dtype ? noise : convert(noise, dtype)
}
