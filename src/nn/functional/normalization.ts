/**
 * Normalisations as functions.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { ValueError } from '../../errors.js'
import { checkTensor } from '../../ops/elementwise/operand.js'
import { pad } from '../../ops/rearrangement/pad.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { avgPool2d, avgPool3d } from './pooling.js'

export { type BatchNormOptions, batchNorm } from '../../ops/normalization/batchNorm.js'
export { groupNorm, type NormOptions } from '../../ops/normalization/groupNorm.js'
export { type InstanceNormOptions, instanceNorm } from '../../ops/normalization/instanceNorm.js'
export { layerNorm } from '../../ops/normalization/layerNorm.js'

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Default: 1e-4. */
  alpha?: number
  /** Default: 0.75. */
  beta?: number
  /** Default: 1. */
  k?: number
}

/**
 * Divides each element by (k + alpha * the average of the squares in `size` neighbouring channels) ** beta.
 *
 * @param input [N, C, ...] with at least one spatial dimension
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
 */
export function localResponseNorm(input: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  const { shape, ndim } = checkTensor('local_response_norm', 'input', input)
  integer('local_response_norm', 'size', size)
  const known = ['alpha', 'beta', 'k']
  const { alpha = 1e-4, beta = 0.75, k = 1 } = checkOptions('local_response_norm', options, known)
  if (ndim < 3) throw new ValueError(`Expected 3D or higher dimensionality input (got ${ndim} dimensions)`)
  if (input.numel() === 0) return input
  const before = Math.floor(size / 2)
  const after = Math.floor((size - 1) / 2)
  const squares = input.mul(input)
  let averages: Tensor
  if (ndim === 3) {
    averages = avgPool2d(pad(squares.unsqueeze(1), [0, 0, before, after]), [size, 1], { stride: 1 }).squeeze(1)
  } else {
    const [batch, channels, rows] = shape as [number, number, number]
    const volume = squares.reshape(batch, 1, channels, rows, -1)
    averages = avgPool3d(pad(volume, [0, 0, 0, 0, before, after]), [size, 1, 1], { stride: 1 }).reshape(shape)
  }
  return input.div(averages.mul(alpha).add(k).pow(beta))
}
