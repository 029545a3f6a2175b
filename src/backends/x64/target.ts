/**
 * Machine code as a target of the compiled algorithms.
 *
 * @module
 */
import { TASKS_PER_THREAD } from '../../kernel/convolutionPlan.js'
import { noteWrite } from '../../tensor/mirrors.js'
import { BoundedCache } from '../boundedCache.js'
import type { CompileOptions, RunProgram, Target } from '../compiled/target.js'
import { alignedArray } from './alignedArray.js'
import { compile, emit, type KernelSource } from './compile.js'
import { machineShape } from './machine.js'
import { type CodeBlock, cpu, type InstructionSet, instructionSet } from './runtime/index.js'

/** A program that works on ever new sizes must not keep a kernel for each. */
const kernels = new BoundedCache<string, CodeBlock>(256)

/** Tensors are written to where they are: another backend may have copies of what was there. */
function noting(results: CompileOptions['results'], run: RunProgram): RunProgram {
  const written = Object.keys(results).map(Number)
  return (operands, parallel) => {
    for (let i = 0; i < written.length; i++) {
      const result = operands[written[i]!]!
      if (ArrayBuffer.isView(result)) noteWrite(result)
    }
    run(operands, parallel)
  }
}

function targetFor(variant: () => InstructionSet): Target {
  return {
    name: 'x64',
    variant,
    current: () => (variant() === 'avx512' ? avx512 : avx2),
    machine: precision => machineShape(precision, variant()),
    caches: () => ({ ...cpu(), bytesPerProduct: machineShape('float32', variant()).lanes * 4 }),
    wantedTasks: threads => (threads === 1 ? 1 : threads * TASKS_PER_THREAD),
    compile(program, precision, { results, sameKernels }) {
      const isa = variant()
      const source: KernelSource | undefined =
        sameKernels === undefined
          ? undefined
          : (write, install) =>
              kernels.of(`${isa} ${precision} ${sameKernels} ${program.kernels.indexOf(write)}`, install)
      return noting(results, compile(program, precision, isa, source))
    },
    array: alignedArray,
    mostBytes: Number.POSITIVE_INFINITY,
    copies: false,
    fewestElements: 0,
    emit: (program, precision) => emit(program, precision, variant()),
  }
}

const avx512 = targetFor(() => 'avx512')
const avx2 = targetFor(() => 'avx2')

/** For the instruction set that is in use. */
export const x64Target: Target = targetFor(() => instructionSet()!)
