/**
 * Many draws at a time: each by itself takes three times as long.
 *
 * @module
 */
import type { Generator } from './generator.js'

/** Words that are drawn at a time, at most: an even number, as some elements take two. */
const WORDS = 624

const words = new Uint32Array(WORDS)

/**
 * Calls with the random words of `count` elements, in order and a block of elements at a time, those from `first` on.
 *
 * @param perElement words that an element takes
 */
export function eachBlock(
  count: number,
  perElement: 1 | 2,
  generator: Generator,
  visit: (words: Uint32Array, first: number) => void,
): void {
  const most = WORDS / perElement
  for (let first = 0; first < count; first += most) {
    const own = words.subarray(0, Math.min(most, count - first) * perElement)
    generator.fillRandom32(own)
    visit(own, first)
  }
}
