/**
 * The constants that follow the code, and the places in it that refer to them.
 *
 * @module
 */
import type { ConstantAddress } from './registers.js'

/** Constants are aligned to a cache line, so that a vector of them never straddles two. */
export const CONSTANT_ALIGNMENT = 64

/** A distance to a constant, known when the constants have a place. */
interface Reference {
  /** Where the distance stands. */
  readonly at: number
  /** Where the instruction ends, from which the distance counts. */
  end: number
  readonly offset: number
}

export const roundUp = (length: number) => Math.ceil(length / CONSTANT_ALIGNMENT) * CONSTANT_ALIGNMENT

export class ConstantPool {
  private readonly values: Uint8Array[] = []
  private readonly offsets = new Map<string, number>()
  private readonly references: Reference[] = []
  /** Bytes of all constants, each rounded up to a cache line. */
  length = 0

  /** A place for these bytes; equal constants share it. */
  add(bytes: Uint8Array): ConstantAddress {
    if (bytes.length === 0 || bytes.length % 4 !== 0) {
      throw new RangeError(`constant(): ${bytes.length} bytes are no constant: give a multiple of 4, at least 4`)
    }
    const key = bytes.join()
    let offset = this.offsets.get(key)
    if (offset === undefined) {
      offset = this.length
      this.values.push(bytes.slice())
      this.offsets.set(key, offset)
      this.length += roundUp(bytes.length)
    }
    return { constant: offset }
  }

  check(offset: number): void {
    if (!(offset >= 0 && offset < this.length)) {
      throw new RangeError(`no constant at offset ${offset} of ${this.length}: use what constant() returned`)
    }
  }

  /** The 32-bit distance at `at` leads to a constant. */
  refer(at: number, offset: number): void {
    this.references.push({ at, end: at + 4, offset })
  }

  /** If the instruction just written refers to a constant with its last bytes: one more byte follows. */
  extend(position: number): void {
    const last = this.references.at(-1)
    if (last !== undefined && last.end === position) last.end++
  }

  /** Writes the constants behind `start` and the distances to them. */
  place(all: Uint8Array, start: number): void {
    let at = start
    for (const value of this.values) {
      all.set(value, at)
      at += roundUp(value.length)
    }
    const view = new DataView(all.buffer)
    for (const { at, end, offset } of this.references) view.setInt32(at, start + offset - end, true)
  }
}
