/**
 * Cutting an axis into equal pieces.
 *
 * @module
 */

/**
 * Calls `body` at each tile of an axis, where the tiles have the same size and the last one may overlap the one before
 * it: what stands twice is computed twice, with the same bits, and no tile needs a shorter version.
 *
 * @param move goes this many elements further along the axis
 */
export function forEachTile(
  repeat: (count: number, body: () => void) => void,
  length: number,
  size: number,
  move: (elements: number) => void,
  body: () => void,
): void {
  const count = Math.ceil(length / size)
  const last = length - size
  if (count * size === length) {
    repeat(count, () => {
      body()
      move(size)
    })
    move(-length)
    return
  }
  repeat(count - 1, () => {
    body()
    move(size)
  })
  move(last - (count - 1) * size)
  body()
  move(-last)
}

/** The size of the fewest tiles of at most `most` that cover the length, as equal as possible. */
export function evenTile(length: number, most: number): number {
  return Math.ceil(length / Math.ceil(length / most))
}
