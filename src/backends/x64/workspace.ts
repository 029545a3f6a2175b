/**
 * Memory for what an operation keeps only while it runs. Operations of one JavaScript thread never run at the same
 * time, so they share it.
 *
 * @module
 */
import { NativeBlock } from './runtime/index.js'

let block: NativeBlock | null = null

/** The address of at least so many bytes; what is in them does not last beyond the operation. */
export function workspace(bytes: number): number {
  if (block === null || block.byteLength < bytes) {
    block?.release()
    block = new NativeBlock(bytes)
  }
  return block.address
}
