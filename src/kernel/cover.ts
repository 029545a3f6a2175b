/**
 * Covering a rectangle of results with tiles.
 *
 * Where tiles of one size do not come out even, the last one of a row or column may overlap the one before it, so that
 * what stands twice is computed twice, with the same bits; or what is left beside and below has tiles of its own.
 *
 * @module
 */
import type { Tile } from './tile.js'
import { evenTile, forEachTile } from './tiling.js'

export interface Cover {
  readonly tile: Tile
  /** What tiles of this size cover. */
  readonly rows: number
  readonly columns: number
  /** The columns to the right of these rows, and then all columns of the rows below. */
  readonly beside: Cover | null
  readonly below: Cover | null
}

/** The tiles that a cover may have. One of a single pixel must be among them. */
export interface TileRules {
  /** Vectors of channels of every tile. */
  readonly vectors: number
  /** Pixels and rows of a tile, at most. */
  readonly pixels: number
  readonly rows: number
  fits(tile: Tile): boolean
  /** The work of a tile, in whatever unit. */
  cost(tile: Tile): number
}

/** A cover and its work. */
export interface Costed {
  readonly cover: Cover
  readonly work: number
}

/** Tiles of another size are more code, and must save more than this part of the work. */
const MORE_CODE = 0.005

/**
 * The cover of `rows` x `columns` results with the least work, of these kinds: pieces of a row, and beside them tiles of
 * several rows; or only such tiles.
 */
export function chooseCover(rules: TileRules, rows: number, columns: number): Costed {
  let best = ofSeveralRows(rules, rows, columns)
  // the widest first: the rows of a wide tile lie in fewer cache lines
  for (let wide = Math.min(columns, rules.pixels); wide >= 1; wide--) {
    best = better(best, even(rules, 1, evenTile(columns, wide), rows, columns))
    const rest = columns % wide
    const main = rest > 0 ? even(rules, 1, wide, rows, columns - rest) : null
    if (main && (!best || main.work < best.work))
      best = better(best, joined(main, 'beside', ofSeveralRows(rules, rows, rest)))
  }
  if (!best) throw new Error('a tile of one pixel does not fit')
  return best
}

/** By tiles as wide as all columns, or half of them. */
function ofSeveralRows(rules: TileRules, rows: number, columns: number): Costed | null {
  let best: Costed | null = null
  for (const wide of columns > 1 ? [columns, Math.ceil(columns / 2)] : [1]) {
    for (let high = 1; high <= Math.min(rows, rules.rows, rules.pixels / wide); high++) {
      best = better(best, even(rules, evenTile(rows, high), wide, rows, columns))
      const rest = rows % high
      const main = rest > 0 ? even(rules, high, wide, rows - rest, columns) : null
      if (main) best = better(best, joined(main, 'below', even(rules, rest, wide, rest, columns)))
    }
  }
  return best
}

/** Tiles of one size, of which the last may overlap; `null` if they do not fit. */
function even(rules: TileRules, high: number, wide: number, rows: number, columns: number): Costed | null {
  const tile = { rows: high, columns: wide, vectors: rules.vectors }
  if (!rules.fits(tile)) return null
  const cover = { tile, rows, columns, beside: null, below: null }
  return { cover, work: workOf(cover, rules.cost) }
}

function joined(main: Costed, side: 'beside' | 'below', rest: Costed | null): Costed | null {
  if (!rest) return null
  return { cover: { ...main.cover, [side]: rest.cover }, work: (main.work + rest.work) * (1 + MORE_CODE) }
}

const better = (best: Costed | null, own: Costed | null) => (own && (!best || own.work < best.work) ? own : best)

/** The work of a cover's tiles. */
export function workOf({ tile, rows, columns, beside, below }: Cover, cost: (tile: Tile) => number): number {
  const own = Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns) * cost(tile)
  return own + (beside ? workOf(beside, cost) : 0) + (below ? workOf(below, cost) : 0)
}

/** Where something is in a rectangle. */
export interface Position {
  readonly row: number
  readonly column: number
}

/** Whether `count` rows, or columns, from one on are computed as those from another one on. */
export interface Alike {
  rows(a: number, b: number, count: number): boolean
  columns(a: number, b: number, count: number): boolean
}

const ALL_ALIKE: Alike = { rows: () => true, columns: () => true }

/**
 * Calls `body` at each tile, or once for neighbours that are alike, with where the first of them is.
 *
 * @param move goes so many rows down and columns to the right
 * @param alike which rows and columns are. Default: all are
 * @param at where the cover is in its rectangle. Default: all over it
 */
export function forEachTileOf(
  cover: Cover,
  repeat: (count: number, body: () => void) => void,
  move: (rows: number, columns: number) => void,
  body: (tile: Tile, at: Position) => void,
  alike: Alike = ALL_ALIKE,
  at: Position = { row: 0, column: 0 },
): void {
  const { tile, rows, columns, beside, below } = cover
  const [down, right] = [(count: number) => move(count, 0), (count: number) => move(0, count)]
  const rowsAlike = (a: number, b: number) => alike.rows(at.row + a, at.row + b, tile.rows)
  const columnsAlike = (a: number, b: number) => alike.columns(at.column + a, at.column + b, tile.columns)
  const inRow = (row: number) => (column: number) => body(tile, { row: at.row + row, column: at.column + column })
  const alongRow = (row: number) => forEachTile(repeat, columns, tile.columns, right, inRow(row), columnsAlike)
  forEachTile(repeat, rows, tile.rows, down, alongRow, rowsAlike)
  if (beside) {
    right(columns)
    forEachTileOf(beside, repeat, move, body, alike, { ...at, column: at.column + columns })
    right(-columns)
  }
  if (below) {
    down(rows)
    forEachTileOf(below, repeat, move, body, alike, { ...at, row: at.row + rows })
    down(-rows)
  }
}
