/**
 * The time and the processor that a thread runs on, in emitted code.
 *
 * @module
 */
import { type Assembler, Register } from '../assembler/index.js'

const { rcx } = Register

/**
 * edx:eax = the timestamp counter, ecx = the number of the processor. Where the processor does not tell (some virtual
 * machines hide RDTSCP) that number is always 0: all threads seem to share one processor.
 */
export function readClock(code: Assembler, numbered: boolean): void {
  if (numbered) {
    code.readTimestampAndProcessor()
    return
  }
  code.readTimestamp()
  code.setImmediate(rcx, 0)
}
