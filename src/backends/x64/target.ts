/**
 * Machine code as a target of the compiled algorithms.
 *
 * @module
 */
import { TASKS_PER_THREAD } from '../../kernel/convolutionPlan.js'
import { BoundedCache } from '../boundedCache.js'
import type { Target } from '../compiled/target.js'
import { alignedArray } from './alignedArray.js'
import { compile, emit } from './compile.js'
import { machineShape } from './machine.js'
import { type CodeBlock, cpu, type InstructionSet, instructionSet } from './runtime/index.js'

/** A program that works on ever new sizes must not keep a kernel for each. */
const kernels = new BoundedCache<string, CodeBlock>(256)

function targetFor(variant: () => InstructionSet): Target {
  return {
    name: 'x64',
    variant,
    current: () => (variant() === 'avx512' ? avx512 : avx2),
    machine: precision => machineShape(precision, variant()),
    caches: () => ({ ...cpu(), bytesPerProduct: machineShape('float32', variant()).lanes * 4 }),
    wantedTasks: threads => (threads === 1 ? 1 : threads * TASKS_PER_THREAD),
    compile(program, precision, { sameKernels }) {
      const isa = variant()
      if (sameKernels === undefined) return compile(program, precision, isa)
      return compile(program, precision, isa, (write, install) =>
        kernels.of(`${isa} ${precision} ${sameKernels} ${program.kernels.indexOf(write)}`, install),
      )
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
