/**
 * Collects kernels, tables and tasks of a program under construction.
 *
 * @module
 */
import { type KernelProgram, type KernelWriter, SERIAL_STEP, type Task } from './program.js'

export class ProgramBuilder {
  private readonly kernels = new Map<string, { index: number; write: KernelWriter }>()
  private readonly tables: number[] = []
  private readonly phases: Task[][] = [[]]
  private scratchBytes = 0
  private bands = 0

  /** The number of a kernel; equal keys are the same kernel. */
  kernel(key: string, write: KernelWriter): number {
    const known = this.kernels.get(key)
    if (known) return known.index
    const index = this.kernels.size
    this.kernels.set(key, { index, write })
    return index
  }

  /** The offset in bytes at which the numbers stand in the tables. */
  table(numbers: readonly number[]): number {
    const at = this.tables.length * 4
    for (const number of numbers) {
      // kept in 32 bits, it would become another number
      if ((number | 0) !== number)
        throw new RangeError(`table(): ${number} is not a whole number of 32 bits with a sign`)
      this.tables.push(number)
    }
    return at
  }

  task(kernel: number, parameters: readonly number[]): void {
    this.phases[this.phases.length - 1]!.push({ kernel, parameters })
  }

  /** What follows needs all tasks before it done. */
  nextPhase(): void {
    this.phases.push([])
  }

  /** A number that tells one band of this program from the others. */
  nextBand(): number {
    return this.bands++ % SERIAL_STEP
  }

  needScratch(bytes: number): void {
    this.scratchBytes = Math.max(this.scratchBytes, bytes)
  }

  /** A text that only programs with the same kernels, tasks and tables have. */
  text(): string {
    const tasks = this.phases.map(phase => phase.map(({ kernel, parameters }) => [kernel, ...parameters].join()))
    return JSON.stringify([[...this.kernels.keys()], tasks, this.tables])
  }

  finish(): KernelProgram {
    return {
      kernels: [...this.kernels.values()].map(({ write }) => write),
      phases: this.phases.filter(tasks => tasks.length > 0),
      tables: Int32Array.from(this.tables),
      scratchBytes: this.scratchBytes,
    }
  }
}
