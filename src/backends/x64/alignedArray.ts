/**
 * Arrays that begin at a cache line, so that no vector of them lies in two.
 *
 * @module
 */
import { CACHE_LINE } from '../../kernel/cacheLine.js'
import type { Element } from '../../kernel/machine.js'
import { addressOf, prepareMemory } from './runtime/index.js'

/** A zero-filled array of so many elements, at a multiple of 64 bytes. */
export function alignedArray(element: Element, length: number): Float32Array | Float64Array {
  const bytes = element === 'float64' ? 8 : 4
  const buffer = new ArrayBuffer(length * bytes + CACHE_LINE)
  const whole = new Uint8Array(buffer)
  prepareMemory(whole)
  const offset = -addressOf(whole) & (CACHE_LINE - 1)
  return element === 'float64' ? new Float64Array(buffer, offset, length) : new Float32Array(buffer, offset, length)
}
