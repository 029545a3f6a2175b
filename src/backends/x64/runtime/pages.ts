/**
 * Pages of memory from the system.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import { addressOf } from './addresses.js'
import { requireNative } from './native.js'

export const PAGE = 4096
const HUGE_PAGE = 2 * 2 ** 20

/** Constants of <sys/mman.h> on Linux. */
export const PROT_NONE = 0
export const PROT_READ_WRITE = 3
const PROT_READ_EXECUTE = 5
const MAP_PRIVATE_ANONYMOUS = 0x22
const MADV_HUGEPAGE = 14

/** Consecutive pages: the address of the first, and bytes in all. */
export interface Pages {
  readonly address: number
  readonly length: number
}

export const wholePages = (bytes: number) => Math.max(1, Math.ceil(bytes / PAGE)) * PAGE

/** New pages, zeroed as soon as they may be read. */
export function mapPages(length: number, protection: number): Pages {
  const native = requireNative()
  const address = native.mmap(0, length, protection, MAP_PRIVATE_ANONYMOUS, -1, 0)
  if (address === -1) throw new RuntimeError(`no memory: mmap of ${length} bytes failed (error ${native.errno()})`)
  return { address, length }
}

export function unmapPages({ address, length }: Pages): void {
  requireNative().munmap(address, length)
}

/** Changes what may be done with a part of the pages; gives all of them back where that is refused. */
export function protectPages(pages: Pages, part: Pages, protection: number): void {
  const native = requireNative()
  if (native.mprotect(part.address, part.length, protection) === 0) return
  const error = native.errno()
  unmapPages(pages)
  const what = protection === PROT_READ_EXECUTE ? 'executable memory' : `${part.length} bytes of memory`
  throw new RuntimeError(`the system refuses ${what}: mprotect failed (error ${error})`)
}

/** Pages with this code: written first and made executable after, so that none is ever both. */
export function executablePages(code: Uint8Array): Pages {
  const pages = mapPages(wholePages(code.byteLength), PROT_READ_WRITE)
  requireNative().memcpy(pages.address, addressOf(code), code.byteLength)
  protectPages(pages, pages, PROT_READ_EXECUTE)
  return pages
}

/**
 * Asks that memory with room for a huge page comes by such, where it has not come yet: one page fault in place of 512. A system
 * without them ignores it. Source: madvise(2) of the Linux man-pages.
 */
export function preferHugePages({ address, length }: Pages): void {
  const end = address + length
  if (Math.ceil(address / HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE > end) return
  const first = Math.ceil(address / PAGE) * PAGE
  requireNative().madvise(first, end - first, MADV_HUGEPAGE)
}
