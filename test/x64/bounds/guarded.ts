/**
 * Memory that traps where it ends.
 */
import { addressOf, NativeBlock } from '../../../src/backends/x64/runtime/index.js'
import { requireNative } from '../../../src/backends/x64/runtime/native.js'
import { wholePages } from '../../../src/backends/x64/runtime/pages.js'

/** What stands around the bytes, on the side that does not trap. */
const PATTERN = 0xab

/** Where the inaccessible page is. */
export type Side = 'before' | 'behind'

/** Bytes with an inaccessible page directly before or directly behind them, and a pattern on the other side. */
export class GuardedBytes {
  readonly address: number
  private readonly block: NativeBlock
  private readonly offset: number
  private readonly byteLength: number

  constructor(
    private readonly name: string,
    side: Side,
    content: ArrayBufferView,
  ) {
    this.byteLength = content.byteLength
    this.block = new NativeBlock(wholePages(this.byteLength))
    this.offset = side === 'behind' ? this.block.byteLength - this.byteLength : 0
    this.address = this.block.address + this.offset
    this.block.write(0, new Uint8Array(this.block.byteLength).fill(PATTERN))
    this.write(content)
  }

  write(content: ArrayBufferView): void {
    this.block.write(this.offset, content)
  }

  /** The bytes as they are now; throws if those around them have changed. */
  read(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.block.byteLength)
    requireNative().memcpy(addressOf(all), this.block.address, all.byteLength)
    const end = this.offset + this.byteLength
    const changed = all.findIndex((byte, i) => (i < this.offset || i >= end) && byte !== PATTERN)
    if (changed >= 0) {
      const where = changed < this.offset ? `${this.offset - changed} bytes before` : `${changed - end} bytes behind`
      throw new Error(`written ${where} the ${this.name} of ${this.byteLength} bytes`)
    }
    return all.slice(this.offset, end)
  }

  release(): void {
    this.block.release()
  }
}
