import type { Picture } from '../image/picture.js'
import { CONTEXT } from './tiles.js'

/**
 * What a fully transparent pixel's colour is, is up to the program that wrote the file (often black), and the network
 * would draw it into the visible edge as a halo. So the visible colours are first spread outwards, as far as the network
 * looks: each ring of transparent pixels becomes the mean of the neighbours that are coloured already.
 */
export function bleedColours(picture: Picture): Picture {
  if (picture.channels === 3) return picture
  const { width, height } = picture
  const coloured = new Uint8Array(width * height)
  let hidden = 0
  for (let pixel = 0; pixel < coloured.length; pixel++) {
    coloured[pixel] = picture.data[pixel * 4 + 3] > 0 ? 1 : 0
    hidden += 1 - coloured[pixel]
  }
  if (hidden === 0) return picture
  const data = picture.data.slice()
  let ring = edgePixels(coloured, width, height)
  for (let distance = 0; distance <= CONTEXT && ring.length > 0; distance++) {
    for (const pixel of ring) setMean(data, coloured, pixel, width, height)
    for (const pixel of ring) coloured[pixel] = 1
    ring = uncolouredNeighbours(ring, coloured, width, height)
  }
  return { ...picture, data }
}

function edgePixels(coloured: Uint8Array, width: number, height: number): number[] {
  const edge: number[] = []
  for (let pixel = 0; pixel < coloured.length; pixel++) {
    if (coloured[pixel] === 0 && neighbours(pixel, width, height).some(other => coloured[other] === 1)) edge.push(pixel)
  }
  return edge
}

function uncolouredNeighbours(ring: readonly number[], coloured: Uint8Array, width: number, height: number): number[] {
  const next = new Set<number>()
  for (const pixel of ring) {
    for (const other of neighbours(pixel, width, height)) if (coloured[other] === 0) next.add(other)
  }
  return [...next]
}

function setMean(data: Picture['data'], coloured: Uint8Array, pixel: number, width: number, height: number): void {
  const around = neighbours(pixel, width, height).filter(other => coloured[other] === 1)
  for (let c = 0; c < 3; c++) {
    const sum = around.reduce((total, other) => total + data[other * 4 + c], 0)
    data[pixel * 4 + c] = Math.round(sum / around.length)
  }
}

function neighbours(pixel: number, width: number, height: number): number[] {
  const x = pixel % width
  const y = Math.floor(pixel / width)
  const found: number[] = []
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
      if (inside && (dx !== 0 || dy !== 0)) found.push(pixel + dy * width + dx)
    }
  }
  return found
}
