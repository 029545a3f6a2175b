/**
 * The Mersenne Twister MT19937, the engine under PyTorch's CPU generator.
 *
 * M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM TOMACS 8(1), 1998. The counters `left` and `next` are those of ATen/core/MT19937RNGEngine.h, because
 * saved generator states contain them.
 *
 * @module
 */

/** Words of state. */
export const STATE_WORDS = 624

const SHIFT = 397
const TWIST_MATRIX = 0x9908b0df

/**
 * Combines the top bit of `u` with the other bits of `v`, and multiplies by the twist matrix. Without a branch: none foresees the
 * last bit of a random number.
 */
function twist(u: number, v: number): number {
  const mixed = (u & 0x80000000) | (v & 0x7fffffff)
  return (mixed >>> 1) ^ (-(v & 1) & TWIST_MATRIX)
}

/** A 32-bit random engine. All of its state is public: `generator-state.ts` saves and restores it. */
export class Mt19937 {
  readonly words = new Uint32Array(STATE_WORDS)
  /** Draws until the words are twisted again, plus one. */
  left = 1
  /** The word that the next draw reads. */
  next = 0

  /** Starts the sequence that belongs to a seed of 32 bits. */
  seed(seed: number): void {
    const words = this.words
    words[0] = seed
    for (let i = 1; i < STATE_WORDS; i++) {
      const previous = words[i - 1]
      words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i
    }
    this.left = 1
    this.next = 0
  }

  /** The next random number, uniform in [0, 2^32). */
  random(): number {
    if (--this.left === 0) this.twistAll()
    let y = this.words[this.next++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    y ^= y >>> 18
    return y >>> 0
  }

  private twistAll(): void {
    const words = this.words
    let i = 0
    for (; i < STATE_WORDS - SHIFT; i++) words[i] = words[i + SHIFT] ^ twist(words[i], words[i + 1])
    for (; i < STATE_WORDS - 1; i++) words[i] = words[i + SHIFT - STATE_WORDS] ^ twist(words[i], words[i + 1])
    words[i] = words[SHIFT - 1] ^ twist(words[i], words[0])
    this.left = STATE_WORDS
    this.next = 0
  }
}
