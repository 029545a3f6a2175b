/**
 * Where tensors lie in the data: the arithmetic of sizes, with every overflow noticed, and the rule that tensors cover
 * the data without holes and overlaps.
 *
 * @module
 */
import { FORMAT_DTYPES } from './dtypes.js'
import { list, mismatch, quote } from './errors.js'

/** PyTorch's limit for a tensor's dimensions. The format has none, but every step from here on costs time for each. */
export const MAX_DIMS = 64

/** What the header says about one tensor; checked against the others and against the size of the file. */
export interface SafetensorsEntry {
  readonly name: string
  /** The format's name, e.g. `'F32'`: one of the format's dtypes, if not always one that can be loaded here. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** The first byte, counted from the end of the header. */
  readonly begin: number
  /** One past the last byte, counted from the end of the header. */
  readonly end: number
}

/** Elements of a shape, from factors that are safe integers; `undefined` where a product on the way exceeds 2^53 - 1. */
export function countElements(shape: readonly number[], start = 1): number | undefined {
  let product = start
  for (const size of shape) {
    product *= size
    if (!Number.isSafeInteger(product)) return undefined
  }
  return product
}

/** Checks what one entry says against itself and against the bytes of data there are. */
export function checkEntry(
  name: string,
  dtype: string,
  shape: readonly number[],
  offsets: readonly number[],
  dataLength: number,
): SafetensorsEntry {
  const place = { field: 'data_offsets', tensor: name } as const
  if (offsets.length !== 2) throw mismatch(place, list(offsets), 'two numbers, [begin, end]')
  const [begin, end] = offsets as [number, number]
  if (begin > end) throw mismatch(place, list(offsets), 'begin <= end')
  const { bits } = FORMAT_DTYPES.get(dtype)!
  const size = countElements(shape, bits)
  if (size === undefined || size % 8 !== 0) {
    const expected = size === undefined ? 'a size of at most 2^53 - 1 bits' : 'a whole number of bytes'
    throw mismatch({ field: 'shape', tensor: name }, list(shape), `${expected} at ${bits} bits per element (${dtype})`)
  }
  if (end - begin !== size / 8) {
    throw mismatch(place, list(offsets), `${size / 8} bytes, which shape ${list(shape)} of ${dtype} takes`)
  }
  if (end > dataLength) {
    throw mismatch(place, list(offsets), `to end within the data, which has ${dataLength} bytes (is the file cut off?)`)
  }
  return { name, dtype, shape, begin, end }
}

/** Every byte of the data belongs to exactly one tensor. */
export function checkCoverage(entries: Iterable<SafetensorsEntry>, dataLength: number): void {
  let covered = 0
  let previous: string | undefined
  // empty tensors come before the one that begins where they are
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlap' : 'hole'
      const expected = `to begin at ${covered} without ${what}, right after ${previous === undefined ? 'the header' : `tensor ${quote(previous)}`}`
      throw mismatch({ field: 'data_offsets', tensor: name }, list([begin, end]), expected)
    }
    covered = end
    previous = name
  }
  if (covered !== dataLength) {
    throw mismatch({ field: 'data' }, `${dataLength} bytes`, `${covered}, the end of the last tensor`)
  }
}
