/**
 * A program: the calls of kernels that make up one operation, prepared once and run with one call from JavaScript.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import { SERIAL_STEP } from '../../../kernel/program.js'
import { getNumThreads } from '../../threads.js'
import { addressOf } from './addresses.js'
import { PROGRAM_PHASES, PROGRAM_THREADS, RECORD_BYTES } from './control.js'
import { setUpHeap } from './heap.js'
import type { CodeBlock } from './memory.js'
import { pool } from './pool.js'

/** 64-bit words of a record. */
const RECORD_WORDS = RECORD_BYTES / 8

/** Room for the serial number and 63 addresses. */
const ARGUMENT_WORDS = 64

/** The arguments and the records start at a cache line. */
const LINE_WORDS = 8

export interface ProgramOptions {
  /** Bytes of working memory that each thread needs. Default: 64, which it always has. */
  readonly scratchBytes?: number
  /** What the records point to (code, tables); kept for as long as the program. */
  readonly keep?: readonly (CodeBlock | ArrayBufferView)[]
}

/** Among the 32-bit words of a program. */
const THREADS_AT = PROGRAM_THREADS / 4

/** Makes each run's serial number different; 0 stands for none. */
let runs = 0

/** What a run in progress uses. It stands outside the call, so that no optimiser thinks it unused while native code runs. */
const inUse: { program: Program | null; operands: unknown } = { program: null, operands: null }

/**
 * Phases of task records. The records of a phase are run in any order and at the same time; each phase begins when the one
 * before it is done.
 *
 * A record is eight 64-bit words: the address of a kernel, then seven parameters of the kernel's own. A kernel is
 * `void f(arguments, record, scratch)` in the calling convention of {@link abi}: `arguments[0]` is a number that no other
 * run has, the addresses given to {@link Program.run} follow; `scratch` is the running thread's own memory, aligned to a
 * page, whose contents stay from run to run until it grows, when it is zeroed.
 *
 * @example
 * const block = installCode(kernel)
 * const program = new Program([new BigInt64Array([BigInt(block.address), 5n, 0n, 0n, 0n, 0n, 0n, 0n])], { keep: [block] })
 * program.run([input, output])
 */
export class Program {
  private readonly words: Uint32Array
  private readonly address: number
  /** What the records point to. */
  readonly keep: readonly unknown[]
  private readonly scratchBytes: number
  private readonly argumentsAt: number
  private readonly widest: number

  constructor(phases: readonly BigInt64Array[], { scratchBytes = 64, keep = [] }: ProgramOptions = {}) {
    for (const phase of phases)
      if (phase.length % RECORD_WORDS !== 0)
        throw new RuntimeError(`Program: a record has ${RECORD_WORDS} words, but a phase has ${phase.length}`)
    setUpHeap()
    const filled = phases.filter(phase => phase.length > 0)
    const counts = filled.map(phase => phase.length / RECORD_WORDS)
    const count = counts.reduce((sum, n) => sum + n, 0)
    this.widest = Math.max(0, ...counts)
    this.scratchBytes = scratchBytes
    this.keep = keep

    const align = (words: number) => Math.ceil(words / LINE_WORDS) * LINE_WORDS
    const argumentsAt = align(PROGRAM_PHASES / 8 + counts.length + 1)
    const recordsAt = argumentsAt + ARGUMENT_WORDS
    const buffer = new ArrayBuffer(8 * (recordsAt + count * RECORD_WORDS + LINE_WORDS))
    const skip = -addressOf(new Uint8Array(buffer)) & (8 * LINE_WORDS - 1)
    this.words = new Uint32Array(buffer, skip)
    this.address = addressOf(this.words)
    this.argumentsAt = 2 * argumentsAt

    const header = [this.address + 8 * recordsAt, count, this.address + 8 * argumentsAt, 1, ...counts, 0]
    for (const [i, value] of header.entries()) this.setWord(2 * i, value)
    const records = new BigInt64Array(buffer, skip + 8 * recordsAt, count * RECORD_WORDS)
    let at = 0
    for (const phase of filled) {
      records.set(phase, at)
      at += phase.length
    }
  }

  /** Writes a whole number below 2^53 as 64 bits; by halves, which is five times as fast as by a bigint. */
  private setWord(at: number, value: number): void {
    this.words[at] = value
    this.words[at + 1] = value / 2 ** 32
  }

  /**
   * Runs all phases, and returns when they are done.
   *
   * @param operands become `arguments[1]`, `arguments[2]`, ...: arrays, which are kept during the run, or addresses of
   *   memory that the caller keeps reachable; 63 at most
   * @param parallel whether other threads may help. Default: yes
   */
  run(operands: readonly (number | ArrayBufferView)[], parallel = true): void {
    if (this.widest === 0) return
    if (operands.length >= ARGUMENT_WORDS)
      throw new RuntimeError(`run(): at most ${ARGUMENT_WORDS - 1} operands fit, but got ${operands.length}`)
    this.setWord(this.argumentsAt, ++runs * SERIAL_STEP)
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!
      this.setWord(this.argumentsAt + 2 * (i + 1), typeof operand === 'number' ? operand : addressOf(operand))
    }
    const workers = pool()
    const wanted = parallel && this.widest > 1 ? getNumThreads() : 1
    const threads = workers.reserve(wanted, this.scratchBytes)
    inUse.program = this
    inUse.operands = operands
    if (threads === 1) workers.runSerially(this.address)
    else {
      this.words[THREADS_AT] = threads
      workers.runInParallel(this.address)
    }
    inUse.program = null
    inUse.operands = null
  }
}
