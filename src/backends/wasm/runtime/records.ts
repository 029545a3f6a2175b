/**
 * Tasks as kernels find them in memory.
 *
 * @module
 */
import type { Task } from '../../../kernel/program.js'

/** A record: the kernel's number, then seven parameters, in slots of eight bytes. */
export const RECORD_BYTES = 64
export const SLOT_WORDS = 2

const RECORD_WORDS = RECORD_BYTES / 4

export function recordsOf(tasks: readonly Task[]): Int32Array {
  const records = new Int32Array(tasks.length * RECORD_WORDS)
  for (const [i, { kernel, parameters }] of tasks.entries()) {
    for (const [slot, value] of [kernel, ...parameters].entries()) records[i * RECORD_WORDS + slot * SLOT_WORDS] = value
  }
  return records
}
