import { createPicture, type Picture } from './picture.js'

export interface Rgb8 extends Picture {
  readonly channels: 3
  readonly depth: 8
  readonly data: Uint8Array
}

/** The picture as 8-bit RGB, as it looks on a white page. A picture that is so already is returned as it is. */
export function flattenToRgb8(picture: Picture): Rgb8 {
  if (isRgb8(picture)) return picture
  const { width, height, channels, data } = picture
  const out = createPicture(width, height, 3, 8) as Rgb8
  const step = picture.depth === 16 ? 257 : 1
  const opaque = 255 * step
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = channels === 4 ? data[pixel * 4 + 3] / opaque : 1
    for (let c = 0; c < 3; c++) {
      const value = data[pixel * channels + c] / step
      out.data[pixel * 3 + c] = Math.round(255 + (value - 255) * alpha)
    }
  }
  return out
}

export function isTransparent(picture: Picture): boolean {
  if (picture.channels === 3) return false
  const opaque = picture.depth === 16 ? 65535 : 255
  for (let i = 3; i < picture.data.length; i += 4) if (picture.data[i] !== opaque) return true
  return false
}

function isRgb8(picture: Picture): picture is Rgb8 {
  return picture.channels === 3 && picture.depth === 8
}
