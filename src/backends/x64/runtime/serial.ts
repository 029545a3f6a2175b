/**
 * The emitted loop that runs all records of a program one after the other on the calling thread.
 *
 * @module
 */
import { Assembler, Register } from '../assembler/index.js'
import { ARGUMENTS, enter, leave } from './abi.js'
import { CONTROL, callKernel, loadScratchSlot, THREAD } from './claim.js'
import { PROGRAM_ARGUMENTS, PROGRAM_COUNT, PROGRAM_RECORDS, RECORD_BYTES } from './control.js'

const { rbx, rbp, r15 } = Register

/** `void run(program)`, for programs with at least one record. */
export function emitSerialRun(control: number): Uint8Array {
  const code = new Assembler()
  const program = ARGUMENTS[0]!
  enter(code)
  code.setImmediate(CONTROL, control)
  code.setImmediate(THREAD, 0)
  loadScratchSlot(code)
  code.load(rbp, { base: program, displacement: PROGRAM_RECORDS })
  code.load(rbx, { base: program, displacement: PROGRAM_COUNT })
  code.load(r15, { base: program, displacement: PROGRAM_ARGUMENTS })
  const next = code.here()
  callKernel(code, r15, rbp)
  code.addImmediate(rbp, RECORD_BYTES)
  code.decrement(rbx)
  code.jumpIf('notEqual', next)
  leave(code)
  return code.finish()
}
