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
import { requireNative } from './native.js'
import { PAGE, preferHugePages } from './pages.js'

/** The names of parameters in glibc's malloc.h. */
const [M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD] = [-1, -2, -3]

/** How much free memory at the end of the heap is kept. */
const MOST_KEPT_BYTES = 256 * 2 ** 20

/** Arrays below this come from the heap; glibc takes no more (DEFAULT_MMAP_THRESHOLD_MAX). */
const LARGEST_IN_HEAP_BYTES = 32 * 2 ** 20

/** So many addresses beyond what is wanted the heap takes when it grows, and keeps when it gives memory back. */
const RESERVED_BYTES = MOST_KEPT_BYTES - LARGEST_IN_HEAP_BYTES

/** What a user has set by hand stays. */
const SETTINGS = ['MALLOC_TRIM_THRESHOLD_', 'MALLOC_TOP_PAD_', 'MALLOC_MMAP_THRESHOLD_', 'GLIBC_TUNABLES']

let isSetUp = false

/** Asks the allocator for that, once. Another C library than glibc is left as it is. */
export function setUpHeap(): void {
  if (isSetUp) return
  isSetUp = true
  const { mallopt, malloc, free } = requireNative()
  if (mallopt === null || SETTINGS.some(name => process.env[name] !== undefined)) return
  mallopt(M_MMAP_THRESHOLD, LARGEST_IN_HEAP_BYTES)
  mallopt(M_TRIM_THRESHOLD, MOST_KEPT_BYTES)
  mallopt(M_TOP_PAD, RESERVED_BYTES)
  // the heap grows by this block and the reserve, none of which is touched
  const block = malloc(LARGEST_IN_HEAP_BYTES - PAGE)
  if (block === 0) return
  preferHugePages({ address: block, length: MOST_KEPT_BYTES })
  free(block)
}

/** Sets up the heap, and has the pages of a new array be huge. Nothing has been written to it yet. */
export function prepareMemory(array: TypedArray): void {
  setUpHeap()
  preferHugePages({ address: addressOf(array), length: array.byteLength })
}
