import type { Picture } from '../image/picture.js'

/** How far the network looks around a pixel: its input is this much larger on every side than what it answers for. */
export const CONTEXT = 7

/** The network makes this many pixels of one, in each direction. */
export const SCALE = 2

/** A part of the picture, in its pixels. */
export interface Tile {
  x: number
  y: number
  width: number
  height: number
}

/** Channel after channel, row after row, as (C, H, W); the number of channels is data.length / (height * width). */
export interface Planes {
  data: Float32Array
  height: number
  width: number
}

/**
 * Covers the picture with tiles of at most `tileSize` x `tileSize`, row by row. Sizes are evened out: 130 pixels in tiles
 * of 128 become 65 + 65, not 128 + 2, as every tile pays for its surroundings.
 */
export function planTiles(width: number, height: number, tileSize: number): Tile[] {
  const tiles: Tile[] = []
  for (const [y, bottom] of cut(height, tileSize)) {
    for (const [x, right] of cut(width, tileSize)) tiles.push({ x, y, width: right - x, height: bottom - y })
  }
  return tiles
}

/**
 * The tile and its surroundings, in 0..1, from the named channels. Around the tile stand its true neighbours; only what
 * lies outside the picture repeats the nearest edge pixel. So every output pixel sees the very numbers it would see if
 * the whole picture went through the network at once, and no seam can arise.
 */
export function readTile(picture: Picture, tile: Tile, channels: readonly number[]): Planes {
  const width = tile.width + 2 * CONTEXT
  const height = tile.height + 2 * CONTEXT
  const data = new Float32Array(channels.length * height * width)
  const max = picture.depth === 16 ? 65535 : 255
  let to = 0
  for (const channel of channels) {
    for (let y = 0; y < height; y++) {
      const row = clamp(tile.y + y - CONTEXT, picture.height) * picture.width
      for (let x = 0; x < width; x++) {
        const pixel = row + clamp(tile.x + x - CONTEXT, picture.width)
        data[to++] = picture.data[pixel * picture.channels + channel] / max
      }
    }
  }
  return { data, height, width }
}

/** Puts what the network made of the tile's colours into the doubled picture, each value through `round`. */
export function writeTile(tile: Tile, planes: Planes, out: Picture, round: (value: number) => number): void {
  const size = planes.height * planes.width
  for (let y = 0, from = 0; y < planes.height; y++) {
    let to = ((tile.y * SCALE + y) * out.width + tile.x * SCALE) * out.channels
    for (let x = 0; x < planes.width; x++, from++, to += out.channels) {
      out.data[to] = round(planes.data[from])
      out.data[to + 1] = round(planes.data[from + size])
      out.data[to + 2] = round(planes.data[from + 2 * size])
    }
  }
}

export function clamp(index: number, size: number): number {
  return index < 0 ? 0 : index >= size ? size - 1 : index
}

function* cut(size: number, tileSize: number): Generator<[number, number]> {
  const parts = Math.ceil(size / tileSize)
  for (let i = 0; i < parts; i++) yield [Math.floor((size * i) / parts), Math.floor((size * (i + 1)) / parts)]
}
