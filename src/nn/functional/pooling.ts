/**
 * Poolings as functions: `torch.nn.functional.max_pool1d` ... `adaptive_max_pool3d`.
 *
 * Unless said otherwise they take floating dtypes; 16-bit floats are computed in float32. A channels_last input gives a
 * channels_last result. What does not fit is refused with a RuntimeError that has PyTorch's message.
 *
 * @module
 */
import type { IntegerList } from '../../conv/arguments.js'
import {
  type AdaptiveMaxPoolOptions,
  type AdaptiveSize,
  adaptiveAvgPool,
  adaptiveMaxPool,
} from '../../ops/pooling/adaptive.js'
import {
  type AvgPoolOptions,
  avgPool,
  type MaxPoolIndexOptions,
  maxPool,
  type PoolResult,
} from '../../ops/pooling/pool.js'
import type { Tensor } from '../../tensor/tensor.js'

export type { AdaptiveMaxPoolOptions, AdaptiveSize, AvgPoolOptions, MaxPoolIndexOptions, PoolResult }

/**
 * The maximum of each window of a signal.
 *
 * @param input [N, C, L] or [C, L]
 * @see {@link maxPool2d}
 */
export function maxPool1d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: IntegerList,
  options: MaxPoolIndexOptions<Indices> = {},
): PoolResult<Indices> {
  return maxPool(1, input, kernelSize, options)
}

/**
 * The maximum of each window of an image; NaN where the window has a NaN.
 *
 * @param input [N, C, H, W] or [C, H, W]
 * @returns [N, C, H_out, W_out], H_out = floor((H + 2 padding - dilation (kernelSize - 1) - 1) / stride + 1), rounded up
 * with `ceilMode`; with `returnIndices` the pair [output, indices]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 * @example maxPool2d(randn(1, 3, 7, 9), 3, { stride: 2, padding: 1 }).shape // [1, 3, 4, 5]
 */
export function maxPool2d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: IntegerList,
  options: MaxPoolIndexOptions<Indices> = {},
): PoolResult<Indices> {
  return maxPool(2, input, kernelSize, options)
}

/**
 * The maximum of each window of a volume.
 *
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @see {@link maxPool2d}
 */
export function maxPool3d<Indices extends boolean = false>(
  input: Tensor,
  kernelSize: IntegerList,
  options: MaxPoolIndexOptions<Indices> = {},
): PoolResult<Indices> {
  return maxPool(3, input, kernelSize, options)
}

/**
 * The average of each window of a signal; without `divisorOverride`, as in PyTorch.
 *
 * @param input [N, C, L] or [C, L]
 * @see {@link avgPool2d}
 */
export function avgPool1d(
  input: Tensor,
  kernelSize: IntegerList,
  options: Omit<AvgPoolOptions, 'divisorOverride'> = {},
): Tensor {
  return avgPool(1, input, kernelSize, options)
}

/**
 * The average of each window of an image.
 *
 * @param input [N, C, H, W] or [C, H, W]
 * @returns [N, C, H_out, W_out], H_out = floor((H + 2 padding - kernelSize) / stride + 1), rounded up with `ceilMode`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d(input: Tensor, kernelSize: IntegerList, options: AvgPoolOptions = {}): Tensor {
  return avgPool(2, input, kernelSize, options)
}

/**
 * The average of each window of a volume.
 *
 * @param input [N, C, D, H, W] or [C, D, H, W]
 * @see {@link avgPool2d}
 */
export function avgPool3d(input: Tensor, kernelSize: IntegerList, options: AvgPoolOptions = {}): Tensor {
  return avgPool(3, input, kernelSize, options)
}

/** Averages over windows that cover a signal [N, C, L] or [C, L] evenly. See {@link adaptiveAvgPool2d}. */
export function adaptiveAvgPool1d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adaptiveAvgPool(1, input, outputSize)
}

/**
 * Averages over windows that cover an image evenly, as many as `outputSize` says.
 *
 * @param input [N, C, H, W] or [C, H, W]
 * @param outputSize the result's height and width: a number for both, or a list; `null` keeps the input's
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adaptiveAvgPool(2, input, outputSize)
}

/** Averages over windows that cover a volume [N, C, D, H, W] or [C, D, H, W] evenly. See {@link adaptiveAvgPool2d}. */
export function adaptiveAvgPool3d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  return adaptiveAvgPool(3, input, outputSize)
}

/** Maxima of windows that cover a signal [N, C, L] or [C, L] evenly. See {@link adaptiveMaxPool2d}. */
export function adaptiveMaxPool1d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): PoolResult<Indices> {
  return adaptiveMaxPool(1, input, outputSize, options)
}

/**
 * Maxima of windows that cover an image evenly, as many as `outputSize` says.
 *
 * @param input [N, C, H, W] or [C, H, W]
 * @param outputSize the result's height and width: a number for both, or a list; `null` keeps the input's
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export function adaptiveMaxPool2d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): PoolResult<Indices> {
  return adaptiveMaxPool(2, input, outputSize, options)
}

/** Maxima of windows that cover a volume [N, C, D, H, W] or [C, D, H, W] evenly. See {@link adaptiveMaxPool2d}. */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices> = {},
): PoolResult<Indices> {
  return adaptiveMaxPool(3, input, outputSize, options)
}
