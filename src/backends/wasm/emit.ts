/**
 * From kernels to the bytes of a module.
 *
 * @module
 */
import type { Precision } from '../../kernel/machine.js'
import type { KernelProgram } from '../../kernel/program.js'
import { assembleModule, FunctionBuilder, type MemoryImport, ValueType } from './assembler/index.js'
import { WasmElementMachine } from './elementMachine.js'
import type { Engine } from './engine.js'

/**
 * A module that exports the kernels of a program by their numbers, `0(arguments, record, scratch)` and so on, and
 * `kernelOf(record)`, which gives the number of the record's kernel.
 */
export function emitModule(
  { kernels }: Pick<KernelProgram, 'kernels'>,
  precision: Precision,
  engine: Engine,
  memory: MemoryImport,
): Uint8Array<ArrayBuffer> {
  const functions = kernels.map((write, i) => {
    const machine = new WasmElementMachine(precision, engine)
    write(machine)
    return { builder: machine.code, name: String(i) }
  })
  const kernelOf = new FunctionBuilder({ parameters: [ValueType.i32], results: [ValueType.i32] })
  kernelOf.get(0)
  kernelOf.memory('i32.load', 0)
  return assembleModule([...functions, { builder: kernelOf, name: 'kernelOf' }], memory)
}
