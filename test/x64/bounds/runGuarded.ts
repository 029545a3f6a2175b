/**
 * Runs a program task by task on guarded memory: tensors, tables, arguments, records and scratch.
 */
import { Assembler, Register } from '../../../src/backends/x64/assembler/index.js'
import { emit } from '../../../src/backends/x64/compile.js'
import { abi, type InstructionSet, installCode } from '../../../src/backends/x64/runtime/index.js'
import { requireNative } from '../../../src/backends/x64/runtime/native.js'
import type { Precision } from '../../../src/kernel/machine.js'
import { type KernelProgram, SERIAL_STEP } from '../../../src/kernel/program.js'
import { integer } from '../../differential/support/specs.js'
import type { Operand } from '../../kernel/cases/case.js'
import { GuardedBytes, type Side } from './guarded.js'

/** `void f(kernel, arguments, record, scratch)`. */
function emitCall(): Uint8Array {
  const code = new Assembler()
  code.push(Register.rbx)
  code.move(Register.rax, abi.ARGUMENTS[0]!)
  for (const i of [0, 1, 2]) code.move(abi.ARGUMENTS[i]!, abi.ARGUMENTS[i + 1]!)
  code.call(Register.rax)
  code.pop(Register.rbx)
  code.return()
  return code.finish()
}

const caller = installCode(emitCall())
const call = requireNative().procedure(caller.address, 4)

/** As many scratch memories take turns as if there were so many threads. */
const THREADS = 2
let serial = 0

/** Installed programs: running one on other memory needs no new code. */
export function install(program: KernelProgram, precision: Precision, instructionSet: InstructionSet) {
  const blocks = emit(program, precision, instructionSet).map(({ bytes }) => installCode(bytes))
  return (
    operands: readonly Operand[],
    side: Side,
    next: () => number,
    order = [...operands.keys()],
  ): Uint8Array<ArrayBuffer>[] => {
    const all: GuardedBytes[] = []
    const guard = (name: string, content: ArrayBufferView) => {
      const guarded = new GuardedBytes(name, side, content)
      all.push(guarded)
      return guarded
    }
    const tensors = operands.map(({ name, content }) => guard(name, content))
    const tables = guard('tables', program.tables)
    const words = [++serial * SERIAL_STEP, tables.address, ...order.map(i => tensors[i]!.address)]
    const args = guard('arguments', BigInt64Array.from(words, BigInt))
    // nothing but its first eight bytes may be read before it is written: NaN, or anything at all
    const noise = Uint8Array.from({ length: 4099 }, () => (side === 'behind' ? 255 : 256 * next()))
    const garbage = () => new Uint8Array(program.scratchBytes).map((_, i) => noise[i % noise.length]!)
    const scratch = Array.from({ length: THREADS }, () => guard('scratch', garbage()))
    for (const tasks of program.phases) {
      const record = guard('record', new BigInt64Array(1 + tasks[0]!.parameters.length))
      // the tasks of a phase do not depend on each other, nor on the thread
      const order = [...tasks]
      for (let i = 0; i < order.length; i++) {
        const j = next() < 0.8 ? i : integer(next, i, order.length - 1)
        ;[order[i], order[j]] = [order[j]!, order[i]!]
      }
      for (const { kernel, parameters } of order) {
        const { address } = blocks[kernel]!
        record.write(BigInt64Array.from([address, ...parameters], BigInt))
        call(address, args.address, record.address, scratch[integer(next, 0, THREADS - 1)]!.address)
      }
    }
    const found = all.map(guarded => guarded.read())
    for (const [i, { name, content, written }] of operands.entries()) {
      const before = new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
      if (!written && Buffer.compare(found[i]!, before) !== 0) throw new Error(`the ${name} was written to`)
    }
    for (const guarded of all) guarded.release()
    return found.slice(0, operands.length)
  }
}
