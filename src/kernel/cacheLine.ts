/**
 * What caches and memory move at a time.
 *
 * @module
 */

/** Bytes of a line of the processor's caches. */
export const CACHE_LINE = 64
