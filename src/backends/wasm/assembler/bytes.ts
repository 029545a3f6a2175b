/**
 * Bytes of a WebAssembly module under construction.
 *
 * Source: WebAssembly Core Specification, section 5.2 (values).
 *
 * @module
 */

const FIRST_CAPACITY = 256

export class ByteWriter {
  private bytes = new Uint8Array(FIRST_CAPACITY)
  private used = 0

  get length(): number {
    return this.used
  }

  byte(...values: number[]): void {
    this.reserve(values.length)
    for (const value of values) this.bytes[this.used++] = value
  }

  append(bytes: ArrayLike<number>): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.used)
    this.used += bytes.length
  }

  /** A whole number in [0, 2^32) as LEB128: seven bits a byte, lowest first. */
  unsigned(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 32)) throw new Error(`${value} has no 32 bits`)
    let rest = value
    while (rest > 127) {
      this.byte((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  /** A whole number in [-2^31, 2^31) as signed LEB128. */
  signed(value: number): void {
    if (value !== (value | 0)) throw new Error(`${value} has no 32 bits with a sign`)
    let rest = value
    // the last byte's bit 6 is the sign of the whole
    while (rest > 63 || rest < -64) {
      this.byte((rest & 127) | 128)
      rest >>= 7
    }
    this.byte(rest & 127)
  }

  /** UTF-8 behind its length. */
  name(text: string): void {
    this.vector(new TextEncoder().encode(text))
  }

  /** Bytes behind their number. */
  vector(bytes: ArrayLike<number>): void {
    this.unsigned(bytes.length)
    this.append(bytes)
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.used)
  }

  private reserve(count: number): void {
    if (this.used + count <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.used + count))
    larger.set(this.bytes.subarray(0, this.used))
    this.bytes = larger
  }
}
