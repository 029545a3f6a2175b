import type { Picture } from '../image/picture.js'
import { clamp, type Planes, readTile, SCALE, type Tile } from './tiles.js'

const ALPHA = 3

/**
 * Where a pixel and its eight neighbours have the same alpha, the doubled pixel keeps exactly that value: the network
 * would answer 254 for 255, and an opaque picture must stay opaque. Returns null where nothing in the tile changes.
 */
export function readAlphaTile(picture: Picture, tile: Tile): Planes | null {
  for (let y = tile.y; y < tile.y + tile.height; y++) {
    for (let x = tile.x; x < tile.x + tile.width; x++) {
      // The network takes three channels, so it gets alpha as a grey picture: edges come out as crisp as the colours'.
      if (!isFlat(picture, x, y)) return readTile(picture, tile, [ALPHA, ALPHA, ALPHA])
    }
  }
  return null
}

/** Puts the tile's alpha into `out`; `planes` is what the network made of `readAlphaTile`. */
export function writeAlphaTile(
  picture: Picture,
  tile: Tile,
  planes: Planes | null,
  out: Picture,
  toInteger: (value: number) => number,
): void {
  const size = planes ? planes.height * planes.width : 0
  for (let y = 0; y < tile.height * SCALE; y++) {
    const sourceY = tile.y + Math.floor(y / SCALE)
    for (let x = 0; x < tile.width * SCALE; x++) {
      const sourceX = tile.x + Math.floor(x / SCALE)
      const at = y * tile.width * SCALE + x
      const value =
        planes && !isFlat(picture, sourceX, sourceY)
          ? toInteger((planes.data[at] + planes.data[at + size] + planes.data[at + 2 * size]) / 3)
          : alphaAt(picture, sourceX, sourceY)
      out.data[((tile.y * SCALE + y) * out.width + tile.x * SCALE + x) * 4 + ALPHA] = value
    }
  }
}

function isFlat(picture: Picture, x: number, y: number): boolean {
  const value = alphaAt(picture, x, y)
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      if (alphaAt(picture, clamp(x + dx, picture.width), clamp(y + dy, picture.height)) !== value) return false
    }
  }
  return true
}

function alphaAt(picture: Picture, x: number, y: number): number {
  return picture.data[(y * picture.width + x) * 4 + ALPHA]
}
