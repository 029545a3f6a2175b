/**
 * Matrix products of plain arrays, accumulated in double precision.
 *
 * Each element of the result is one sum over k in its natural order, so that it does not depend on how many rows and
 * columns are computed beside it: a sample's result is the same whatever batch it is in.
 *
 * @module
 */
import type { TypedArray } from '../../tensor/dtype.js'

/** A matrix somewhere in an array: element (i, j) lies at `offset + i * row + j * column`. */
export interface Matrix<Data = TypedArray> {
  readonly data: Data
  readonly offset: number
  readonly row: number
  readonly column: number
}

type Floats = Float64Array

const TILE = 4
/** Columns of b that are packed at a time: 64 columns of a thousand rows are half a megabyte. */
const BLOCK = 64

/** c (row-major, m x n) = a (m x k) times b (k x n). */
export function multiplyFloats(
  c: Float64Array,
  a: Matrix<Floats>,
  b: Matrix<Floats>,
  m: number,
  n: number,
  k: number,
): void {
  if (m === 1) multiplyRow(c, a, b, n, k)
  else if (n === 1) multiplyRow(c, transposed(b), transposed(a), m, k)
  else multiplyTiles(c, a, b, m, n, k)
}

const transposed = ({ data, offset, row, column }: Matrix<Floats>): Matrix<Floats> => ({
  data,
  offset,
  row: column,
  column: row,
})

/** Tiles of 4 x 4 elements, for which 4 rows of a and 4 columns of b are packed side by side as doubles. */
function multiplyTiles(c: Float64Array, a: Matrix<Floats>, b: Matrix<Floats>, m: number, n: number, k: number): void {
  const rows = new Float64Array(TILE * k)
  const columns = new Float64Array(Math.min(BLOCK, Math.ceil(n / TILE) * TILE) * k)
  const tile = new Float64Array(TILE * TILE)
  for (let block = 0; block < n; block += BLOCK) {
    const width = Math.min(BLOCK, n - block)
    for (let j = 0; j < width; j += TILE) {
      const panel = columns.subarray(j * k, (j + TILE) * k)
      pack(panel, b.data, b.offset + (block + j) * b.column, b.column, b.row, Math.min(TILE, width - j), k)
    }
    for (let i = 0; i < m; i += TILE) {
      const height = Math.min(TILE, m - i)
      pack(rows, a.data, a.offset + i * a.row, a.row, a.column, height, k)
      for (let j = 0; j < width; j += TILE) {
        multiplyTile(tile, rows, columns, j * k, k)
        const right = Math.min(TILE, width - j)
        for (let y = 0; y < height; y++) {
          const start = (i + y) * n + block + j
          for (let x = 0; x < right; x++) c[start + x] = tile[y * TILE + x]!
        }
      }
    }
  }
}

/** Up to four vectors, interleaved: what is missing of four is zero. */
function pack(
  to: Float64Array,
  from: Floats,
  offset: number,
  across: number,
  along: number,
  count: number,
  k: number,
): void {
  for (let lane = 0; lane < TILE; lane++) {
    if (lane < count) {
      for (let p = 0, i = lane, j = offset + lane * across; p < k; p++, i += TILE, j += along) to[i] = from[j]!
    } else for (let p = 0, i = lane; p < k; p++, i += TILE) to[i] = 0
  }
}

/** The heart: 16 sums in 16 variables, 8 loads for 16 multiplications. */
function multiplyTile(tile: Float64Array, a: Float64Array, b: Float64Array, start: number, k: number): void {
  let [c00, c01, c02, c03, c10, c11, c12, c13] = [0, 0, 0, 0, 0, 0, 0, 0]
  let [c20, c21, c22, c23, c30, c31, c32, c33] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let p = 0, i = 0, j = start; p < k; p++, i += TILE, j += TILE) {
    const b0 = b[j]!
    const b1 = b[j + 1]!
    const b2 = b[j + 2]!
    const b3 = b[j + 3]!
    const a0 = a[i]!
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3
    const a1 = a[i + 1]!
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3
    const a2 = a[i + 2]!
    c20 += a2 * b0
    c21 += a2 * b1
    c22 += a2 * b2
    c23 += a2 * b3
    const a3 = a[i + 3]!
    c30 += a3 * b0
    c31 += a3 * b1
    c32 += a3 * b2
    c33 += a3 * b3
  }
  tile[0] = c00
  tile[1] = c01
  tile[2] = c02
  tile[3] = c03
  tile[4] = c10
  tile[5] = c11
  tile[6] = c12
  tile[7] = c13
  tile[8] = c20
  tile[9] = c21
  tile[10] = c22
  tile[11] = c23
  tile[12] = c30
  tile[13] = c31
  tile[14] = c32
  tile[15] = c33
}

/** One row times a matrix that is read in place, four columns at a time. */
function multiplyRow(c: Float64Array, a: Matrix<Floats>, b: Matrix<Floats>, n: number, k: number): void {
  const row = new Float64Array(k)
  for (let p = 0; p < k; p++) row[p] = a.data[a.offset + p * a.column]!
  const { data, column } = b
  let j = 0
  for (; j + TILE <= n; j += TILE) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    for (let p = 0, i = b.offset + j * column; p < k; p++, i += b.row) {
      const x = row[p]!
      s0 += x * data[i]!
      s1 += x * data[i + column]!
      s2 += x * data[i + 2 * column]!
      s3 += x * data[i + 3 * column]!
    }
    c[j] = s0
    c[j + 1] = s1
    c[j + 2] = s2
    c[j + 3] = s3
  }
  for (; j < n; j++) {
    let sum = 0
    for (let p = 0, i = b.offset + j * column; p < k; p++, i += b.row) sum += row[p]! * data[i]!
    c[j] = sum
  }
}

/** c = a b in 32-bit integers that wrap, as those of C do. */
export function multiplyIntegers(
  c: Int32Array,
  a: Matrix<Floats>,
  b: Matrix<Floats>,
  m: number,
  n: number,
  k: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a.data[a.offset + i * a.row + p * a.column]!
      const start = b.offset + p * b.row
      for (let j = 0; j < n; j++) c[i * n + j] = (c[i * n + j]! + Math.imul(x, b.data[start + j * b.column]!)) | 0
    }
  }
}

/** c = a b in 64-bit integers that wrap. */
export function multiplyBigints(
  c: BigInt64Array,
  a: Matrix<BigInt64Array>,
  b: Matrix<BigInt64Array>,
  m: number,
  n: number,
  k: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a.data[a.offset + i * a.row + p * a.column]!
      const start = b.offset + p * b.row
      for (let j = 0; j < n; j++) c[i * n + j]! += x * b.data[start + j * b.column]!
    }
  }
}
