/**
 * Splitting a dataset at random.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkGenerator, type GeneratorOptions } from '../ops/creation/fillRandom.js'
import { checkOptions } from '../options.js'
import { randomPermutation } from '../tensor/random/integers.js'
import { asDataset, type DatasetLike, Subset } from './dataset.js'

/**
 * Splits a dataset at random into parts that do not overlap.
 *
 * @param lengths whole numbers that add up to the dataset's length, or fractions that add up to 1 (what is left over by
 * rounding down goes to the first parts, one sample each)
 * @throws ValueError for lengths that do not
 * @example const [train, test] = randomSplit(dataset, [0.9, 0.1], { generator: new Generator(42) })
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 */
export function randomSplit<Sample>(
  dataset: DatasetLike<Sample>,
  lengths: readonly number[],
  options: GeneratorOptions = {},
): Subset<Sample>[] {
  checkOptions('randomSplit', options, ['generator'])
  const whole = asDataset(dataset)
  const generator = checkGenerator(options.generator)
  if (!Array.isArray(lengths)) {
    throw new TypeError(`randomSplit: lengths must be an array of numbers, but got ${describe(lengths)}`)
  }
  const sizes = isFractions(lengths) ? fromFractions(lengths, whole.length) : lengths
  const bad = sizes.find(size => !Number.isSafeInteger(size) || size < 0)
  if (bad !== undefined)
    throw new ValueError(`lengths must be whole numbers or fractions that add up to 1, but got ${bad}`)
  if (sum(sizes) !== whole.length) {
    throw new ValueError(
      `Sum of input lengths does not equal the length of the input dataset! They add up to ${sum(sizes)}, and it has ${whole.length} samples.`,
    )
  }
  const indices = Array.from(randomPermutation(whole.length, generator), Number)
  let end = 0
  return sizes.map(size => {
    end += size
    return new Subset(whole, indices.slice(end - size, end))
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** Python's `math.isclose(sum, 1) and sum <= 1`. */
function isFractions(lengths: readonly number[]): boolean {
  const total = sum(lengths)
  return total <= 1 && 1 - total <= 1e-9
}

function fromFractions(fractions: readonly number[], length: number): number[] {
  const sizes = fractions.map((fraction, i) => {
    if (fraction < 0 || fraction > 1) throw new ValueError(`Fraction at index ${i} is not between 0 and 1`)
    return Math.floor(length * fraction)
  })
  const rest = length - sum(sizes)
  for (let i = 0; i < rest; i++) sizes[i % sizes.length]! += 1
  return sizes
}
