/**
 * From a program of kernels to one that runs: each kernel is written down as machine code and installed.
 *
 * @module
 */
import type { Precision } from '../../kernel/machine.js'
import { type KernelProgram, type KernelWriter, MOST_PARAMETERS } from '../../kernel/program.js'
import type { EmittedCode, Operand, RunProgram } from '../compiled/target.js'
import { X64ElementMachine } from './elementMachine.js'
import { type CodeBlock, type InstructionSet, installCode, Program } from './runtime/index.js'
import { workspace } from './workspace.js'

const RECORD_WORDS = MOST_PARAMETERS + 1

/** Writes the kernels of a program down; needs no processor that could run them. */
export function emit(program: KernelProgram, precision: Precision, instructionSet: InstructionSet): EmittedCode[] {
  return program.kernels.map(write => emitKernel(write, precision, instructionSet))
}

function emitKernel(write: KernelWriter, precision: Precision, instructionSet: InstructionSet): EmittedCode {
  const machine = new X64ElementMachine(precision, instructionSet)
  write(machine)
  const bytes = machine.finish()
  return { bytes, length: machine.length }
}

/** Gives the code of a kernel: what `install` makes, or what it has made before for the same kernel. */
export type KernelSource = (write: KernelWriter, install: () => CodeBlock) => CodeBlock

/** @param source where kernels come from. Default: each is written down anew */
export function compile(
  program: KernelProgram,
  precision: Precision,
  instructionSet: InstructionSet,
  source: KernelSource = (_, install) => install(),
): RunProgram {
  const blocks = program.kernels.map(write =>
    source(write, () => installCode(emitKernel(write, precision, instructionSet).bytes)),
  )
  const { tables, scratchBytes } = program
  const records = program.phases.map(tasks => {
    const words = new BigInt64Array(tasks.length * RECORD_WORDS)
    for (const [i, { kernel, parameters }] of tasks.entries()) {
      words[i * RECORD_WORDS] = BigInt((blocks[kernel] as CodeBlock).address)
      for (const [j, value] of parameters.entries()) words[i * RECORD_WORDS + 1 + j] = BigInt(value)
    }
    return words
  })
  const runnable = new Program(records, { scratchBytes, keep: blocks })
  return (operands, parallel = true) => {
    const all = new Array<ArrayBufferView | number>(1 + operands.length)
    all[0] = tables
    for (let i = 0; i < operands.length; i++) all[1 + i] = located(operands[i]!)
    runnable.run(all, parallel)
  }
}

/** Kernels work on JavaScript's own arrays, where they are. */
function located(operand: Operand): ArrayBufferView | number {
  // first, since to look for a name takes long in a typed array
  if (ArrayBuffer.isView(operand)) return operand
  if ('kept' in operand) return operand.kept
  return workspace(operand.workspace)
}
