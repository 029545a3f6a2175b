/**
 * Random tensors, and comparison of tensors without tolerance.
 *
 * Most properties are tested on small integers: all sums are then exact in every floating dtype, so that two ways to
 * the same result must agree to the bit, and a wrong index cannot hide behind a tolerance.
 *
 * @module
 */
import { type DType, type Shape, type Tensor, tensor } from '../../../src/index.js'
import { dtypeInfo } from '../../../src/tensor/dtype.js'

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

interface NumberOptions {
  readonly dtype?: DType
  /** The largest absolute value. Default: 4. */
  readonly bound?: number
  /** The values are multiples of 1 / denominator. Default: 1. */
  readonly denominator?: number
}

/** A tensor of random multiples of 1 / denominator between -bound and bound. */
export function numbers(
  seed: number,
  shape: Shape,
  { dtype = 'float64', bound = 4, denominator = 1 }: NumberOptions = {},
): Tensor {
  const next = generator(seed)
  const steps = bound * denominator
  const length = shape.reduce((product, size) => product * size, dtypeInfo(dtype).components)
  const drawn = Float64Array.from({ length }, () => (Math.floor(next() * (2 * steps + 1)) - steps) / denominator)
  return tensor(drawn, { shape: [...shape], dtype })
}

/** The elements as doubles, complex ones interleaved. */
export function values(one: Tensor): number[] {
  const wide = one.detach().to(dtypeInfo(one.dtype).components === 2 ? 'complex128' : 'float64')
  return Array.from(wide.dataSync() as Float64Array)
}

/** The sum of the elementwise products. */
export function dot(a: Tensor, b: Tensor): number {
  const [left, right] = [values(a), values(b)]
  if (String(a.shape) !== String(b.shape)) throw new Error(`dot of shapes [${a.shape}] and [${b.shape}]`)
  return left.reduce((sum, value, i) => sum + value * right[i]!, 0)
}

/** Throws unless shape, dtype and every element are equal; 0 and -0 are equal, and NaN is equal to NaN. */
export function assertSame(actual: Tensor, expected: Tensor, what = 'tensors'): void {
  assertAlike(actual, expected, what)
  const [a, b] = [values(actual), values(expected)]
  const at = a.findIndex((value, i) => value !== b[i] && !(Number.isNaN(value) && Number.isNaN(b[i]!)))
  if (at >= 0) throw new Error(`${what} of shape [${actual.shape}] differ at ${at}: ${a[at]} instead of ${b[at]}`)
}

function assertAlike(actual: Tensor, expected: Tensor, what: string): void {
  if (String(actual.shape) !== String(expected.shape)) {
    throw new Error(`${what}: shape [${actual.shape}] instead of [${expected.shape}]`)
  }
  if (actual.dtype !== expected.dtype) throw new Error(`${what}: ${actual.dtype} instead of ${expected.dtype}`)
}
