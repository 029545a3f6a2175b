/**
 * Memory of tensors: what the garbage collector frees stays with the process, up to a bound, and new memory comes by huge
 * pages.
 *
 * Tensors come and go by megabytes. By default, glibc gives such memory back to the system at once and asks for it again,
 * and each page that comes anew costs a page fault: a third of the time of a training step of ResNet-18 on a virtual machine.
 * Source: mallopt(3) of the Linux man-pages.
 *
 * @module
 */
import type { TypedArray } from '../../../tensor/dtype.js'
import { addressOf } from './addresses.js'
import { type NativeFunction, requireNative } from './native.js'
import { preferHugePages } from './pages.js'

/** The names of parameters in glibc's malloc.h. */
const [M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX] = [-1, -3, -4]

/** How much free memory at the end of the heap is kept. */
const MOST_KEPT_BYTES = 256 * 2 ** 20

/** Arrays below this come from the heap; glibc takes no more (DEFAULT_MMAP_THRESHOLD_MAX). */
const LARGEST_IN_HEAP_BYTES = 32 * 2 ** 20

/** How many pieces of memory are outside the heap at most, by default (DEFAULT_MMAP_MAX). */
const MMAP_MAX = 65536

/** So many bytes at the end of the heap come by huge pages. Less than is kept, so that they stay. */
const HUGE_BYTES = MOST_KEPT_BYTES - LARGEST_IN_HEAP_BYTES

/** What a user has set by hand stays. */
const SETTINGS = ['MALLOC_TRIM_THRESHOLD_', 'MALLOC_MMAP_THRESHOLD_', 'MALLOC_MMAP_MAX_', 'GLIBC_TUNABLES']

/** Smaller arrays may have no whole huge page. */
const LEAST_HUGE_BYTES = 4 * 2 ** 20

let isSetUp = false

/** Asks the allocator for that, once. Another C library than glibc is left as it is. */
export function setUpHeap(): void {
  if (isSetUp) return
  isSetUp = true
  const { mallopt } = requireNative()
  if (mallopt === null || SETTINGS.some(name => process.env[name] !== undefined)) return
  mallopt(M_MMAP_THRESHOLD, LARGEST_IN_HEAP_BYTES)
  mallopt(M_TRIM_THRESHOLD, MOST_KEPT_BYTES)
  // the heaps of other threads are too small to reserve a part of
  if (process.getBuiltinModule('node:worker_threads').isMainThread) reserveHugePages(mallopt)
}

/** The heap grows by a block that is given back at once: nothing of it is touched. */
function reserveHugePages(mallopt: NativeFunction): void {
  const { malloc, free } = requireNative()
  mallopt(M_MMAP_MAX, 0)
  const block = malloc(HUGE_BYTES)
  mallopt(M_MMAP_MAX, MMAP_MAX)
  if (block === 0) return
  preferHugePages({ address: block, length: HUGE_BYTES })
  free(block)
}

/** Sets up the heap, and has the pages of a new array be huge. Nothing has been written to it yet. */
export function prepareMemory(array: TypedArray): void {
  setUpHeap()
  if (array.byteLength >= LEAST_HUGE_BYTES) preferHugePages({ address: addressOf(array), length: array.byteLength })
}
