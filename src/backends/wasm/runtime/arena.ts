/**
 * The memory in which kernels work: what a run needs is copied into it, and results out of it.
 *
 * It grows to what the largest run needs. Memories of WebAssembly cannot shrink, so a new one takes its place when it has been
 * far too large for many runs.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import type { MemoryImport } from '../assembler/index.js'
import { Instances } from './code.js'
import { Mirrors } from './mirrors.js'
import { Pool } from './pool.js'
import { Residents } from './residents.js'
import { withoutThreads } from './workers.js'

const PAGE = 65536

/** A memory has 32-bit addresses. Where there is no room for so many of them in a process, fewer must do. */
const MOST_PAGES = [65536, 32768, 16384, 4096] as const

/** How many runs a memory may be too large, and how many times, and from which size on it matters. */
const PATIENT_RUNS = 256
const TOO_LARGE = 2
const WORTH_FREEING = 32 * 2 ** 20

/** Bytes at the start that are not for operands: threads meet there. */
const RESERVED = 4096

/** How modules import the memory: it is shared where there can be other threads. */
export function memoryImport(): MemoryImport {
  return withoutThreads() === null ? { shared: { mostPages: MOST_PAGES[0] } } : {}
}

export class Arena {
  memory = newMemory(1)
  instances = new Instances(this.memory)
  /** Bytes behind the reserved ones, for what each run writes anew. */
  private front = 0
  readonly residents = new Residents(RESERVED)
  readonly mirrors = new Mirrors(() => this.view)
  private threads: Pool | undefined
  private view = new Uint8Array(this.memory.buffer)
  /** The same as {@link bytes} has given last. */
  words = new Int32Array(this.memory.buffer)
  private runs = 0
  private needed = 0

  /** Begins a run: nothing in the arena is in use. */
  begin(): void {
    this.residents.tidy()
    if (++this.runs < PATIENT_RUNS) return
    if (this.view.length > Math.max(WORTH_FREEING, TOO_LARGE * this.needed)) {
      this.threads?.end()
      this.threads = undefined
      this.memory = newMemory(Math.ceil(this.needed / PAGE))
      this.instances = new Instances(this.memory)
      this.look()
      this.forget()
    }
    this.runs = 0
    this.needed = 0
  }

  /** Nothing that was copied here is here any more, or nobody knows. */
  forget(): void {
    this.residents.forget()
    this.mirrors.forgetAll()
  }

  /** The address of so many bytes that are the same for all runs. They grow by factors, since residents have to move then. */
  atFront(bytes: number): number {
    if (bytes > this.front) {
      this.front = 2 ** Math.ceil(Math.log2(bytes))
      this.residents.moveTo(RESERVED + this.front)
    }
    return RESERVED
  }

  /** The threads that work in the memory. */
  get pool(): Pool {
    this.threads ??= new Pool(this.memory, this.instances)
    return this.threads
  }

  /** All bytes, of which there are at least so many. */
  bytes(needed: number): Uint8Array {
    this.needed = Math.max(this.needed, needed)
    const missing = Math.ceil((needed - this.memory.buffer.byteLength) / PAGE)
    if (missing > 0) this.grow(missing)
    // a memory that grows leaves its old buffer without bytes
    if (this.view.buffer !== this.memory.buffer) this.look()
    return this.view
  }

  private look(): void {
    this.view = new Uint8Array(this.memory.buffer)
    this.words = new Int32Array(this.memory.buffer)
  }

  private grow(pages: number): void {
    try {
      this.memory.grow(pages)
    } catch {
      const [wanted, there] = [pages * PAGE, this.memory.buffer.byteLength].map(bytes => Math.ceil(bytes / 2 ** 20))
      throw new RuntimeError(
        `the WebAssembly backend needs ${wanted} MiB of memory besides the ${there} MiB that it has, and gets none`,
      )
    }
  }
}

function newMemory(pages: number): WebAssembly.Memory {
  const shared = memoryImport().shared !== undefined
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum, shared })
    } catch {
      // a shared memory takes its largest size of the address space at once
    }
  }
  throw new RuntimeError(`the WebAssembly backend needs ${(pages * PAGE) / 2 ** 20} MiB of memory, and gets none`)
}
