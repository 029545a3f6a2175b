/**
 * The emitted code by which the caller runs the phases of a program together with the workers.
 *
 * The caller takes chunks as the workers do, and waits only for chunks that somebody has claimed: a worker that sleeps, or
 * that the system has not let run, delays nothing.
 *
 * @module
 */
import { Assembler, Label, Register } from '../assembler/index.js'
import { ARGUMENTS, enter, leave } from './abi.js'
import { CONTROL, callKernel, emitClaimLoop, loadScratchSlot, THREAD } from './claim.js'
import { readClock } from './clock.js'
import {
  ARGUMENTS_BLOCK,
  CALLER_PROCESSOR,
  CLOSED,
  COUNT,
  DONE,
  GENERATION,
  HEAD,
  LIMIT,
  PROGRAM_ARGUMENTS,
  PROGRAM_PHASES,
  PROGRAM_RECORDS,
  PROGRAM_THREADS,
  RECORDS,
  SLEEPERS,
} from './control.js'
import { ALL, futexWake, yieldProcessor } from './systemCalls.js'

const { rax, rbx, rcx, rdx, rbp, rsi, r15 } = Register

/** How often the caller looks whether the last chunks are done before it gives way to other threads. */
const LOOKS = 4000

/** rbx walks along the counts of the phases, rbp along the records. */
const PHASE = rbx
const RECORD = rbp

/** `void run(program)`. `numbered`: see {@link readClock}. */
export function emitParallelRun(control: number, numbered: boolean): Uint8Array {
  const code = new Assembler()
  const finish = new Label()
  enter(code)
  code.setImmediate(CONTROL, control)
  code.setImmediate(THREAD, 0)
  loadScratchSlot(code)
  beginRun(code)

  const phase = code.here()
  const single = new Label()
  const next = new Label()
  code.load(rdx, { base: PHASE })
  code.test(rdx)
  code.jumpIf('equal', finish)
  code.store({ base: CONTROL, displacement: RECORDS }, RECORD)
  code.store({ base: CONTROL, displacement: COUNT }, rdx)
  code.compareImmediate(rdx, 1)
  code.jumpIf('equal', single)
  openPhase(code, numbered)
  emitClaimLoop(code)
  awaitChunks(code, next)

  code.bind(single)
  code.load(r15, { base: CONTROL, displacement: ARGUMENTS_BLOCK })
  callKernel(code, r15, RECORD)

  code.bind(next)
  close(code)
  code.load(RECORD, { base: CONTROL, displacement: COUNT })
  code.shiftLeft(RECORD, 6)
  code.load(rax, { base: CONTROL, displacement: RECORDS })
  code.add(RECORD, rax)
  code.addImmediate(PHASE, 8)
  code.jump(phase)

  code.bind(finish)
  leave(code)
  return code.finish()
}

/** Nothing can be claimed any more; what the head stands for may be changed. The head is closed between runs, too. */
function close(code: Assembler): void {
  code.setImmediate(rax, CLOSED)
  code.store32({ base: CONTROL, displacement: HEAD }, rax)
}

/** Takes over what is the same for all phases of the program that the argument points to. */
function beginRun(code: Assembler): void {
  const program = ARGUMENTS[0]!
  code.load(RECORD, { base: program, displacement: PROGRAM_RECORDS })
  code.loadAddress(PHASE, { base: program, displacement: PROGRAM_PHASES })
  code.load(rax, { base: program, displacement: PROGRAM_ARGUMENTS })
  code.store({ base: CONTROL, displacement: ARGUMENTS_BLOCK }, rax)
  // surplus workers sleep until more threads are allowed
  const same = new Label()
  code.load(rax, { base: program, displacement: PROGRAM_THREADS })
  code.load32(rcx, { base: CONTROL, displacement: LIMIT })
  code.store32({ base: CONTROL, displacement: LIMIT }, rax)
  code.compare(rax, rcx)
  code.jumpIf('belowOrEqual', same)
  futexWake(code, { base: CONTROL, displacement: LIMIT }, ALL)
  code.bind(same)
}

/** Opens the head with a new generation, and wakes as many sleepers as there is work for. */
function openPhase(code: Assembler, numbered: boolean): void {
  const awake = new Label()
  readClock(code, numbered)
  code.store32({ base: CONTROL, displacement: CALLER_PROCESSOR }, rcx)
  code.setImmediate(rax, 0)
  code.store32({ base: CONTROL, displacement: DONE }, rax)
  code.load32(rax, { base: CONTROL, displacement: GENERATION })
  code.addImmediate(rax, 1)
  code.shiftLeft(rax, 32)
  code.exchange({ base: CONTROL, displacement: HEAD }, rax)
  code.load32(rax, { base: CONTROL, displacement: SLEEPERS })
  code.test(rax)
  code.jumpIf('equal', awake)
  code.load(rdx, { base: CONTROL, displacement: COUNT })
  code.addImmediate(rdx, -1)
  futexWake(code, { base: CONTROL, displacement: GENERATION }, { register: rdx })
  code.bind(awake)
}

/** Waits until all chunks are finished, and jumps to `done`. */
function awaitChunks(code: Assembler, done: Label): void {
  const again = code.here()
  code.setImmediate(rsi, LOOKS)
  const look = code.here()
  code.load32(rax, { base: CONTROL, displacement: DONE })
  code.compareMemory(rax, { base: CONTROL, displacement: COUNT })
  code.jumpIf('equal', done)
  code.pause()
  code.decrement(rsi)
  code.jumpIf('notEqual', look)
  yieldProcessor(code)
  code.jump(again)
}
