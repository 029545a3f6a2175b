/**
 * The microkernel of the portable backend: 3 x 4 sums of products kept in registers.
 *
 *     sums[i, q] = sum over k of  band[reduction[k] + offsets[i]] * packed[k, q]
 *
 * The three offsets and the four packed columns are what a pass makes of them: pixels and channels for the forward
 * pass and the input gradient, kernel taps and channels for the weight gradient. Sums are doubles, so a float32
 * result is rounded once. 3 x 4 was the fastest block of those that fit V8's 15 registers (Node 20).
 *
 * @module
 */

/** Offsets a tile covers. */
export const TILE_OFFSETS = 3
/** Columns a tile covers. */
export const TILE_COLUMNS = 4

/**
 * Computes one tile into `sums` (row-major, 3 x 4).
 *
 * @param band numbers that are gathered from
 * @param reduction offsets summed over; `length` of them are used
 * @param packed the four columns, interleaved, from `start` on
 */
export function multiplyTile(
  band: Float64Array,
  reduction: Int32Array,
  length: number,
  offset0: number,
  offset1: number,
  offset2: number,
  packed: Float64Array,
  start: number,
  sums: Float64Array,
): void {
  let s00 = 0
  let s01 = 0
  let s02 = 0
  let s03 = 0
  let s10 = 0
  let s11 = 0
  let s12 = 0
  let s13 = 0
  let s20 = 0
  let s21 = 0
  let s22 = 0
  let s23 = 0
  for (let k = 0, at = start; k < length; k++, at += TILE_COLUMNS) {
    const base = reduction[k]!
    const w0 = packed[at]!
    const w1 = packed[at + 1]!
    const w2 = packed[at + 2]!
    const w3 = packed[at + 3]!
    const x0 = band[base + offset0]!
    s00 += x0 * w0
    s01 += x0 * w1
    s02 += x0 * w2
    s03 += x0 * w3
    const x1 = band[base + offset1]!
    s10 += x1 * w0
    s11 += x1 * w1
    s12 += x1 * w2
    s13 += x1 * w3
    const x2 = band[base + offset2]!
    s20 += x2 * w0
    s21 += x2 * w1
    s22 += x2 * w2
    s23 += x2 * w3
  }
  sums[0] = s00
  sums[1] = s01
  sums[2] = s02
  sums[3] = s03
  sums[4] = s10
  sums[5] = s11
  sums[6] = s12
  sums[7] = s13
  sums[8] = s20
  sums[9] = s21
  sums[10] = s22
  sums[11] = s23
}

/** Like {@link multiplyTile} with one column that counts: for depthwise layers, where the other three would be idle. */
export function multiplyColumn(
  band: Float64Array,
  reduction: Int32Array,
  length: number,
  offset0: number,
  offset1: number,
  offset2: number,
  packed: Float64Array,
  start: number,
  sums: Float64Array,
): void {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  for (let k = 0, at = start; k < length; k++, at += TILE_COLUMNS) {
    const base = reduction[k]!
    const w = packed[at]!
    s0 += band[base + offset0]! * w
    s1 += band[base + offset1]! * w
    s2 += band[base + offset2]! * w
  }
  sums[0] = s0
  sums[4] = s1
  sums[8] = s2
}

/**
 * Like {@link multiplyTile} without the products with numbers from outside, where `inside` is zero: for columns that are
 * not finite, whose products with zero are NaN. Slower.
 */
export function multiplyInside(inside: Float64Array): typeof multiplyTile {
  return (band, reduction, length, offset0, offset1, offset2, packed, start, sums) => {
    sums.fill(0)
    for (const [i, offset] of [offset0, offset1, offset2].entries()) {
      for (let k = 0; k < length; k++) {
        const from = reduction[k]! + offset
        if (inside[from] === 0) continue
        const column = start + k * TILE_COLUMNS
        for (let q = 0; q < TILE_COLUMNS; q++) sums[i * TILE_COLUMNS + q]! += band[from]! * packed[column + q]!
      }
    }
  }
}
