import { CliError } from '../error.js'

/**
 * Turns a row's differences back into its bytes, in place.
 *
 * @param above the row above in the same pass; zeros above the first
 * @param distance bytes from a pixel to the one to its left, at least 1
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  if (filter === 1) subtracted(row, distance)
  else if (filter === 2) up(row, above)
  else if (filter === 3) average(row, above, distance)
  else if (filter === 4) paeth(row, above, distance)
  else if (filter !== 0) throw new CliError(`damaged PNG: unknown filter ${filter}`)
}

function subtracted(row: Uint8Array, distance: number): void {
  for (let i = distance; i < row.length; i++) row[i] += row[i - distance]
}

function up(row: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < row.length; i++) row[i] += above[i]
}

function average(row: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < Math.min(distance, row.length); i++) row[i] += above[i] >> 1
  for (let i = distance; i < row.length; i++) row[i] += (row[i - distance] + above[i]) >> 1
}

/** Whichever of left, above and above left is nearest to left + above - above left. */
function paeth(row: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < Math.min(distance, row.length); i++) row[i] += above[i]
  for (let i = distance; i < row.length; i++) {
    const a = row[i - distance]
    const b = above[i]
    const c = above[i - distance]
    const toA = Math.abs(b - c)
    const toB = Math.abs(a - c)
    const toC = Math.abs(a + b - 2 * c)
    row[i] += toA <= toB && toA <= toC ? a : toB <= toC ? b : c
  }
}
