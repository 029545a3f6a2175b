/**
 * PyTorch's CPU random generator: the same seed gives the same numbers.
 *
 * @module
 */
import { decodeState, encodeState } from './generator-state.js'
import { Mt19937 } from './mt19937.js'
import { DEFAULT_SEED, entropySeed, toSeed } from './seed.js'

/**
 * A source of random numbers (`torch.Generator`, at::CPUGeneratorImpl).
 *
 * @example new Generator().manualSeed(0).random32() // 2357136044
 */
export class Generator {
  private readonly engine = new Mt19937()
  private seedValue = 0n
  /** The second number of the last Box-Muller pair, which the next normal draw takes. Used by the fill functions. */
  nextDoubleNormal: number | null = null
  private nextFloatNormal: number | null = null

  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.manualSeed(seed)
  }

  /**
   * Starts the sequence of a seed. As in PyTorch, negative seeds wrap to 64 bits, and only the lower 32 bits decide the
   * sequence.
   */
  manualSeed(seed: number | bigint): this {
    this.seedValue = toSeed(seed)
    this.engine.seed(Number(this.seedValue & 0xffff_ffffn))
    this.nextDoubleNormal = null
    this.nextFloatNormal = null
    return this
  }

  /** The seed last set, as an unsigned 64-bit number. */
  initialSeed(): bigint {
    return this.seedValue
  }

  /** Seeds with a number from the system's entropy, and returns it. */
  seed(): bigint {
    const seed = entropySeed()
    this.manualSeed(seed)
    return seed
  }

  /** The whole state, in the bytes of `torch.get_rng_state()`. */
  getState(): Uint8Array {
    return encodeState({
      seed: this.seedValue,
      engine: this.engine,
      nextDoubleNormal: this.nextDoubleNormal,
      nextFloatNormal: this.nextFloatNormal,
    })
  }

  /** Continues from a state of `getState()` or of PyTorch. A bad state throws and changes nothing. */
  setState(state: Uint8Array): this {
    const decoded = decodeState(state)
    this.seedValue = decoded.seed
    this.engine.words.set(decoded.engine.words)
    this.engine.left = decoded.engine.left
    this.engine.next = decoded.engine.next
    this.nextDoubleNormal = decoded.nextDoubleNormal
    this.nextFloatNormal = decoded.nextFloatNormal
    return this
  }

  /** A generator that will draw the same numbers as this one, and is independent of it. */
  clone(): Generator {
    return new Generator().setState(this.getState())
  }

  /** Uniform in [0, 2^32). */
  random32(): number {
    return this.engine.random()
  }

  /** The lower 53 bits of `random64()`, without a bigint. */
  random53(): number {
    const high = this.engine.random() & 0x1fffff
    return high * 2 ** 32 + this.engine.random()
  }

  /** Uniform in [0, 2^64): the first draw is the upper half. */
  random64(): bigint {
    const high = BigInt(this.engine.random())
    return (high << 32n) | BigInt(this.engine.random())
  }
}

/** The generator of every random function that is not given one. Seeded from entropy, as in PyTorch. */
export const defaultGenerator: Generator = /* @__PURE__ */ new Generator(/* @__PURE__ */ entropySeed())

/** Seeds the default generator and returns it (`torch.manual_seed`). */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed)
}
