/**
 * What backends that write kernels down have in common: the algorithms of this folder are the same for all of them. They
 * plan programs for a target's machine, and the target makes something of them that runs.
 *
 * @module
 */
import type { EmittedKernel } from '../../conv/algorithm.js'
import type { MachineShape } from '../../kernel/bandPlan.js'
import type { Element, Precision } from '../../kernel/machine.js'
import type { KernelProgram } from '../../kernel/program.js'
import type { Caches } from '../../kernel/winogradCost.js'

export type FloatArray = Float32Array | Float64Array

/** An array that nobody but programs writes to: a target that computes elsewhere may keep a copy of it there. */
export interface Kept {
  readonly kept: FloatArray
}

/** So many bytes of memory, for as long as a program runs. */
export interface Workspace {
  readonly workspace: number
}

/** A tensor argument of a program. */
export type Operand = ArrayBufferView | Kept | Workspace

/**
 * Runs a program on its tensor arguments, in this order.
 *
 * @param parallel whether other threads may help. Default: yes
 * @param isLast whether nothing that its operation does afterwards needs the results, unless it waits for them by
 *   `afterSteps`: then the run may be interrupted while others have their turn. Operands of a few bytes (up to
 *   {@link FEW_BYTES}) may be used again at once. Default: no
 */
export type RunProgram = (operands: readonly Operand[], parallel?: boolean, isLast?: boolean) => void

export const FEW_BYTES = 65536

export interface CompileOptions {
  /** The operands that are written to, by index, and whether a run writes the whole of each or leaves a part as it was. */
  readonly results: Readonly<Record<number, 'whole' | 'part'>>
  /** A text that only programs with the same kernels have: those of the latest ones are kept. Default: nothing is kept. */
  readonly sameKernels?: string
}

export type EmittedCode = Omit<EmittedKernel, 'name'>

export interface Target {
  /** That of its backend. */
  readonly name: string
  /** A name for what its code looks like, where that can be set (an instruction set). */
  variant(): string
  /** The target with that setting as it is now, whatever it becomes. */
  current(): Target
  machine(precision: Precision): MachineShape
  caches(): Caches
  /** How many tasks a program should have at least, for so many threads and so many products. */
  wantedTasks(threads: number, products: number): number
  compile(program: KernelProgram, precision: Precision, options: CompileOptions): RunProgram
  /** A zero-filled array that suits the target's vectors. */
  array(element: Element, length: number): FloatArray
  /**
   * The most bytes that the operands of a program may have together. Their number of samples must not decide who computes
   * them wherever it can be helped, so it is far more than anybody computes at a time.
   */
  readonly mostBytes: number
  /** Whether runs copy operands to where they compute, and results back. */
  readonly copies: boolean
  /** With fewer elements than this, loops do elementwise operations and reductions sooner. */
  readonly fewestElements: number
  /** The code of a program's kernels, where that can be shown; nothing is run. */
  readonly emit?: (program: KernelProgram, precision: Precision) => EmittedCode[]
}

/** The kernels of programs, with the names of the programs; `null` is a program that is not needed. */
export function emitNamed(
  emit: NonNullable<Target['emit']>,
  programs: Readonly<Record<string, KernelProgram | null>>,
  precision: Precision,
): EmittedKernel[] {
  return Object.entries(programs).flatMap(([name, program]) =>
    program ? emit(program, precision).map(code => ({ name, ...code })) : [],
  )
}
