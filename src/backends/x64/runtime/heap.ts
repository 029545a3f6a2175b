/**
 * Memory that the garbage collector frees stays with the process, up to a bound.
 *
 * Tensors come and go by megabytes. By default, glibc gives such memory back to the system at once and asks for it again,
 * and each page that comes anew costs a page fault: a third of the time of a training step of ResNet-18 on a virtual machine.
 * Source: mallopt(3) of the Linux man-pages.
 *
 * @module
 */
import { requireNative } from './native.js'

/** The names of parameters in glibc's malloc.h. */
const [M_TRIM_THRESHOLD, M_MMAP_THRESHOLD] = [-1, -3]

/** How much free memory at the end of the heap is kept. */
const MOST_KEPT_BYTES = 256 * 2 ** 20

/** Arrays below this come from the heap; glibc takes no more (DEFAULT_MMAP_THRESHOLD_MAX). */
const LARGEST_IN_HEAP_BYTES = 32 * 2 ** 20

/** What a user has set by hand stays. */
const SETTINGS = ['MALLOC_TRIM_THRESHOLD_', 'MALLOC_MMAP_THRESHOLD_', 'GLIBC_TUNABLES']

let isAsked = false

/** Asks the allocator for that, once. Another C library than glibc is left as it is. */
export function keepFreedMemory(): void {
  if (isAsked) return
  isAsked = true
  const { mallopt } = requireNative()
  if (mallopt === null || SETTINGS.some(name => process.env[name] !== undefined)) return
  mallopt(M_MMAP_THRESHOLD, LARGEST_IN_HEAP_BYTES)
  mallopt(M_TRIM_THRESHOLD, MOST_KEPT_BYTES)
}
