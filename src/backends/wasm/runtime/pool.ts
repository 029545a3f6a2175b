/**
 * The threads that run the tasks of a phase: the caller, and workers that come to help.
 *
 * All of them claim one task after the other until none is left. The caller takes every task that nobody has claimed, and
 * waits only for those that somebody has: a worker that sleeps, or has not started, delays nothing.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import type { Code, Instances, Kernel } from './code.js'
import * as control from './control.js'
import { RECORD_BYTES } from './records.js'
import { type EndWorker, startWorker, withoutThreads } from './workers.js'

/** How often the caller looks whether the last tasks are done before it gives way to other threads, and for how long then. */
const LOOKS = 2000
const YIELD_MILLISECONDS = 0.05

/** As many threads as there can be. */
const MOST_THREADS = 256

/** In a head: beyond any count, so that whoever comes finds nothing. */
const NO_TASK = 0x7fffffffn

/** Where a run finds what is its own. */
export interface RunPlaces {
  readonly args: number
  readonly scratch: number
  readonly scratchStep: number
  /** The module's bytes. */
  readonly codeStart: number
}

let warned = false

/** How many threads a run can have, if so many are wanted. */
export function possibleThreads(wanted: number): number {
  if (wanted <= 1) return 1
  const reason = withoutThreads()
  if (reason === null) return Math.min(wanted, MOST_THREADS)
  if (!warned) console.warn(`convforge: ${reason}`)
  warned = true
  return 1
}

/** Whether this thread may sleep: a page's main thread may not. */
function maySleep(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.NOTHING, 0, 0)
    return true
  } catch {
    return false
  }
}

export class Pool {
  private readonly workers: EndWorker[] = []
  private generation = 0
  private mayWait: boolean | undefined
  /** Of all of the memory, as it was when they were made. */
  private words: Int32Array
  private heads: BigInt64Array

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly instances: Instances,
  ) {
    this.words = new Int32Array(memory.buffer)
    this.heads = new BigInt64Array(memory.buffer)
  }

  end(): void {
    for (const end of this.workers.splice(0)) end()
  }

  /** Runs the tasks of a phase whose records begin at an address, on so many threads. */
  run(code: Code, records: number, count: number, threads: number, places: RunPlaces): void {
    const phase = this.open(code, records, count, threads, places)
    try {
      while (phase.takeTask());
    } finally {
      this.close(phase)
    }
    phase.check()
  }

  /** Lets workers begin with a phase. Nobody claims anything while this is written: the phase before has no task left. */
  open(code: Code, records: number, count: number, threads: number, places: RunPlaces): PoolPhase {
    while (this.workers.length < threads - 1)
      this.workers.push(startWorker({ memory: this.memory, thread: this.workers.length + 1 }))
    // what may throw comes before anybody can claim a task
    const kernels = this.instances.of(code)
    if (this.words.buffer !== this.memory.buffer) {
      this.words = new Int32Array(this.memory.buffer)
      this.heads = new BigInt64Array(this.memory.buffer)
    }
    const { words, heads } = this
    const { args, scratch, scratchStep, codeStart } = places
    this.generation = (this.generation + 1) & 0x7fffffff
    Atomics.store(heads, control.HEAD, (BigInt(this.generation) << 32n) | NO_TASK)
    words[control.COUNT] = count
    words[control.RECORDS] = records
    words[control.ARGUMENTS] = args
    words[control.SCRATCH] = scratch
    words[control.SCRATCH_STEP] = scratchStep
    words[control.LIMIT] = threads
    words[control.CODE] = code.number
    words[control.CODE_START] = codeStart
    words[control.CODE_LENGTH] = code.bytes.length
    words[control.FAILED] = 0
    Atomics.store(words, control.DONE, 0)
    this.generation = (this.generation + 1) & 0x7fffffff
    Atomics.store(heads, control.HEAD, BigInt(this.generation) << 32n)
    if (Atomics.load(words, control.SLEEPERS) > 0) Atomics.notify(words, control.GENERATION)
    return new PoolPhase(words, heads, kernels, records, count, places)
  }

  /** Ends a phase: tasks that nobody has claimed are left, and those that somebody has are done when this returns. */
  close(phase: PoolPhase): void {
    const claimed = phase.claimed()
    for (let looks = 1; phase.done < claimed; looks++) {
      if (looks % LOOKS !== 0) continue
      this.mayWait ??= maySleep(phase.words)
      if (this.mayWait) Atomics.wait(phase.words, control.NOTHING, 0, YIELD_MILLISECONDS)
    }
  }
}

/** The tasks of a phase that is under way. */
class PoolPhase {
  constructor(
    readonly words: Int32Array,
    private readonly heads: BigInt64Array,
    private readonly kernels: readonly Kernel[],
    private readonly records: number,
    private readonly count: number,
    private readonly places: RunPlaces,
  ) {}

  /** Takes the next task that nobody has claimed, unless there is none. */
  takeTask(): boolean {
    const { words, heads, places } = this
    for (;;) {
      const head = Atomics.load(heads, control.HEAD)
      const next = Number(head & 0xffffffffn)
      if (next >= this.count) return false
      if (Atomics.compareExchange(heads, control.HEAD, head, head + 1n) !== head) continue
      const record = this.records + next * RECORD_BYTES
      try {
        this.kernels[words[record / 4]!]!(places.args, record, places.scratch)
      } finally {
        Atomics.add(words, control.DONE, 1)
      }
      return true
    }
  }

  /** Lets nobody claim another task; how many have been claimed. */
  claimed(): number {
    const head = Atomics.or(this.heads, control.HEAD, NO_TASK)
    return Math.min(Number(head & 0xffffffffn), this.count)
  }

  /** How many tasks are done, or have failed. */
  get done(): number {
    return Atomics.load(this.words, control.DONE)
  }

  get isDone(): boolean {
    return this.done >= this.count
  }

  /** To be called when all tasks are done: throws if one has failed. */
  check(): void {
    if (Atomics.load(this.words, control.FAILED) !== 0) throw new RuntimeError('a kernel failed in a worker thread')
  }
}
