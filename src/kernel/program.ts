/**
 * What a backend runs: kernels, and the tasks that call them.
 *
 * Nothing here is an address: a program is made once for a shape, and runs on whatever tensors it is given.
 *
 * @module
 */
import type { ElementMachine } from './elementMachine.js'

/** Writes a kernel down for a machine. */
export type KernelWriter = (machine: ElementMachine) => void

/** One call of a kernel, by one thread. Tasks of a phase do not depend on each other. */
export interface Task {
  /** Which of the program's kernels. */
  readonly kernel: number
  /** The record's parameters, at most {@link MOST_PARAMETERS}. */
  readonly parameters: readonly number[]
}

export const MOST_PARAMETERS = 7

export interface KernelProgram {
  readonly kernels: readonly KernelWriter[]
  /** All tasks of a phase are done before the next one begins. */
  readonly phases: readonly (readonly Task[])[]
  /** Numbers that kernels look up; argument slot {@link TABLES_SLOT} has their address. */
  readonly tables: Int32Array
  /** Scratch memory of each thread, with its 64 bytes of state. */
  readonly scratchBytes: number
}

/** The argument slots that every program has; the addresses of its tensors follow. */
export const SERIAL_SLOT = 0
export const TABLES_SLOT = 1
export const FIRST_TENSOR_SLOT = 2

/** Calls' serial numbers are apart by this much, so that smaller numbers can be added to tell a call's bands apart. */
export const SERIAL_STEP = 2 ** 20
