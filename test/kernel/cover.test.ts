/** Tiles cover all results and nothing else, whatever the rectangle and the machine. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseTiles } from '../../src/kernel/channelLanesTiles.js'
import { type Cover, forEachTileOf, type Position } from '../../src/kernel/cover.js'
import type { Tile } from '../../src/kernel/tile.js'

const repeat = (count: number, body: () => void): void => {
  for (let i = 0; i < count; i++) body()
}

/**
 * How often each result is computed, by row and column.
 *
 * @param kinds of rows and columns; a tile is written for those of its first place
 */
function computed(cover: Cover, rows: number, columns: number, kinds?: { rows: string; columns: string }): number[] {
  const times = new Array<number>(rows * columns).fill(0)
  let [row, column] = [0, 0]
  const move = (down: number, right: number): void => {
    row += down
    column += right
  }
  const alike = (all: string) => (a: number, b: number, count: number) =>
    all.slice(a, a + count) === all.slice(b, b + count)
  const like = kinds && { rows: alike(kinds.rows), columns: alike(kinds.columns) }
  const body = (tile: Tile, at: Position): void => {
    expect([
      like?.rows(at.row, row, tile.rows) ?? at.row <= row,
      like?.columns(at.column, column, tile.columns) ?? at.column <= column,
    ]).toEqual([true, true])
    expect([row >= 0, row + tile.rows <= rows, column >= 0, column + tile.columns <= columns]).not.toContain(false)
    for (let y = row; y < row + tile.rows; y++)
      for (let x = column; x < column + tile.columns; x++) times[y * columns + x]! += 1
  }
  forEachTileOf(cover, repeat, move, body, like)
  expect([row, column], 'the place after the last tile').toEqual([0, 0])
  return times
}

/** The kinds of rows of a map with padding: two at the upper border see other taps, and one at the lower. */
const bordered = (size: number) => `ab${'-'.repeat(Math.max(0, size - 3))}z`.slice(0, size)

const covers = (cover: Cover | null): Cover[] => (cover ? [cover, ...covers(cover.beside), ...covers(cover.below)] : [])

/** Of AVX-512, AVX2, and WebAssembly in two engines; in float32 and float64. */
const machines = fc.constantFrom(
  ...[
    { bits: 512, vectors: 32, broadcastsInProducts: true },
    { bits: 256, vectors: 16, broadcastsInProducts: false },
    { bits: 128, vectors: 15, broadcastsInProducts: false },
    { bits: 128, vectors: 11, broadcastsInProducts: false },
  ].flatMap(({ bits, ...machine }) => [4, 8].map(bytes => ({ ...machine, bytes, lanes: bits / 8 / bytes }))),
)
const uses = fc.record({ joined: fc.boolean(), taps: fc.integer({ min: 1, max: 49 }), weightBytes: fc.nat(100_000) })
const size = fc.integer({ min: 1, max: 70 })

test('all results are covered, by tiles that fit', () => {
  fc.assert(
    fc.property(
      machines,
      uses,
      size,
      size,
      fc.integer({ min: 1, max: 100 }),
      (machine, use, rows, columns, channels) => {
        const { cover } = chooseTiles(machine, rows, columns, channels, use)
        expect(computed(cover, rows, columns)).not.toContain(0)
        expect(computed(cover, rows, columns, { rows: bordered(rows), columns: bordered(columns) })).not.toContain(0)
        for (const { tile } of covers(cover)) {
          expect(tile.rows * tile.columns * tile.vectors).toBeLessThan(machine.vectors)
          // packed weights have one order for all tiles
          expect(tile.vectors).toBe(cover.tile.vectors)
        }
      },
    ),
  )
})

test('what does not come out even is computed once where that is less work', () => {
  const avx2 = { lanes: 8, bytes: 4, vectors: 16, broadcastsInProducts: false }
  for (const size of [56, 28, 14, 7]) {
    const { cover } = chooseTiles(avx2, size, size, 64, { joined: true, taps: 9, weightBytes: 18_432 })
    expect(cover.tile).toEqual({ rows: 1, columns: 6, vectors: 2 })
    const all = computed(cover, size, size).reduce((sum, times) => sum + times)
    expect(all / size ** 2, `${size} x ${size}`).toBeLessThan(1.03)
  }
})
