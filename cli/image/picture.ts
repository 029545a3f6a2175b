import { CliError } from '../error.js'

/**
 * A decoded picture: interleaved rows of RGB or RGBA, in the integers of the file it came from. Floats are made tile by
 * tile, so a picture costs 3 or 4 bytes a pixel (twice that at 16 bits) however it was stored.
 *
 * The numbers are taken as sRGB: embedded colour profiles and gamma chunks are neither applied nor carried over.
 */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly depth: 8 | 16
  readonly data: Uint8Array | Uint16Array
}

/** Large enough for every camera, small enough that a forged header cannot ask for all the memory there is. */
const MAX_PIXELS = 100_000_000
/** libpng's own limit. Each row and each column costs something besides its pixels. */
const MAX_SIDE = 1_000_000

export function createPicture(width: number, height: number, channels: 3 | 4, depth: 8 | 16): Picture {
  const length = width * height * channels
  return { width, height, channels, depth, data: depth === 16 ? new Uint16Array(length) : new Uint8Array(length) }
}

export function maxValue(picture: Picture): 255 | 65535 {
  return picture.depth === 16 ? 65535 : 255
}

/** Refuses a size before anything is allocated for it. */
export function checkPictureSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw new CliError(`the picture is ${width} x ${height}: it has no pixels`)
  if (width * height > MAX_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6)
    throw new CliError(`${width} x ${height} is ${megapixels} megapixels; at most ${MAX_PIXELS / 1e6} are accepted`)
  }
  if (Math.max(width, height) > MAX_SIDE)
    throw new CliError(`${width} x ${height}: sides of at most ${MAX_SIDE} pixels are accepted`)
}
