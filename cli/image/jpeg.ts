import { decode, encode } from 'jpeg-js'
import { CliError, describeError } from '../error.js'
import { flattenToRgb8 } from './flatten.js'
import type { JpegFrame } from './jpegFrame.js'
import { readJpegHeader } from './jpegHeader.js'
import { orient } from './orient.js'
import type { Picture } from './picture.js'

/** The format's own limit: sizes are 16-bit numbers. */
export const JPEG_MAX_SIDE = 65535

/** Baseline and progressive JPEG; grey, YCbCr, RGB and CMYK (as RGB). Turned upright as its EXIF data asks. */
export function decodeJpeg(bytes: Buffer): Picture {
  const { frame, orientation, storedAsRgb } = readJpegHeader(bytes)
  const colours = frame.components.length === 3
  const { width, height, data } = decodeOrThrow(colours ? withoutAdobeTransform(bytes) : bytes, frame)
  if (colours && !storedAsRgb) toRgb(data)
  return orient({ width, height, channels: 3, depth: 8, data }, orientation)
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

const ADOBE = 'Adobe\0'

/**
 * The file without Adobe markers that say YCbCr, in a copy where there are any: they would have the codec convert
 * colours, whatever its options say.
 */
function withoutAdobeTransform(bytes: Buffer): Buffer {
  let out = bytes
  for (let at = bytes.indexOf(ADOBE); at >= 0; at = bytes.indexOf(ADOBE, at + 1)) {
    const isMarker = at >= 4 && bytes.readUInt16BE(at - 4) === 0xffee && bytes.readUInt16BE(at - 2) >= 14
    if (!isMarker || at + 11 >= bytes.length) continue
    if (out === bytes) out = Buffer.from(bytes)
    out[at + 11] = 0
  }
  return out
}

/** YCbCr to RGB in place, by JFIF's formula and rounded as libjpeg does: in units of 1 / 65536. */
function toRgb(pixels: Uint8Array): void {
  const rgb = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length)
  for (let at = 0; at < rgb.length; at += 3) {
    const y = rgb[at]
    const blue = rgb[at + 1] - 128
    const red = rgb[at + 2] - 128
    rgb[at] = y + ((91881 * red + 32768) >> 16)
    rgb[at + 1] = y + ((-22554 * blue - 46802 * red + 32768) >> 16)
    rgb[at + 2] = y + ((116130 * blue + 32768) >> 16)
  }
}

/** Three components come as they are stored: the codec's own conversion cuts fractions off, which makes colours darker. */
function decodeOrThrow(bytes: Buffer, frame: JpegFrame): { width: number; height: number; data: Uint8Array } {
  try {
    return decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: false,
      // No more than the frame that was checked takes: in a damaged file the codec can lose its way and find another.
      maxResolutionInMP: Math.ceil((frame.width * frame.height) / 1e6),
      maxMemoryUsageInMB: codecBytes(frame, bytes.length) / 2 ** 20,
    })
  } catch (error) {
    throw new CliError(`damaged or truncated JPEG: ${describeError(error)}`)
  }
}

/**
 * What the codec counts as memory: 4 bytes for a coefficient and one for a sample, the samples again as one array, and the
 * result. Tables, which come last, take up to four times as much as in the file: 256 bytes for 64.
 */
function codecBytes({ width, height, components, coefficients }: JpegFrame, fileBytes: number): number {
  return 5 * coefficients + width * height * (components.length + 3) + 4 * fileBytes
}
