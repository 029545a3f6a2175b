/**
 * The walk along the elements of several operands: outer x rows x run, where neighbours in a run are neighbours in memory, or
 * the same element again and again.
 *
 * Kernels that walk are not specialised for sizes: those stand in the task's job, a list of numbers.
 *
 * @module
 */
import type { ElementMachine, Lanes, Stored } from './elementMachine.js'
import type { Element, Place, Pointer } from './machine.js'
import { FIRST_TENSOR_SLOT } from './program.js'

/** How an operand lies in memory. */
export interface ElementOperand {
  readonly element: Element
  /** Whether neighbours of a run are neighbours in memory; else all of a run are one element. */
  readonly along: boolean
}

/** The arguments of a call, by slot; the operands' addresses follow. */
export const ElementSlots = {
  jobs: FIRST_TENSOR_SLOT,
  /** Numbers of the type that the machine computes in. */
  scalars: FIRST_TENSOR_SLOT + 1,
  operands: FIRST_TENSOR_SLOT + 2,
} as const

/** A task's record: where its job begins, in bytes. */
export const JOB_PARAMETER = 0

/** A job: 32-bit numbers, by index. A run has blocks of several vectors, then vectors, then single elements. */
export const Job = { outer: 0, rows: 1, blocks: 2, vectors: 3, rest: 4, operands: 5 } as const

/** For each operand: where it begins, how far to go on behind a row and behind all of them, and back up the rows; in bytes. */
export const OperandJob = { start: 0, rowStep: 1, outerStep: 2, back: 3, length: 4 } as const

/** Operands have a register each. */
export const MOST_OPERANDS = 7

/** How many 32-bit numbers a job has. */
export const jobLength = (operands: number): number => Job.operands + operands * OperandJob.length

/** Goes along all operands as a job says. */
export class Walk {
  private readonly job: Pointer
  private readonly pointers: readonly Pointer[]

  constructor(
    private readonly machine: ElementMachine,
    private readonly operands: readonly ElementOperand[],
    /** How many vectors a block has. */
    private readonly blockVectors: number,
  ) {
    this.job = machine.pointer()
    const step = machine.pointer()
    machine.argument(this.job, ElementSlots.jobs)
    machine.parameter(step, JOB_PARAMETER)
    machine.advance(this.job, step)
    this.pointers = operands.map((_, i) => {
      const pointer = machine.pointer()
      machine.argument(pointer, ElementSlots.operands + i)
      this.number(step, this.operandNumber(i, OperandJob.start))
      machine.advance(pointer, step)
      return pointer
    })
    machine.release(step)
  }

  private operandNumber(operand: number, which: number): number {
    return Job.operands + operand * OperandJob.length + which
  }

  /** to = one of the job's numbers. */
  private number(to: Pointer, index: number): void {
    this.machine.loadInteger(to, { base: this.job, offset: 4 * index })
  }

  private elementBytes(operand: number): number {
    return this.operands[operand]!.element === 'float64' ? 8 : 4
  }

  /** Where an operand has its vector with this index, counted from where the walk stands. */
  place(operand: number, index: number): Place {
    return { base: this.pointers[operand]!, offset: index * this.machine.lanes * this.elementBytes(operand) }
  }

  stored(operand: number, lanes?: Lanes): Stored {
    return { element: this.operands[operand]!.element, lanes }
  }

  /** Runs the body as often as the job says, for what follows each other on the way from the outermost. */
  forEachOuter(body: () => void): void {
    this.repeat(Job.outer, () => {
      body()
      this.goOn(OperandJob.outerStep)
    })
  }

  forEachRow(body: () => void): void {
    this.repeat(Job.rows, () => {
      body()
      this.goOn(OperandJob.rowStep)
    })
  }

  /** To the first row again. */
  backUp(): void {
    this.goOn(OperandJob.back)
  }

  private repeat(which: number, body: () => void): void {
    const count = this.machine.pointer()
    this.number(count, which)
    this.machine.repeatAny(count, body)
    this.machine.release(count)
  }

  private goOn(step: number): void {
    const { machine } = this
    const distance = machine.pointer()
    for (const [i, pointer] of this.pointers.entries()) {
      this.number(distance, this.operandNumber(i, step))
      machine.advance(pointer, distance)
    }
    machine.release(distance)
  }

  /**
   * Calls the body for the vectors of a run, several at a time: a block, one, or the lanes that are left. Leaves the pointers
   * behind the last full vector.
   */
  forEachBlock(body: (vectors: number, lanes?: Lanes) => void): void {
    const { machine } = this
    this.repeat(Job.blocks, () => {
      body(this.blockVectors)
      this.alongRun(this.blockVectors)
    })
    this.repeat(Job.vectors, () => {
      body(1)
      this.alongRun(1)
    })
    const rest = machine.pointer()
    this.number(rest, Job.rest)
    machine.ifAny(rest, () => {
      const lanes = machine.lanesBelow(rest)
      body(1, lanes)
      machine.releaseLanes(lanes)
    })
    machine.release(rest)
  }

  private alongRun(vectors: number): void {
    for (const [i, { along }] of this.operands.entries()) {
      if (along) this.machine.advance(this.pointers[i]!, vectors * this.machine.lanes * this.elementBytes(i))
    }
  }
}
