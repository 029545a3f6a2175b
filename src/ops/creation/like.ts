/**
 * Tensors like another: its shape, dtype, device and memory layout, unless options say otherwise.
 *
 * @module
 */
import type { MemoryFormat } from '../../tensor/layout.js'
import type { Scalar } from '../../tensor/scalar.js'
import { checkTensor } from '../elementwise/operand.js'
import type { Tensor } from '../tensor.js'
import { blank, knownOptions, SIZED_KEYS, type SizedOptions, stridesIn } from './create.js'
import { preservedStrides } from './dense.js'
import { type Fill, normal, randomInteger, uniform } from './fillRandom.js'
import { checkFill, filled } from './fromSizes.js'
import { drawn, type RandomOptions } from './random.js'

/** Options of the like functions. */
export interface LikeOptions extends Omit<SizedOptions, 'memoryFormat'> {
  /** Default: `'preserve'`, the order of dimensions in memory that the other tensor has. */
  memoryFormat?: MemoryFormat | 'preserve'
}

/** Options of the random like functions. */
export interface RandomLikeOptions extends LikeOptions, Pick<RandomOptions, 'generator'> {}

/** Zeros like another tensor. */
export function zerosLike(input: Tensor, options?: LikeOptions): Tensor {
  return blankLike('zerosLike', input, options)
}

/** Ones like another tensor. */
export function onesLike(input: Tensor, options?: LikeOptions): Tensor {
  return filled(blankLike('onesLike', input, options), 1)
}

/** A tensor like another, whose elements mean nothing yet. */
export function emptyLike(input: Tensor, options?: LikeOptions): Tensor {
  return blankLike('emptyLike', input, options)
}

/** One value everywhere, like another tensor (whose dtype it takes). */
export function fullLike(input: Tensor, fillValue: Scalar, options?: LikeOptions): Tensor {
  checkFill('fullLike', fillValue)
  return filled(blankLike('fullLike', input, options), fillValue)
}

/** Uniform in [0, 1), like another tensor. */
export function randLike(input: Tensor, options?: RandomLikeOptions): Tensor {
  return drawnLike('randLike', input, uniform(0, 1), options)
}

/** Normal numbers with mean 0 and variance 1, like another tensor. */
export function randnLike(input: Tensor, options?: RandomLikeOptions): Tensor {
  return drawnLike('randnLike', input, normal(0, 1), options)
}

/** Whole numbers in [low, high), like another tensor (whose dtype they take); low is 0 if left out. */
export function randintLike(input: Tensor, high: number, options?: RandomLikeOptions): Tensor
export function randintLike(input: Tensor, low: number, high: number, options?: RandomLikeOptions): Tensor
export function randintLike(
  input: Tensor,
  first: number,
  second?: number | RandomLikeOptions,
  third?: RandomLikeOptions,
): Tensor {
  const [low, high, options] = typeof second === 'number' ? [first, second, third] : [0, first, second]
  return drawnLike('randintLike', input, randomInteger(low, high), options)
}

function blankLike(operation: string, input: Tensor, options: LikeOptions | undefined): Tensor {
  checkTensor(operation, 'input', input)
  const { memoryFormat = 'preserve', ...rest } = knownOptions(operation, options, SIZED_KEYS)
  const strides = memoryFormat === 'preserve' ? preservedStrides(input) : stridesIn(input.shape, memoryFormat)
  return blank(input.shape, { ...rest, device: rest.device ?? input.device }, input.dtype, strides)
}

function drawnLike(operation: string, input: Tensor, fill: Fill, options: RandomLikeOptions | undefined): Tensor {
  checkTensor(operation, 'input', input)
  const known = knownOptions(operation, options, [...SIZED_KEYS, 'generator'])
  const { memoryFormat = 'preserve', ...rest } = known
  const strides = memoryFormat === 'preserve' ? preservedStrides(input) : stridesIn(input.shape, memoryFormat)
  return drawn(input.shape, { ...rest, device: rest.device ?? input.device }, input.dtype, fill, strides)
}
