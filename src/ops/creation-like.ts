/**
 * Tensors like another: its shape, dtype, device and memory layout, unless options say otherwise.
 *
 * @module
 */
import { contiguousStrides, type MemoryFormat, type Shape } from '../tensor/layout.js'
import type { Scalar } from '../tensor/scalar.js'
import { blank, knownOptions, SIZED_KEYS, type SizedOptions, stridesIn } from './create.js'
import { checkFill, filled } from './creation.js'
import { drawn, type RandomOptions } from './creation-random.js'
import { checkTensor } from './operand.js'
import { type Fill, normal, randomInteger, uniform } from './random.js'
import type { Tensor } from './tensor.js'

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

/** Strides without gaps, with the dimensions in the order in which they lie in the input's memory. */
export function preservedStrides({ shape, strides }: { shape: Shape; strides: Shape }): number[] {
  if (shape.includes(0)) return contiguousStrides(shape)
  const order = memoryOrder(shape, strides)
  const result = new Array<number>(shape.length)
  let step = 1
  for (const dim of order) {
    result[dim] = step
    step *= shape[dim]!
  }
  return result
}

/**
 * The dimensions from the innermost outwards. An insertion sort as PyTorch has it (infer_dense_strides): expanded
 * dimensions compare with nothing, so that they stay where they are, and equal strides are ordered by size.
 */
function memoryOrder(shape: Shape, strides: Shape): number[] {
  const order = shape.map((_, i) => shape.length - 1 - i)
  const mustSwap = (inner: number, outer: number): number => {
    if (strides[inner] === 0 || strides[outer] === 0) return 0
    if (strides[inner] !== strides[outer]) return strides[inner]! < strides[outer]! ? -1 : 1
    return shape[inner]! > shape[outer]! ? 1 : 0
  }
  for (let i = 1; i < order.length; i++) {
    let moving = i
    for (let other = i - 1; other >= 0; other--) {
      const comparison = mustSwap(order[other]!, order[moving]!)
      if (comparison > 0) {
        ;[order[other], order[moving]] = [order[moving]!, order[other]!]
        moving = other
      } else if (comparison < 0) break
    }
  }
  return order
}
