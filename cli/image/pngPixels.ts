import { inflateSync } from 'node:zlib'
import { CliError, errorCode } from '../error.js'
import type { PngHeader } from './pngHeader.js'

/** The seven passes of an interlaced PNG: the first column and row, and the steps between columns and rows. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/**
 * Makes sure that the compressed pixels are as many as the header promises. The codec does not: it hands out whatever
 * stood in memory in the place of missing rows, and unpacks an interlaced "zip bomb" to the last byte.
 */
export function checkPngPixels(header: PngHeader): void {
  const wanted = storedBytes(header)
  let length: number
  try {
    length = inflateSync(Buffer.concat(header.pixels), { maxOutputLength: wanted }).length
  } catch (error) {
    // More than needed is harmless: the rest is ignored, as every decoder does.
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE' && !header.interlaced) return
    throw new CliError('damaged PNG: its pixels cannot be unpacked')
  }
  if (length < wanted) throw new CliError('damaged PNG: pixels are missing')
}

/** The bytes before compression: each row of each pass has a filter byte and begins on a whole byte. */
function storedBytes({ width, height, depth, samples, interlaced }: PngHeader): number {
  let total = 0
  for (const [left, top, stepX, stepY] of interlaced ? ADAM7 : [[0, 0, 1, 1] as const]) {
    const columns = Math.ceil((width - left) / stepX)
    const rows = Math.ceil((height - top) / stepY)
    if (columns > 0 && rows > 0) total += rows * (1 + Math.ceil((columns * samples * depth) / 8))
  }
  return total
}
