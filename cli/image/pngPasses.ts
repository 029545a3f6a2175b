import type { PngHeader } from './pngHeader.js'

/** The pixels that are stored together: every `stepX`th of every `stepY`th row. */
export interface PngPass {
  left: number
  top: number
  stepX: number
  stepY: number
  columns: number
  rows: number
  /** Of one row, without the byte that names its filter; a row begins on a whole byte. */
  rowBytes: number
}

/** The seven passes of an interlaced PNG: the first column and row, and the steps between columns and rows. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Samples of a pixel, as stored: 1 for a palette. */
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

/** The passes of a picture, without those that have no pixels. */
export function pngPasses({ width, height, interlaced, ...header }: PngHeader): PngPass[] {
  return (interlaced ? ADAM7 : [[0, 0, 1, 1] as const])
    .map(([left, top, stepX, stepY]) => {
      const columns = Math.ceil((width - left) / stepX)
      const rows = Math.ceil((height - top) / stepY)
      return { left, top, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * bitsPerPixel(header)) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}

export function bitsPerPixel({ colourType, depth }: Pick<PngHeader, 'colourType' | 'depth'>): number {
  return SAMPLES[colourType] * depth
}
