/**
 * Which seeds are accepted, and what they mean.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'

/** The seed of a new `Generator`: PyTorch's `c10::detail::default_rng_seed_val`. */
export const DEFAULT_SEED = 67280421310721n

/**
 * A seed as the unsigned 64-bit number that PyTorch makes of it: negative seeds wrap, so -1 is 0xffff_ffff_ffff_ffff.
 *
 * @throws RuntimeError for what is not an integer in [-0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff].
 */
export function toSeed(seed: unknown): bigint {
  if (typeof seed !== 'bigint' && !Number.isInteger(seed)) {
    const kind = typeof seed === 'number' ? `the number ${seed}` : typeof seed
    throw new RuntimeError(`manual_seed expected a long, but got ${kind}`)
  }
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RuntimeError(
      `manual_seed: a seed beyond 2^53 - 1 must be given as a bigint to be exact, but got the number ${seed}`,
    )
  }
  const value = BigInt(seed as number | bigint)
  if (value < -0x8000_0000_0000_0000n || value > 0xffff_ffff_ffff_ffffn) {
    throw new RuntimeError(
      `Overflow when unpacking long: seed must be in [-0x8000000000000000, 0xffffffffffffffff], but got seed=${value}`,
    )
  }
  return BigInt.asUintN(64, value)
}

/** A seed from the system's entropy. */
export function entropySeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]
}
