/**
 * A cursor over JSON text that builds nothing: the reader says what must come next. Unlike `JSON.parse` it refuses
 * duplicate keys (however they are spelled), keeps integers exact, limits the depth, and its errors name the field.
 *
 * @module
 */
import { mismatch, quote, type SafetensorsError, type SafetensorsPlace } from './errors.js'

/** The reference implementation's JSON reader stops at 128; the format itself needs 3. */
const MAX_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ZERO = 0x30
const NINE = 0x39

export class JsonCursor {
  /** What is being read, for messages. */
  private place: SafetensorsPlace = { field: 'header' }
  private at = 0
  private depth = 0

  constructor(private readonly text: string) {}

  /** Reads an object: `placeOf(key)` says what messages call the key's value, `readValue` must read that value. */
  object(placeOf: (key: string) => SafetensorsPlace, readValue: (key: string) => void): void {
    const outer = this.place
    const seen = new Set<string>()
    this.sequence('{', '}', 'an object', () => {
      this.skipSpace()
      const key = this.string('a key in double quotes')
      this.place = placeOf(key)
      if (seen.has(key)) throw mismatch(this.place, `given twice (key ${quote(key)})`, 'no key to occur twice')
      seen.add(key)
      this.punctuation(':')
      readValue(key)
      this.place = outer
    })
  }

  /** Reads an array of at most `most` items; `readItem` must read one item. */
  array<T>(readItem: () => T, most: number): T[] {
    const items: T[] = []
    this.sequence('[', ']', 'an array', () => {
      // refused on the way, not when a list of millions stands in memory
      if (items.length === most) throw mismatch(this.place, `longer than ${most} numbers`, `at most ${most}`)
      items.push(readItem())
    })
    return items
  }

  string(expected = 'a string'): string {
    this.skipSpace()
    const start = this.at
    if (this.text.charCodeAt(start) !== QUOTE) throw this.unexpected(expected)
    let end = start + 1
    let escaped = false
    for (let code = this.text.charCodeAt(end); code !== QUOTE; code = this.text.charCodeAt(end)) {
      // past the end charCodeAt gives NaN, which is not above 0x1f either
      if (!(code > 0x1f)) throw this.unexpected('a string that ends, without control characters')
      if (code === BACKSLASH) escaped = true
      end += code === BACKSLASH ? 2 : 1
    }
    this.at = end + 1
    if (!escaped) return this.text.slice(start + 1, end)
    const value = this.parse(start, 'a string with JSON escapes') as string
    // \ud800 alone stands for no character, and would become another name when encoded again
    if (/\p{Surrogate}/u.test(value)) throw this.unexpected('a string of whole Unicode characters', start)
    return value
  }

  /** A non-negative integer written with digits alone (no sign, point or exponent), at most 2^53 - 1. */
  integer(): number {
    this.skipSpace()
    const start = this.at
    let value = 0
    let end = start
    for (let digit = this.digitAt(end); digit >= 0; digit = this.digitAt(++end)) value = value * 10 + digit
    const plain = end > start && (end === start + 1 || this.digitAt(start) > 0) && this.numberEnd(end) === end
    // once beyond 2^53 the value stays there, and the rounding of it does not matter
    if (!plain || !Number.isSafeInteger(value)) throw this.unexpected('a non-negative integer of at most 2^53 - 1')
    this.at = end
    return value
  }

  /** Reads over a value of any kind. */
  skip(): void {
    this.skipSpace()
    const start = this.at
    const inside = this.place
    switch (this.text[start]) {
      case '{':
        this.object(
          () => inside,
          () => this.skip(),
        )
        return
      case '[':
        this.sequence('[', ']', 'an array', () => this.skip())
        return
      case '"':
        this.string()
        return
      default: {
        const literal = ['true', 'false', 'null'].find(word => this.text.startsWith(word, start))
        this.at = literal === undefined ? this.numberEnd() : start + literal.length
        if (literal === undefined) this.parse(start, 'a JSON value')
      }
    }
  }

  /** Nothing but white space may be left. */
  end(): void {
    this.skipSpace()
    if (this.at < this.text.length) throw this.unexpected('nothing but padding after the closing brace')
  }

  /** Reads `open item , item ... close`. */
  private sequence(open: string, close: string, expected: string, readItem: () => void): void {
    this.skipSpace()
    if (this.text[this.at] !== open) throw this.unexpected(expected)
    if (++this.depth > MAX_DEPTH) throw this.unexpected(`at most ${MAX_DEPTH} levels of nesting`)
    this.at++
    this.skipSpace()
    if (this.text[this.at] === close) this.at++
    else {
      for (;;) {
        readItem()
        this.skipSpace()
        if (this.text[this.at] === close) break
        this.punctuation(',', `',' or '${close}'`)
      }
      this.at++
    }
    this.depth--
  }

  private punctuation(mark: string, expected = `'${mark}'`): void {
    this.skipSpace()
    if (this.text[this.at] !== mark) throw this.unexpected(expected)
    this.at++
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return
      this.at++
    }
  }

  /** The digit at a place, or -1. */
  private digitAt(at: number): number {
    const code = this.text.charCodeAt(at)
    return code >= ZERO && code <= NINE ? code - ZERO : -1
  }

  /** Where the run of characters that numbers are made of ends. */
  private numberEnd(end = this.at): number {
    while (end < this.text.length && (this.digitAt(end) >= 0 || '+-.eE'.includes(this.text[end]!))) end++
    return end
  }

  /** The string or number between `start` and here, read by `JSON.parse`, which knows the escapes and the grammar. */
  private parse(start: number, expected: string): unknown {
    try {
      return JSON.parse(this.text.slice(start, this.at))
    } catch {
      throw this.unexpected(expected, start)
    }
  }

  private unexpected(expected: string, at = this.at): SafetensorsError {
    const found = at < this.text.length ? quote(this.text.slice(at, at + 200), 24) : 'cut off'
    return mismatch(this.place, `${found} (character ${at} of the header)`, expected)
  }
}
