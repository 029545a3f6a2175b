/**
 * WebAssembly as a target of the compiled algorithms.
 *
 * @module
 */
import { TASKS_PER_THREAD } from '../../kernel/convolutionPlan.js'
import type { Precision } from '../../kernel/machine.js'
import type { KernelProgram } from '../../kernel/program.js'
import { leaveSteps, mayLeaveSteps } from '../../tensor/pendingWork.js'
import { BoundedCache } from '../boundedCache.js'
import type { CompileOptions, RunProgram, Target } from '../compiled/target.js'
import { emitModule } from './emit.js'
import { engine } from './engine.js'
import { machineShape } from './machine.js'
import { memoryImport } from './runtime/arena.js'
import { Code } from './runtime/code.js'
import { Program } from './runtime/program.js'

/** A program that works on ever new sizes must not keep a module for each. */
const KERNELS_KEPT = 256

/**
 * Engines do not tell the caches of the processor: these are what most have. Weights were measured to be read at the same 16
 * GB/s from any of them (4.2 GHz).
 */
const CACHES = { l2: 2 ** 20, l3: 8 * 2 ** 20, bytesPerProduct: 2 }

/** With operands of so many bytes there is room for what programs need besides, in 32 bits. */
const MOST_BYTES = 2 ** 30

/**
 * Engines begin with code that was compiled in no time, and call better code when it is ready: a program is cut into some
 * tasks even for one thread, so that its first run is not slow to the end.
 */
const FEWEST_TASKS = 4

/**
 * Products of a task, which nothing interrupts: some milliseconds' worth, so that a page's main thread can give way. The code of
 * the first calls takes ten times as long.
 */
const MOST_OF_TASK = 2 ** 25

/** With fewer elements, elementwise operations and reductions take less time than copying them there and back. */
const FEWEST_ELEMENTS = 8192

const codes = new BoundedCache<string, Code>(KERNELS_KEPT)

function compile(program: KernelProgram, precision: Precision, { results, sameKernels }: CompileOptions): RunProgram {
  const make = () => new Code(emitModule(program, precision, engine(), memoryImport()), program.kernels.length)
  const code = sameKernels === undefined ? make() : codes.of(`${precision} ${sameKernels}`, make)
  const runnable = new Program(program, code, results)
  return (operands, parallel = true, isLast = false) => {
    if (isLast && mayLeaveSteps()) leaveSteps(runnable.steps(operands, parallel))
    else runnable.run(operands, parallel)
  }
}

export const wasmTarget: Target = {
  name: 'wasm',
  variant: () => 'wasm',
  current: () => wasmTarget,
  machine: precision => machineShape(precision, engine()),
  caches: () => CACHES,
  wantedTasks: (threads, products) =>
    Math.max(FEWEST_TASKS, threads > 1 ? threads * TASKS_PER_THREAD : 1, Math.ceil(products / MOST_OF_TASK)),
  compile,
  array: (element, length) => (element === 'float64' ? new Float64Array(length) : new Float32Array(length)),
  mostBytes: MOST_BYTES,
  copies: true,
  fewestElements: FEWEST_ELEMENTS,
}
