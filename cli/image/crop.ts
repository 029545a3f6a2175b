import type { Rgb8 } from './flatten.js'
import { createPicture } from './picture.js'

/** The upper left part of a picture. */
export function crop(picture: Rgb8, width: number, height: number): Rgb8 {
  if (picture.width === width && picture.height === height) return picture
  const out = createPicture(width, height, 3, 8) as Rgb8
  for (let y = 0; y < height; y++) {
    const from = y * picture.width * 3
    out.data.set(picture.data.subarray(from, from + width * 3), y * width * 3)
  }
  return out
}
