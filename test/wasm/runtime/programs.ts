/**
 * Small programs for tests of what runs them.
 */
import { wasmTarget } from '../../../src/backends/wasm/target.js'
import { backends } from '../../../src/index.js'
import { FIRST_TENSOR_SLOT, type KernelProgram, type KernelWriter } from '../../../src/kernel/program.js'

/** So many tasks of one kernel, with their numbers as parameters, in some phases. */
export function programOf(write: KernelWriter, tasks: number, phases = 1, scratchBytes = 64): KernelProgram {
  const phase = Array.from({ length: tasks }, (_, i) => ({ kernel: 0, parameters: [8 * i] }))
  return {
    kernels: [write],
    phases: new Array<typeof phase>(phases).fill(phase),
    tables: new Int32Array(1),
    scratchBytes,
  }
}

/** Each task writes where its scratch memory is: tasks of one thread have the same. */
const writeScratchAddress: KernelWriter = machine => {
  const [to, offset, scratch] = [machine.pointer(), machine.pointer(), machine.pointer()]
  machine.argument(to, FIRST_TENSOR_SLOT)
  machine.parameter(offset, 0)
  machine.advance(to, offset)
  machine.scratch(scratch)
  machine.storeNumber({ base: to, offset: 0 }, scratch)
  // long enough for others to come
  machine.repeat(20_000, () => machine.advance(scratch, 1))
  machine.storeNumber({ base: to, offset: 4 }, scratch)
  machine.release(to, offset, scratch)
}

/** Each task adds one to an element. */
export const addOne: KernelWriter = machine => {
  const [to, offset] = [machine.pointer(), machine.pointer()]
  const [one, element] = [machine.vector(), machine.vector()]
  machine.argument(to, FIRST_TENSOR_SLOT)
  machine.parameter(offset, 0)
  machine.advance(to, offset)
  machine.constant(one, 1)
  machine.loadFirst(element, { base: to, offset: 0 }, 1)
  machine.add(element, element, one)
  machine.storeFirst({ base: to, offset: 0 }, element, 1)
  machine.release(to, offset, one, element)
}

export const compile = (program: KernelProgram, use: 'whole' | 'part') =>
  wasmTarget.compile(program, 'float64', { results: { 0: use } })

/** The scratch memories that the tasks of a run had: as many as threads took part. */
export function scratches(threads: number, parallel = true): Set<number> {
  const tasks = 64
  backends.setNumThreads(threads)
  const out = new Float64Array(tasks)
  compile(programOf(writeScratchAddress, tasks), 'whole')([out], parallel)
  const words = new Int32Array(out.buffer)
  return new Set(Array.from({ length: tasks }, (_, i) => words[2 * i]!))
}
