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
 * @param body gets where the first of the tiles is that it is written for
 * @param alike whether the tiles that begin at two places are written alike. Default: all are
 */
export function forEachTile(
  repeat: (count: number, body: () => void) => void,
  length: number,
  size: number,
  move: (elements: number) => void,
  body: (at: number) => void,
  alike: (a: number, b: number) => boolean = () => true,
): void {
  const places = starts(length, size)
  let here = 0
  for (let i = 0; i < places.length; ) {
    const first = places[i]!
    let count = 1
    while (places[i + count] === first + count * size && alike(first, places[i + count]!)) count++
    if (first !== here) move(first - here)
    here = first
    if (count === 1) body(first)
    else {
      repeat(count, () => {
        body(first)
        move(size)
      })
      here += count * size
    }
    i += count
  }
  if (here > 0) move(-here)
}

/** Starts of pieces of this size along a length; the last one ends where the length does. */
export function starts(length: number, size: number): number[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => Math.min(i * size, length - size))
}

/** The size of the fewest tiles of at most `most` that cover the length, as equal as possible. */
export function evenTile(length: number, most: number): number {
  return Math.ceil(length / Math.ceil(length / most))
}

/** A part of an axis. */
export interface Part {
  readonly first: number
  readonly count: number
}

/** An axis in parts of this size, and a last one of what is left. */
export function parts(length: number, size: number): Part[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, length - i * size),
  }))
}
