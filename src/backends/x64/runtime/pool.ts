/**
 * Where programs are run: by the caller alone, or by the caller and worker threads together.
 *
 * @module
 */
import { CLOSED, CONTROL_BYTES, HEAD, LIMIT, MAXIMUM_THREADS } from './control.js'
import { cpu } from './cpu.js'
import { installCode, NativeBlock } from './memory.js'
import { type NativeFunction, requireNative } from './native.js'
import { emitParallelRun } from './parallel.js'
import { Scratch } from './scratch.js'
import { emitSerialRun } from './serial.js'
import { Threads } from './threads.js'

class Pool {
  // what worker threads may touch is never unmapped: they outlive an isolate that is terminated
  private readonly control = new NativeBlock(CONTROL_BYTES, 'permanent')
  private readonly scratch = new Scratch(this.control)
  private readonly serial = this.procedure(emitSerialRun(this.control.address))
  private readonly parallel = this.procedure(emitParallelRun(this.control.address, cpu().readsProcessorNumber))
  private threads: Threads | undefined

  constructor() {
    this.control.write(HEAD, new Uint32Array([CLOSED]))
    this.control.write(LIMIT, new Uint32Array([1]))
  }

  private procedure(code: Uint8Array): NativeFunction {
    return requireNative().procedure(installCode(code, 'permanent').address, 1)
  }

  /** How many threads a run can have if it wants so many; there are so many then, and the scratch memory that they need. */
  reserve(threads: number, scratchBytes: number): number {
    if (threads > 1) {
      this.threads ??= new Threads(this.control)
      threads = this.threads.reserve(Math.min(threads, MAXIMUM_THREADS))
    }
    this.scratch.reserve(threads, scratchBytes)
    return threads
  }

  /** Runs the program at an address on this thread. */
  runSerially(program: number): void {
    this.serial(program)
  }

  /** Runs the program at an address on as many threads as it says. */
  runInParallel(program: number): void {
    this.parallel(program)
  }
}

let instance: Pool | undefined

/** The pool of this isolate, made at first use. */
export function pool(): Pool {
  instance ??= new Pool()
  return instance
}
