/**
 * Working memory of the threads: one block for each, which grows to the largest size asked for.
 *
 * @module
 */
import { SCRATCH } from './control.js'
import { NativeBlock } from './memory.js'

/** The smallest block: the 64 bytes that kernels use as they like, and some more. */
const SMALLEST = 4096

export class Scratch {
  private readonly blocks: NativeBlock[] = []
  /** The first so many threads have blocks of at least so many bytes. */
  private threads = 0
  private bytes = 0

  constructor(private readonly control: NativeBlock) {}

  /** Sees to it that each of the first `threads` threads has `bytes` bytes. Only between runs. */
  reserve(threads: number, bytes: number): void {
    if (threads <= this.threads && bytes <= this.bytes) return
    this.bytes = Math.max(this.bytes, bytes, SMALLEST)
    this.threads = Math.max(this.threads, threads)
    for (let thread = 0; thread < this.threads; thread++) this.grow(thread)
  }

  private grow(thread: number): void {
    const old = this.blocks[thread]
    if (old && old.byteLength >= this.bytes) return
    const block = new NativeBlock(this.bytes)
    const entry = new Uint32Array([block.address, block.address / 2 ** 32])
    this.control.write(SCRATCH + 8 * thread, entry)
    this.blocks[thread] = block
    old?.release()
  }
}
