/**
 * The emitted code that runs when a thread ends whose isolate used machine code: it lets the isolate's workers end and
 * unmaps its memory.
 *
 * @module
 */
import { Assembler, Label, Register } from '../assembler/index.js'
import { ARGUMENTS, enter, leave, SYSCALL_ARGUMENTS } from './abi.js'
import { CONTROL } from './claim.js'
import { CLOSED, GENERATION, HEAD, LIMIT, STOP } from './control.js'
import { ALL, futexWake, unmap } from './systemCalls.js'

const { rax, rbx, rbp } = Register
const [address, length] = SYSCALL_ARGUMENTS as [number, number]

/** Layout of the list of what an isolate holds: how many entries have ever been used. */
export const LIST_USED = 0

/** The pool's control block, or 0. */
export const LIST_CONTROL = 8

/** The key whose value the list is. */
export const LIST_KEY = 16

/** Entries are the address and the length of pages; 0 and 0 if there are none. */
export const FIRST_ENTRY = 32

/** Where the list is, in {@link emitThreadEnd}. */
const LIST = rbx

/**
 * `void end(list)`: the destructor of a thread-specific value, which is the list.
 *
 * The control block and the code of the workers stay mapped: nobody waits for the workers to be gone.
 *
 * @param deleteKey the address of `pthread_key_delete`, so that keys do not run out
 */
export function emitThreadEnd(deleteKey: number): Uint8Array {
  const code = new Assembler()
  enter(code)
  code.move(LIST, ARGUMENTS[0]!)
  endWorkers(code)
  unmapAll(code)
  code.load(ARGUMENTS[0]!, { base: LIST, displacement: LIST_KEY })
  code.setImmediate(rax, deleteKey)
  code.call(rax)
  leave(code)
  return code.finish()
}

function endWorkers(code: Assembler): void {
  const none = new Label()
  code.load(CONTROL, { base: LIST, displacement: LIST_CONTROL })
  code.test(CONTROL)
  code.jumpIf('equal', none)
  code.setImmediate(rax, 1)
  code.store32({ base: CONTROL, displacement: STOP }, rax)
  // all are surplus now
  code.setImmediate(rax, 0)
  code.store32({ base: CONTROL, displacement: LIMIT }, rax)
  code.setImmediate(rax, CLOSED)
  code.store32({ base: CONTROL, displacement: HEAD }, rax)
  code.load32(rax, { base: CONTROL, displacement: GENERATION })
  code.addImmediate(rax, 1)
  code.store32({ base: CONTROL, displacement: GENERATION }, rax)
  futexWake(code, { base: CONTROL, displacement: GENERATION }, ALL)
  futexWake(code, { base: CONTROL, displacement: LIMIT }, ALL)
  code.bind(none)
}

function unmapAll(code: Assembler): void {
  const done = new Label()
  const next = new Label()
  code.load(rbp, { base: LIST, displacement: LIST_USED })
  code.shiftLeft(rbp, 4)
  code.add(rbp, LIST)
  const entry = code.here()
  code.compare(rbp, LIST)
  code.jumpIf('equal', done)
  code.load(address, { base: rbp, displacement: FIRST_ENTRY - 16 })
  code.load(length, { base: rbp, displacement: FIRST_ENTRY - 8 })
  code.test(address)
  code.jumpIf('equal', next)
  unmap(code)
  code.bind(next)
  code.addImmediate(rbp, -16)
  code.jump(entry)
  code.bind(done)
}
