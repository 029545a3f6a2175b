import { decode, encode } from 'jpeg-js'
import { CliError, describeError } from '../error.js'
import { flattenToRgb8 } from './flatten.js'
import { readJpegHeader } from './jpegHeader.js'
import { orient } from './orient.js'
import { checkPictureSize, type Picture } from './picture.js'

/** The format's own limit: sizes are 16-bit numbers. */
export const JPEG_MAX_SIDE = 65535

/** Baseline and progressive JPEG; grey, YCbCr, RGB and CMYK (as RGB). Turned upright as its EXIF data asks. */
export function decodeJpeg(bytes: Buffer): Picture {
  const header = readJpegHeader(bytes)
  checkPictureSize(header.width, header.height)
  const { width, height, data } = decodeOrThrow(bytes, header.storedAsRgb)
  return orient({ width, height, channels: 3, depth: 8, data }, header.orientation)
}

/** `quality` 1 to 100. Transparent pixels are shown on white: JPEG has no alpha. */
export function encodeJpeg(picture: Picture, quality: number): Uint8Array {
  const { width, height, data: rgb } = flattenToRgb8(picture)
  const rgba = new Uint8Array(width * height * 4)
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]
    rgba[to + 1] = rgb[from + 1]
    rgba[to + 2] = rgb[from + 2]
    rgba[to + 3] = 255
  }
  return encode({ width, height, data: rgba }, quality).data
}

function decodeOrThrow(bytes: Buffer, storedAsRgb: boolean): { width: number; height: number; data: Uint8Array } {
  try {
    return decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      ...(storedAsRgb ? { colorTransform: false } : {}),
      // The size has been checked already, so the codec's own limits are out of the way.
      maxResolutionInMP: Number.POSITIVE_INFINITY,
      maxMemoryUsageInMB: Number.POSITIVE_INFINITY,
    })
  } catch (error) {
    throw new CliError(`damaged or truncated JPEG: ${describeError(error)}`)
  }
}
