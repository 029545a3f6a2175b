/**
 * The emitted loop in which a thread takes the chunks of the current phase, one after the other, until none is left. The
 * caller and the workers run the same one.
 *
 * @module
 */
import { type Assembler, type General, Label, Register } from '../assembler/index.js'
import { ARGUMENTS } from './abi.js'
import { ARGUMENTS_BLOCK, COUNT, DONE, HEAD, LIMIT, RECORDS, SCRATCH } from './control.js'

const { rax, rcx, rdx, rbp, r8, r12, r13, r14, r15 } = Register

/** Registers that the loop expects: the control block's address, the thread's number, where its scratch address stands. */
export const CONTROL: General = r12
export const THREAD: General = r13
export const SCRATCH_SLOT: General = r14

const RECORD = rbp

/** Sets up {@link SCRATCH_SLOT} from the other two. */
export function loadScratchSlot(code: Assembler): void {
  code.loadAddress(SCRATCH_SLOT, { base: CONTROL, index: THREAD, scale: 8, displacement: SCRATCH })
}

/** Calls the kernel of the record at `record`, for this thread: void f(arguments, record, scratch). */
export function callKernel(code: Assembler, args: General, record: General): void {
  code.move(ARGUMENTS[0]!, args)
  code.move(ARGUMENTS[1]!, record)
  code.load(ARGUMENTS[2]!, { base: SCRATCH_SLOT })
  code.load(rax, { base: record })
  code.call(rax)
}

/**
 * Emits the loop. What it reads between the head and the exchange of the head belongs to the generation in the head, or
 * else the exchange fails: the caller closes the head before it changes any of it, and opens it after with a new generation.
 * (x86 keeps loads in order and stores in order.)
 */
export function emitClaimLoop(code: Assembler): void {
  const end = new Label()
  const next = code.here()
  code.load(rax, { base: CONTROL, displacement: HEAD })
  code.move32(rcx, rax)
  code.compareMemory(rcx, { base: CONTROL, displacement: COUNT })
  code.jumpIf('aboveOrEqual', end)
  code.load32(rdx, { base: CONTROL, displacement: LIMIT })
  code.compare(THREAD, rdx)
  code.jumpIf('aboveOrEqual', end)
  code.load(RECORD, { base: CONTROL, displacement: RECORDS })
  code.load(r15, { base: CONTROL, displacement: ARGUMENTS_BLOCK })
  code.loadAddress(r8, { base: rax, displacement: 1 })
  code.compareExchange({ base: CONTROL, displacement: HEAD }, r8)
  code.jumpIf('notEqual', next)
  // 64 bytes a record
  code.shiftLeft(rcx, 6)
  code.add(RECORD, rcx)
  callKernel(code, r15, RECORD)
  code.setImmediate(rax, 1)
  code.exchangeAdd32({ base: CONTROL, displacement: DONE }, rax)
  code.jump(next)
  code.bind(end)
}
