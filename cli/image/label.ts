import type { Rgb8 } from './flatten.js'

/** Glyphs of 5 x 7 pixels, one number a row, the leftmost pixel in bit 4: just the ones that the labels need. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  E: [31, 16, 16, 30, 16, 16, 31],
  G: [14, 17, 16, 23, 17, 17, 15],
  I: [14, 4, 4, 4, 4, 4, 14],
  K: [17, 18, 20, 24, 20, 18, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 21, 19, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  R: [30, 17, 17, 30, 20, 18, 17],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  W: [17, 17, 17, 21, 21, 27, 17],
  d: [1, 1, 13, 19, 17, 19, 13],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 6, 8, 16, 31],
  '3': [30, 1, 1, 14, 1, 1, 30],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [14, 16, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 1, 14],
  '.': [0, 0, 0, 0, 0, 12, 12],
  '→': [0, 4, 2, 31, 2, 4, 0],
}

const ADVANCE = 6
const HEIGHT = 7
const INK = 40

export function labelHeight(scale: number): number {
  return (HEIGHT + 6) * scale
}

export function labelWidth(text: string, scale: number): number {
  return (text.length * ADVANCE - 1) * scale
}

/** Dark text with its upper left corner at (left, top). Letters without a glyph stay blank. */
export function drawLabel(picture: Rgb8, text: string, left: number, top: number, scale: number): void {
  for (let i = 0; i < text.length; i++) {
    const rows = GLYPHS[text[i]] ?? []
    for (let y = 0; y < rows.length * scale; y++) {
      for (let x = 0; x < 5 * scale; x++) {
        const bit = 4 - Math.floor(x / scale)
        if (((rows[Math.floor(y / scale)] >> bit) & 1) === 0) continue
        const pixel = (top + y) * picture.width + left + i * ADVANCE * scale + x
        picture.data.fill(INK, pixel * 3, pixel * 3 + 3)
      }
    }
  }
}
