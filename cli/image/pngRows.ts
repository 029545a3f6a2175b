import type { Picture } from './picture.js'
import { linePainter } from './pngColours.js'
import { unfilterRow } from './pngFilters.js'
import type { PngHeader } from './pngHeader.js'
import { bitsPerPixel, type PngPass } from './pngPasses.js'

/**
 * Paints the unpacked rows, which are undone of their filters in place.
 *
 * Not by the codec: one call and an array for each pixel of 1, 2, 4 or 16 bits, and some for each row, take half a minute
 * for a page of text that a scanner made.
 */
export function paintRows(header: PngHeader, passes: readonly PngPass[], unpacked: Uint8Array, picture: Picture): void {
  const paint = linePainter(header, picture)
  const distance = Math.max(1, bitsPerPixel(header) >> 3)
  let at = 0
  for (const { left, top, stepX, stepY, columns, rows, rowBytes } of passes) {
    const samples = samplesReader(header.depth, (columns * bitsPerPixel(header)) / header.depth)
    let above: Uint8Array = new Uint8Array(rowBytes)
    for (let i = 0; i < rows; i++) {
      const row = unpacked.subarray(at + 1, at + 1 + rowBytes)
      unfilterRow(unpacked[at], row, above, distance)
      paint(samples(row), columns, (top + i * stepY) * header.width + left, stepX)
      above = row
      at += 1 + rowBytes
    }
  }
}

/** What splits a row into its samples; they stand in the same memory until the next row is read. */
function samplesReader(depth: number, count: number): (row: Uint8Array) => ArrayLike<number> {
  if (depth === 8) return row => row
  const line = new Uint16Array(count)
  if (depth === 16)
    return row => {
      for (let i = 0; i < count; i++) line[i] = (row[2 * i] << 8) | row[2 * i + 1]
      return line
    }
  const mask = 2 ** depth - 1
  return row => {
    // the first sample stands in the highest bits
    for (let i = 0, bit = 0; i < count; i++, bit += depth) line[i] = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask
    return line
  }
}
