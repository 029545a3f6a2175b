/**
 * Filling tensors with random numbers.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { describe, RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { contiguousData, convert } from '../../tensor/copy.js'
import { type DType, dtypeInfo, isFloating, isHalf, type TypedArray } from '../../tensor/dtype.js'
import { fillBernoulli } from '../../tensor/random/bernoulli.js'
import { defaultGenerator, Generator } from '../../tensor/random/generator.js'
import { fillRandomInt } from '../../tensor/random/integers.js'
import { fillNormal } from '../../tensor/random/normal.js'
import { fillUniform } from '../../tensor/random/uniform.js'
import { allocate, Tensor, viewOf } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { zerosLike } from '../elementwise/map.js'
import { assign } from '../inplace.js'
import { expand } from '../views/expand.js'
import { permute } from '../views/permute.js'
import { memoryOrder, preservedStrides } from './dense.js'

/** Options of random functions in place. */
export interface GeneratorOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` seeds. */
  generator?: Generator
}

/**
 * What fills an array with random numbers.
 *
 * @param oneByOne the tensor is not contiguous, for which PyTorch has no block-wise way
 */
export type Fill = (data: TypedArray, dtype: DType, generator: Generator, oneByOne: boolean) => void

/** Numbers uniform in [from, to). */
export const uniform =
  (from: number, to: number): Fill =>
  (data, dtype, generator) =>
    fillUniform(data, dtype, from, to, generator)

/** Normal numbers. */
export const normal =
  (mean: number, std: number): Fill =>
  (data, dtype, generator, oneByOne) => {
    // fewer than 16 numbers at a time are never drawn in blocks
    const step = oneByOne ? 8 : Math.max(data.length, 1)
    for (let i = 0; i < Math.max(data.length, 1); i += step) {
      fillNormal(data.subarray(i, i + step) as TypedArray, dtype, mean, std, generator)
    }
  }

/** Whole numbers in [low, high). */
export const randomInteger =
  (low: number | bigint, high: number | bigint): Fill =>
  (data, dtype, generator) =>
    fillRandomInt(data, dtype, low, high, generator)

/** Ones with probability `p`: one number for all elements, or a contiguous floating tensor with one for each. */
export function bernoulliFill(p: number | Tensor): Fill {
  if (!(p instanceof Tensor)) return (data, dtype, generator) => fillBernoulli(data, dtype, p, generator)
  if (!isFloating(p.dtype)) {
    throw new RuntimeError(`"bernoulli_tensor_cpu_p_" not implemented for '${dtypeInfo(p.dtype).scalarName}'`)
  }
  const probabilities = contiguousData(isHalf(p.dtype) ? convert(p, 'float32') : p) as Float32Array | Float64Array
  return (data, dtype, generator) => fillBernoulli(data, dtype, probabilities, generator)
}

/** Fills a new tensor, in the order of its memory, as PyTorch does. Nothing is drawn for the meta device. */
export const fillNew = timed('random numbers', fillMemory)

function fillMemory(out: Tensor, fill: Fill, generator: Generator, oneByOne = !out.isContiguous()): Tensor {
  if (out.device !== 'meta') fill(out.storage.dataToWrite, out.dtype, generator, oneByOne)
  return out
}

/** The generator that a user gave, or the one `manualSeed` seeds. */
export function checkGenerator(generator: unknown): Generator {
  if (generator === undefined) return defaultGenerator
  if (generator instanceof Generator) return generator
  throw new TypeError(`argument 'generator' must be a Generator, but got ${describe(generator)}`)
}

/** Writes numbers uniform in [from, to) over the tensor. */
export function uniform_(self: Tensor, from = 0, to = 1, options: GeneratorOptions = {}): Tensor {
  checkNumbers('uniform_', { from, to })
  return refill('uniform_', 'UniformBackward0', self, uniform(from, to), options)
}

/** Writes normal numbers over the tensor. */
export function normal_(self: Tensor, mean = 0, std = 1, options: GeneratorOptions = {}): Tensor {
  checkNumbers('normal_', { mean, std })
  return refill('normal_', 'NormalBackward0', self, normal(mean, std), options)
}

/** Writes ones over the tensor with probability `p` (a number, or a tensor with one for each element), else zeros. */
export function bernoulli_(self: Tensor, p: number | Tensor = 0.5, options: GeneratorOptions = {}): Tensor {
  if (!(p instanceof Tensor)) return refill('bernoulli_', 'BernoulliBackward0', self, bernoulliFill(p), options)
  const inMemoryOrder = permute(expand(p.detach(), self.shape), memoryOrder(self.shape, self.strides).reverse())
  return refill('bernoulli_', 'BernoulliBackward1', self, bernoulliFill(inMemoryOrder), options)
}

/** Writes whole numbers in [low, high) over the tensor; with one bound in [0, bound). */
export function random_(
  self: Tensor,
  low: number | bigint,
  high?: number | bigint | GeneratorOptions,
  options: GeneratorOptions = {},
): Tensor {
  const oneBound = high === undefined || typeof high === 'object'
  const fill = oneBound ? randomInteger(0, low) : randomInteger(low, high)
  return refill('random_', 'RandomBackward0', self, fill, typeof high === 'object' ? high : options)
}

function checkNumbers(operation: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values))
    if (typeof value !== 'number')
      throw new TypeError(`${operation}(): argument '${name}' must be float, not ${describe(value)}`)
}

function refill(operation: string, node: string, self: Tensor, fill: Fill, options: GeneratorOptions): Tensor {
  checkOptions(operation, options, ['generator'])
  const generator = checkGenerator(options.generator)
  return assign(self, old => {
    // drawn apart, in the order in which the elements lie in memory, and copied by the rules of writing in place
    const memory = allocate(old.shape, old.dtype, { device: old.device })
    const drawn = fillNew(viewOf(memory, old.shape, preservedStrides(old)), fill, generator, !old.isContiguous())
    return record(drawn, node, [old], [], gradient => [zerosLike(gradient)])
  })
}
