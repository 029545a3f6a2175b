/**
 * The tables by which {@link ./maxPool.ts} knows where windows look.
 *
 * @module
 */
import { blockEntry, MOST_PLACES, ROW_ENTRY } from './maxPool.js'

/** The windows along one axis: window o sees the elements first[o], first[o] + step, ... below end[o]. */
export interface PoolAxis {
  readonly count: number
  readonly first: ArrayLike<number>
  readonly end: ArrayLike<number>
  readonly step: number
}

export interface MaxPoolTables {
  /** Rows and columns of a window. */
  readonly rows: number
  readonly columns: number
  /** For each row of windows, see {@link ROW_ENTRY}. */
  readonly rowTable: Uint8Array
  /** For each vector of windows in a row, see {@link blockEntry}. */
  readonly blockTable: Uint8Array
}

/** The tables, or `null` for windows that the kernel cannot look at: empty ones, and such that are far apart. */
export function maxPoolTables(
  axes: readonly [PoolAxis, PoolAxis, PoolAxis],
  [depth, height, width]: readonly [number, number, number],
  lanes: number,
): MaxPoolTables | null {
  if (depth * height * width > MOST_PLACES) return null
  const seen = axes.map(positions)
  if (seen.includes(null)) return null
  const [deep, high, wide] = seen as [number[][], number[][], number[][]]
  const blockTable = blocks(wide, width, lanes)
  if (blockTable === null) return null
  const rows = deep[0]!.length * high[0]!.length
  const rowTable = new DataView(new ArrayBuffer(deep.length * high.length * rows * ROW_ENTRY))
  let at = 0
  for (const planes of deep) {
    for (const lines of high) {
      for (const d of planes) {
        for (const h of lines) {
          const first = (d * height + h) * width
          rowTable.setInt32(at, 4 * first, true)
          rowTable.setFloat32(at + 4, first, true)
          at += ROW_ENTRY
        }
      }
    }
  }
  return { rows, columns: wide[0]!.length, rowTable: new Uint8Array(rowTable.buffer), blockTable }
}

/** What each window sees, all alike in number; those that see less see their last element again. `null` if one is empty. */
function positions({ count, first, end, step }: PoolAxis): number[][] | null {
  const windows = Array.from({ length: count }, (_, o) => {
    const own: number[] = []
    for (let position = first[o]!; position < end[o]!; position += step) own.push(position)
    return own
  })
  const most = Math.max(...windows.map(({ length }) => length))
  if (windows.some(({ length }) => length === 0)) return null
  for (const own of windows) while (own.length < most) own.push(own.at(-1)!)
  return windows
}

function blocks(windows: readonly number[][], width: number, lanes: number): Uint8Array | null {
  const columns = windows[0]!.length
  const entry = blockEntry(lanes)
  const table = new DataView(new ArrayBuffer(Math.ceil(windows.length / lanes) * columns * entry))
  let at = 0
  for (let block = 0; block < windows.length; block += lanes) {
    for (let column = 0; column < columns; column++, at += entry) {
      // lanes behind the last window look where it does
      const own = Array.from(
        { length: lanes },
        (_, lane) => windows[Math.min(block + lane, windows.length - 1)]![column]!,
      )
      // two vectors that do not reach behind the row
      const base = Math.max(0, Math.min(own[0]!, width - 2 * lanes))
      table.setInt32(at, 4 * base, true)
      for (const [lane, position] of own.entries()) {
        const number = position - base
        if (number < 0 || number >= 2 * lanes) return null
        table.setInt32(at + 4 + 4 * lane, number < lanes ? number : number | (1 << 31), true)
        table.setFloat32(at + 4 + 4 * (lanes + lane), position, true)
      }
    }
  }
  return new Uint8Array(table.buffer)
}
