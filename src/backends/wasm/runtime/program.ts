/**
 * A program that runs: its operands are copied into the arena, its tasks are called, results are copied back.
 *
 * @module
 */
import { FIRST_TENSOR_SLOT, type KernelProgram } from '../../../kernel/program.js'
import { finishSteps } from '../../../tensor/pendingWork.js'
import type { CompileOptions, Operand } from '../../compiled/target.js'
import { getNumThreads } from '../../threads.js'
import { Arena } from './arena.js'
import type { Code } from './code.js'
import { Layout } from './layout.js'
import { possibleThreads, type RunPlaces } from './pool.js'
import { RECORD_BYTES, recordsOf, SLOT_WORDS } from './records.js'
import { wholeLines } from './residents.js'

/** The least scratch memory: what kernels keep there from task to task. */
const LEAST_SCRATCH = 64

/** Serial numbers tell one run's bands from another's: here none is left over, so that all runs have the same. */
const SERIAL = 1
/** Where a kernel notes which band is packed; no band of a run is this one. */
const NO_BAND = 0

let arena: Arena | undefined

/** Where a run has what it works on. */
interface Place extends RunPlaces {
  readonly layout: Layout
  /** The arena's, which stay the same while it runs. */
  readonly bytes: Uint8Array
  readonly threads: number
}

export class Program {
  private readonly records: Int32Array
  /** How many tasks each phase has. */
  private readonly counts: readonly number[]
  private readonly widest: number

  constructor(
    private readonly program: KernelProgram,
    private readonly code: Code,
    private readonly results: CompileOptions['results'],
  ) {
    this.records = recordsOf(program.phases.flat())
    this.counts = program.phases.map(({ length }) => length)
    this.widest = Math.max(0, ...this.counts)
  }

  /** Runs all phases on its operands, and returns when they are done. */
  run(operands: readonly Operand[], parallel: boolean): void {
    // only one run at a time has the arena
    finishSteps()
    const own = theArena()
    let isDone = false
    try {
      const place = this.place(own, operands, parallel)
      place.layout.copyIn(place.bytes)
      this.initialise(own, place)
      this.runPhases(own, place)
      place.layout.copyOut(place.bytes)
      place.layout.finish()
      isDone = true
    } finally {
      // what a kernel has left half done is nothing to go on from
      if (!isDone) own.forget()
    }
  }

  /** The same in steps, between which nothing else runs in the arena; they may end early. */
  *steps(operands: readonly Operand[], parallel: boolean): Generator<boolean, void> {
    const own = theArena()
    let isDone = false
    try {
      const place = this.place(own, operands, parallel)
      for (const _ of place.layout.copyingIn(place.bytes)) yield false
      this.initialise(own, place)
      yield* this.phaseSteps(own, place)
      for (const _ of place.layout.copyingOut(place.bytes)) yield false
      place.layout.finish()
      isDone = true
    } finally {
      // what a kernel has left half done is nothing to go on from
      if (!isDone) own.forget()
    }
  }

  private place(arena: Arena, operands: readonly Operand[], parallel: boolean): Place {
    arena.begin()
    const wanted = parallel && this.widest > 1 ? Math.min(getNumThreads(), this.widest) : 1
    const threads = possibleThreads(wanted)
    const { program, code, records } = this
    const constants = threads > 1 ? [program.tables, records, code.bytes] : [program.tables, records]
    const argsBytes = wholeLines((FIRST_TENSOR_SLOT + operands.length) * SLOT_WORDS * 4)
    const scratchStep = wholeLines(Math.max(LEAST_SCRATCH, program.scratchBytes))
    const args = arena.atFront(argsBytes + scratchStep * threads)
    const scratch = args + argsBytes
    const layout = new Layout(arena.residents, arena.mirrors, constants, operands, this.results)
    const codeStart = threads > 1 ? layout.address(code.bytes) : 0
    return { layout, bytes: arena.bytes(layout.end), threads, args, scratch, scratchStep, codeStart }
  }

  private initialise(arena: Arena, { layout, threads, args, scratch, scratchStep }: Place): void {
    const { words } = arena
    const { operands } = layout
    words[args / 4] = SERIAL
    words[args / 4 + SLOT_WORDS] = layout.address(this.program.tables)
    for (let i = 0; i < operands.length; i++) words[args / 4 + (FIRST_TENSOR_SLOT + i) * SLOT_WORDS] = operands[i]!
    for (let thread = 0; thread < threads; thread++) words[(scratch + thread * scratchStep) / 4] = NO_BAND
  }

  private runPhases(arena: Arena, place: Place): void {
    const { phases } = this.program
    const kernels = arena.instances.of(this.code)
    let record = place.layout.address(this.records)
    for (let phase = 0; phase < phases.length; phase++) {
      const tasks = phases[phase]!
      const count = this.counts[phase]!
      if (place.threads > 1 && count > 1) arena.pool.run(this.code, record, count, place.threads, place)
      else
        for (let i = 0; i < tasks.length; i++)
          kernels[tasks[i]!.kernel]!(place.args, record + i * RECORD_BYTES, place.scratch)
      record += count * RECORD_BYTES
    }
  }

  /** {@link runPhases} in steps. */
  private *phaseSteps(arena: Arena, place: Place): Generator<boolean, void> {
    const kernels = arena.instances.of(this.code)
    let record = place.layout.address(this.records)
    for (const [phase, tasks] of this.program.phases.entries()) {
      const count = this.counts[phase]!
      if (place.threads > 1 && count > 1) {
        const shared = arena.pool.open(this.code, record, count, place.threads, place)
        try {
          while (shared.takeTask()) yield false
          while (!shared.isDone) yield true
          shared.check()
        } finally {
          arena.pool.close(shared)
        }
      } else
        for (const [i, { kernel }] of tasks.entries()) {
          kernels[kernel]!(place.args, record + i * RECORD_BYTES, place.scratch)
          yield false
        }
      record += count * RECORD_BYTES
    }
  }
}

function theArena(): Arena {
  arena ??= new Arena()
  return arena
}
