/**
 * Tensors of random numbers: after `manualSeed` the ones PyTorch draws.
 *
 * @module
 */
import { describe, RuntimeError } from '../../errors.js'
import { copyElements } from '../../tensor/copy.js'
import { checkDType, type DType, dtypeInfo, isComplex } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/layout.js'
import type { Generator } from '../../tensor/random/generator.js'
import { randomPermutation } from '../../tensor/random/integers.js'
import { wrapArray } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { checkFits } from '../elementwise/scalarRange.js'
import type { Tensor } from '../tensor.js'
import {
  blank,
  CREATION_KEYS,
  type CreationOptions,
  checkSizes,
  knownOptions,
  type SizedArguments,
  type SizedCreation,
  sizedArguments,
} from './create.js'
import {
  bernoulliFill,
  checkGenerator,
  type Fill,
  fillNew,
  type GeneratorOptions,
  normal,
  randomInteger,
  uniform,
} from './fillRandom.js'

/** Options of random tensors. */
export interface RandomOptions extends CreationOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` seeds. */
  generator?: Generator
}

const RANDOM_KEYS = [...CREATION_KEYS, 'generator']

/** Uniform in [0, 1). @example rand(2, 3) */
export const rand: SizedCreation<RandomOptions> = (...args: SizedArguments<RandomOptions>): Tensor => {
  const { shape, options } = sizedArguments('rand', args, RANDOM_KEYS)
  return drawn(shape, options, 'float32', uniform(0, 1))
}

/** Normal with mean 0 and variance 1. @example randn(2, 3, { dtype: 'float64' }) */
export const randn: SizedCreation<RandomOptions> = (...args: SizedArguments<RandomOptions>): Tensor => {
  const { shape, options } = sizedArguments('randn', args, RANDOM_KEYS)
  return drawn(shape, options, 'float32', normal(0, 1))
}

/** Whole numbers in [low, high), int64 by default; low is 0 if left out. @example randint(0, 10, [2, 3]) */
export function randint(high: number, size: Shape, options?: RandomOptions): Tensor
export function randint(low: number, high: number, size: Shape, options?: RandomOptions): Tensor
export function randint(...args: readonly (number | Shape | RandomOptions | undefined)[]): Tensor {
  const bounds = typeof args[1] === 'number' ? 2 : 1
  const [low, high] = (bounds === 2 ? args : [0, args[0]]) as [number, number]
  const [size, options] = args.slice(bounds) as [Shape, RandomOptions | undefined]
  if (!Array.isArray(size)) {
    throw new TypeError(`randint(): argument 'size' must be an array of sizes, but got ${describe(size)}`)
  }
  const known = knownOptions('randint', options, RANDOM_KEYS)
  return drawn(checkSizes('randint', [size]), known, 'int64', randomInteger(low, high))
}

/** The numbers 0 to n - 1 in random order, int64 by default. */
export function randperm(n: number, options?: RandomOptions): Tensor {
  const known = knownOptions('randperm', options, RANDOM_KEYS)
  const shape = checkSizes('randperm', [n])
  const dtype = checkDType(known.dtype, 'int64')
  if (dtype === 'bool' || isComplex(dtype)) {
    throw new RuntimeError(`"randperm" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  checkFits(n, dtype)
  const out = blank(shape, known, dtype)
  const generator = checkGenerator(known.generator)
  if (out.device !== 'meta') copyElements(out, wrapArray(randomPermutation(n, generator), shape, 'int64'))
  return out
}

/** Ones with the probability that each element of `input` gives, zeros otherwise; in the dtype of `input`. */
export function bernoulli(input: Tensor, options?: GeneratorOptions): Tensor {
  checkTensor('bernoulli', 'input', input)
  const { generator } = knownOptions('bernoulli', options, ['generator'])
  const out = blank(input.shape, { dtype: input.dtype, device: input.device })
  return out.device === 'meta' ? out : fillNew(out, bernoulliFill(input), checkGenerator(generator))
}

/** A new tensor filled by `fill`, in row-major order whatever the strides. */
export function drawn(shape: Shape, options: RandomOptions, fallback: DType, fill: Fill, strides?: Shape): Tensor {
  return fillNew(blank(shape, options, fallback, strides), fill, checkGenerator(options.generator))
}
