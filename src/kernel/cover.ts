/**
 * Covering a rectangle of results with tiles.
 *
 * Where tiles of one size do not come out even, the last one of a row or column may overlap the one before it, so that
 * what stands twice is computed twice, with the same bits; or what is left beside and below has tiles of its own.
 *
 * @module
 */
import { fits, MOST_VECTORS, type Registers, stepCost, type Tile, type TileUse } from './tile.js'
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

/** A cover and its work for each source channel and tap, in products of vectors. */
interface Costed {
  readonly cover: Cover
  readonly work: number
}

/** Tiles of another size are more code, and must save more than this part of the work. */
const MORE_CODE = 0.015

/** The cover of `rows` x `columns` results of `channels` channels with the least work, and that work. */
export function chooseCover(machine: Registers, rows: number, columns: number, channels: number, use: TileUse): Costed {
  const blocks = Math.ceil(channels / machine.lanes)
  const most = Math.min(MOST_VECTORS, blocks)
  let best: Costed | undefined
  for (let vectors = most; vectors >= 1; vectors--) {
    const { cover, work } = new Covering(machine, vectors, vectors === most, use).best(rows, columns, 2)
    const all = (work * blocks) / vectors
    if (!best || all < best.work) best = { cover, work: all }
  }
  return best!
}

/** The covers by tiles of so many vectors. */
class Covering {
  private readonly known = new Map<string, Costed>()

  constructor(
    private readonly machine: Registers,
    private readonly vectors: number,
    /** Whether tiles may have several rows: a load for each product keeps pace only where the loaded pixels are neighbours. */
    private readonly tall: boolean,
    private readonly use: TileUse,
  ) {}

  /** @param sizes how many sizes of tiles there may be from a rectangle to a rest of a rest */
  best(rows: number, columns: number, sizes: number): Costed {
    const key = `${rows} ${columns} ${sizes}`
    const known = this.known.get(key)
    if (known) return known
    let best: Costed | null = null
    const registers = Math.floor(this.machine.vectors / this.vectors)
    // the widest first: the rows of a wide tile lie in fewer cache lines
    for (let wide = Math.min(columns, registers); wide >= 1; wide--) {
      const across = axisCuts(columns, wide, sizes > 1)
      for (let high = 1; high <= Math.min(rows, this.tall ? registers / wide : 1); high++) {
        for (const down of axisCuts(rows, high, sizes > 1)) {
          for (const own of across) best = this.better(best, rows, columns, down, own, sizes - 1)
        }
      }
    }
    // a tile of one result always fits
    this.known.set(key, best!)
    return best!
  }

  /** The cover with these tiles first, if its work is less than that of `best`. */
  private better(
    best: Costed | null,
    rows: number,
    columns: number,
    down: AxisCut,
    across: AxisCut,
    sizes: number,
  ): Costed | null {
    const tile = { rows: down.tile, columns: across.tile, vectors: this.vectors }
    if (!fits(this.machine, tile, this.use.joined)) return best
    const tiles = Math.ceil(down.length / tile.rows) * Math.ceil(across.length / tile.columns)
    let work = tiles * stepCost(this.machine, tile, this.use)
    if (best && work >= best.work) return best
    const beside = across.length < columns ? this.best(down.length, columns - across.length, sizes) : null
    const below = down.length < rows ? this.best(rows - down.length, columns, sizes) : null
    for (const rest of [beside, below]) if (rest) work = (work + rest.work) * (1 + MORE_CODE)
    if (best && work >= best.work) return best
    const rests = { beside: beside?.cover ?? null, below: below?.cover ?? null }
    return { cover: { tile, rows: down.length, columns: across.length, ...rests }, work }
  }
}

/** How much of an axis tiles of a size cover; the last one may overlap the one before it. */
interface AxisCut {
  readonly tile: number
  readonly length: number
}

/** By the whole length in even tiles of at most `most`; and, if `rests` may be, as far as tiles of `most` go without overlap. */
function axisCuts(length: number, most: number, rests: boolean): AxisCut[] {
  const whole = { tile: evenTile(length, most), length }
  return rests && length % most > 0 ? [whole, { tile: most, length: length - (length % most) }] : [whole]
}

/**
 * Calls `body` at each tile.
 *
 * @param move goes so many rows down and columns to the right
 */
export function forEachTileOf(
  cover: Cover,
  repeat: (count: number, body: () => void) => void,
  move: (rows: number, columns: number) => void,
  body: (tile: Tile) => void,
): void {
  const { tile, rows, columns, beside, below } = cover
  const [down, right] = [(count: number) => move(count, 0), (count: number) => move(0, count)]
  forEachTile(repeat, rows, tile.rows, down, () => forEachTile(repeat, columns, tile.columns, right, () => body(tile)))
  if (beside) {
    right(columns)
    forEachTileOf(beside, repeat, move, body)
    right(-columns)
  }
  if (below) {
    down(rows)
    forEachTileOf(below, repeat, move, body)
    down(-rows)
  }
}
