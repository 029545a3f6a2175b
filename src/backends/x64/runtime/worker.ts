/**
 * The emitted code of a worker thread: it looks for chunks for a while, then sleeps until there are new ones.
 *
 * @module
 */
import { Assembler, Label, Register } from '../assembler/index.js'
import { ARGUMENTS, enter, leave } from './abi.js'
import { CONTROL, emitClaimLoop, loadScratchSlot, THREAD } from './claim.js'
import { readClock } from './clock.js'
import { CALLER_PROCESSOR, COUNT, GENERATION, HEAD, LIMIT, SLEEPERS, STOP } from './control.js'
import { futexWait, yieldProcessor } from './systemCalls.js'

const { rax, rbx, rcx, rdx, rbp, r15 } = Register

/** How long a worker looks for chunks before it sleeps, in ticks of the timestamp counter: about a millisecond. */
const SPIN_TICKS = 2_500_000

/** After how many pauses (10 us or less) it looks at the time, and at where it stands. */
const PAUSES = 256

/** rax = the timestamp counter, rcx = the number of the processor; destroys rdx. */
function readTicks(code: Assembler, numbered: boolean): void {
  readClock(code, numbered)
  code.shiftLeft(rdx, 32)
  code.add(rax, rdx)
}

/**
 * `void *worker(thread)`: the start routine of a thread, given its number (1, 2, ...).
 *
 * @param numbered whether the processor tells its number; without it a waiting worker gives way wherever it is
 */
export function emitWorker(control: number, numbered: boolean): Uint8Array {
  const code = new Assembler()
  const work = new Label()
  const surplus = new Label()
  const finish = new Label()
  enter(code)
  code.move(THREAD, ARGUMENTS[0]!)
  code.setImmediate(CONTROL, control)
  loadScratchSlot(code)

  const idle = code.here()
  readTicks(code, numbered)
  code.move(rbx, rax)
  code.setImmediate(r15, PAUSES)
  const spin = code.here()
  // The head before the limit: whoever lowers the limit for good changes the generation after it, so a worker that sees
  // the old limit sleeps on the old generation, that is, not at all.
  code.load(rbp, { base: CONTROL, displacement: HEAD })
  code.load32(rcx, { base: CONTROL, displacement: LIMIT })
  code.compare(THREAD, rcx)
  code.jumpIf('aboveOrEqual', surplus)
  code.move32(rcx, rbp)
  code.compareMemory(rcx, { base: CONTROL, displacement: COUNT })
  code.jumpIf('below', work)
  code.pause()
  code.decrement(r15)
  code.jumpIf('notEqual', spin)
  code.setImmediate(r15, PAUSES)
  // On the very processor that the caller runs on, or would if this thread were not there: gives way.
  const elsewhere = new Label()
  readTicks(code, numbered)
  code.load32(rdx, { base: CONTROL, displacement: CALLER_PROCESSOR })
  code.compare(rcx, rdx)
  code.jumpIf('notEqual', elsewhere)
  yieldProcessor(code)
  readTicks(code, numbered)
  code.bind(elsewhere)
  code.subtract(rax, rbx)
  code.compareImmediate(rax, SPIN_TICKS)
  code.jumpIf('below', spin)

  // Announced before the system compares the generation, so that the caller, who opens a new one and then looks for
  // sleepers, either sees this one or has changed the generation in time.
  code.shiftRight(rbp, 32)
  code.setImmediate(rax, 1)
  code.exchangeAdd32({ base: CONTROL, displacement: SLEEPERS }, rax)
  futexWait(code, { base: CONTROL, displacement: GENERATION }, rbp)
  code.setImmediate(rax, -1)
  code.exchangeAdd32({ base: CONTROL, displacement: SLEEPERS }, rax)
  code.jump(idle)

  code.bind(work)
  emitClaimLoop(code)
  code.jump(idle)

  code.bind(surplus)
  code.load32(rax, { base: CONTROL, displacement: STOP })
  code.test(rax)
  code.jumpIf('notEqual', finish)
  futexWait(code, { base: CONTROL, displacement: LIMIT }, rcx)
  code.jump(idle)

  code.bind(finish)
  leave(code)
  return code.finish()
}
