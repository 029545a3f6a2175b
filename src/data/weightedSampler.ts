/**
 * Samples drawn with weights: `torch.multinomial` behind a sampler.
 *
 * @module
 */
import { describe, RuntimeError, ValueError } from '../errors.js'
import { checkGenerator, type GeneratorOptions } from '../ops/creation/fillRandom.js'
import { checkOptions } from '../options.js'
import type { Generator } from '../tensor/random/generator.js'
import { drawDouble } from './draws.js'
import { checkSampleCount, type Sampler } from './samplers.js'

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions extends GeneratorOptions {
  /** The number of samples to draw. */
  numSamples: number
  /** Draw each sample from all. Default: true */
  replacement?: boolean
}

/**
 * Samples in random order, each as probable as its weight says.
 *
 * @param weights not negative; they need not add up to one
 * @throws RuntimeError for more samples than weights without replacement, and weights that are negative or all zero
 * @example new WeightedRandomSampler(labels.map(label => 1 / frequency[label]), { numSamples: labels.length })
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
 */
export class WeightedRandomSampler implements Sampler {
  readonly length: number
  private readonly weights: Float64Array
  private readonly replacement: boolean
  private readonly generator: Generator | undefined

  constructor(weights: ArrayLike<number>, options: WeightedRandomSamplerOptions) {
    const known = checkOptions('WeightedRandomSampler', options, ['numSamples', 'replacement', 'generator'])
    const { numSamples, replacement = true, generator } = known
    if (typeof replacement !== 'boolean') {
      throw new ValueError(`replacement should be a boolean value, but got replacement=${describe(replacement)}`)
    }
    this.length = checkSampleCount(numSamples)
    this.weights = Float64Array.from(weights)
    this.replacement = replacement
    this.generator = generator && checkGenerator(generator)
    if (!this.weights.every(weight => weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RuntimeError('probability tensor contains either `inf`, `nan` or element < 0')
    }
    if (!this.weights.some(weight => weight > 0)) {
      throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)')
    }
    if (!replacement && numSamples > this.weights.length) {
      throw new RuntimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement')
    }
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const generator = checkGenerator(this.generator)
    yield* this.replacement ? this.independent(generator) : this.ordered(generator)
  }

  /** Each by looking up a uniform number among the accumulated weights. */
  private independent(generator: Generator): number[] {
    let sum = 0
    const upTo = this.weights.map(weight => {
      sum += weight
      return sum
    })
    const shares = upTo.map(own => own / sum)
    shares[shares.length - 1] = 1
    return Array.from({ length: this.length }, () => firstAtLeast(shares, drawDouble(generator)))
  }

  /** The samples whose weight over an exponential number is largest (Efraimidis and Spirakis). */
  private ordered(generator: Generator): number[] {
    const keys = this.weights.map(weight => weight / -Math.log(1 - drawDouble(generator)))
    const order = Array.from(keys, (_, i) => i).sort((a, b) => keys[b]! - keys[a]!)
    return order.slice(0, this.length)
  }
}

/** The first position whose value is not below `bound`, in rising values. */
function firstAtLeast(values: Float64Array, bound: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! < bound) low = middle + 1
    else high = middle
  }
  return low
}
