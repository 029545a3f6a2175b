/**
 * Memory that machine code uses, owned by JavaScript objects: executable code, and blocks outside the JavaScript heap.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import { addressOf } from './addresses.js'
import { forgetPages, rememberPages } from './isolate.js'
import { requireNative } from './native.js'
import {
  executablePages,
  mapPages,
  PAGE,
  type Pages,
  PROT_NONE,
  PROT_READ_WRITE,
  preferHugePages,
  protectPages,
  unmapPages,
  wholePages,
} from './pages.js'

/** How long pages last: until the object that stands for them is collected, or as long as the process. */
export type Lifetime = 'collected' | 'permanent'

function freePages(pages: Pages): void {
  forgetPages(pages)
  unmapPages(pages)
}

/**
 * Finalizers run between tasks, never inside a synchronous call: so never while code of the same isolate runs that may
 * use the pages.
 */
const finalizers = typeof FinalizationRegistry === 'undefined' ? null : new FinalizationRegistry<Pages>(freePages)

/** Gives the pages to an object. */
function own(owner: CodeBlock | NativeBlock, pages: Pages, lifetime: Lifetime): void {
  if (lifetime === 'permanent') return
  rememberPages(pages)
  finalizers?.register(owner, pages, owner)
}

/** Executable code. The object must stay reachable for as long as its address may be called. */
export class CodeBlock {
  constructor(
    /** Of the first instruction; a multiple of 4096. */
    readonly address: number,
    /** Of the code with its constants. */
    readonly byteLength: number,
  ) {}
}

/**
 * Makes machine code executable. Its pages are never writable at the same time; they are unmapped when the block is
 * garbage-collected, or when the thread of this isolate ends, unless they are permanent.
 *
 * @throws {RuntimeError} where the system refuses executable memory
 */
export function installCode(bytes: Uint8Array, lifetime: Lifetime = 'collected'): CodeBlock {
  const pages = executablePages(bytes)
  const block = new CodeBlock(pages.address, bytes.byteLength)
  own(block, pages, lifetime)
  return block
}

/** Keeps a block for as long as there is a view of it. */
const blockOfView = new WeakMap<ArrayBufferLike, NativeBlock>()

/**
 * Zeroed memory outside the JavaScript heap, between two pages that trap any access. Starts at a page; unmapped when the
 * object is garbage-collected, or when the thread of this isolate ends, unless it is permanent.
 */
export class NativeBlock {
  /** A multiple of 4096. */
  readonly address: number
  private readonly pages: Pages

  /**
   * @param byteLength bytes; at least 1
   * @throws {RuntimeError} where there is no memory
   */
  constructor(
    readonly byteLength: number,
    lifetime: Lifetime = 'collected',
  ) {
    const length = wholePages(byteLength)
    this.pages = mapPages(length + 2 * PAGE, PROT_NONE)
    this.address = this.pages.address + PAGE
    protectPages(this.pages, { address: this.address, length }, PROT_READ_WRITE)
    preferHugePages({ address: this.address, length })
    own(this, this.pages, lifetime)
  }

  /** Unmaps the block now. Its address must not be used again, and there must be no view of it. */
  release(): void {
    finalizers?.unregister(this)
    freePages(this.pages)
  }

  /** The bytes themselves, not a copy. Refused by runtimes that forbid memory from outside (Electron). */
  view(): Uint8Array {
    const bytes = requireNative().view(this.address, this.byteLength)
    blockOfView.set(bytes.buffer, this)
    return bytes
  }

  /** Copies bytes into the block. */
  write(offset: number, bytes: ArrayBufferView): void {
    if (offset < 0 || offset + bytes.byteLength > this.byteLength)
      throw new RuntimeError(
        `write(): ${bytes.byteLength} bytes at ${offset} do not fit into a block of ${this.byteLength}`,
      )
    if (bytes.byteLength > 0) requireNative().memcpy(this.address + offset, addressOf(bytes), bytes.byteLength)
  }
}
