/**
 * A program with its operands and the numbers that it should give.
 *
 * @module
 */
import type { MachineShape } from '../../../src/kernel/bandPlan.js'
import type { Element, Precision } from '../../../src/kernel/machine.js'
import type { KernelProgram } from '../../../src/kernel/program.js'
import { pick, type Random } from '../../differential/support/specs.js'

/** What programs are planned for. */
export interface CaseTarget {
  /** For messages. */
  readonly name: string
  machine(precision: Precision): MachineShape
  /** Runs a program on ordinary memory, as the library would; the last operand is the result. */
  run(program: KernelProgram, precision: Precision, operands: readonly ArrayBufferView[]): void
}

/** A tensor argument. */
export interface Operand {
  readonly name: string
  readonly content: ArrayBufferView
  readonly written: boolean
}

export interface Case {
  /** For messages. */
  readonly text: string
  readonly precision: Precision
  readonly program: KernelProgram
  /** The last one that is written is the result. */
  readonly operands: readonly Operand[]
  /** The order in which the program takes them. Default: as they are. */
  readonly order?: readonly number[]
  readonly expected: FloatArray
}

export type FloatArray = Float32Array | Float64Array

export const floats = (element: Element, length: number): FloatArray =>
  element === 'float32' ? new Float32Array(length) : new Float64Array(length)

export const garbage = (element: Element, length: number): FloatArray => floats(element, length).fill(Number.NaN)

export const read = (name: string, content: ArrayBufferView): Operand => ({ name, content, written: false })
export const write = (name: string, content: ArrayBufferView): Operand => ({ name, content, written: true })

/** What stands for a bias that there is none of. */
export const NO_BIAS = read('no bias', new Uint8Array(0))

/** Throws where the bytes of a result are not the expected numbers. */
export function checkResult({ precision, expected }: Case, bytes: ArrayBuffer): void {
  const found = precision === 'float64' ? new Float64Array(bytes) : new Float32Array(bytes)
  if (found.length !== expected.length) throw new Error(`${found.length} elements instead of ${expected.length}`)
  const at = expected.findIndex((value, i) => value !== found[i])
  if (at >= 0) throw new Error(`element ${at} is ${found[at]} instead of ${expected[at]}`)
}

/** Where the result is among the operands. */
export const resultOf = ({ operands }: Case): number => operands.findLastIndex(({ written }) => written)

export interface Drawn {
  readonly next: Random
  readonly element: Element
  readonly target: CaseTarget
  readonly machine: MachineShape
}

export function draw(next: Random, target: CaseTarget): Drawn {
  const element = pick(next, ['float32', 'float64'] as const)
  return { next, element, target, machine: target.machine(element) }
}
