import { extname } from 'node:path'
import { CliError } from '../error.js'
import { encodeJpeg, JPEG_MAX_SIDE } from './jpeg.js'
import type { Picture } from './picture.js'
import { encodePng } from './png.js'

export type Format = 'png' | 'jpeg'

const FORMATS: Readonly<Record<string, Format>> = { '.png': 'png', '.jpg': 'jpeg', '.jpeg': 'jpeg' }

/** The format that a file's name asks for. */
export function formatOf(path: string): Format {
  const format = FORMATS[extname(path).toLowerCase()]
  if (!format) throw new CliError(`${path}: the name of a result must end in .png, .jpg or .jpeg`, 2)
  return format
}

/** Asked before the work starts, so that nobody waits for a picture that cannot be stored. */
export function checkFormatHolds(path: string, width: number, height: number): void {
  if (formatOf(path) === 'jpeg' && Math.max(width, height) > JPEG_MAX_SIDE) {
    throw new CliError(
      `${path}: a JPEG cannot be ${width} x ${height} (its sides end at ${JPEG_MAX_SIDE}); write a .png`,
    )
  }
}

/** PNG keeps alpha and 16 bits; JPEG is 8-bit, and transparent parts turn white. */
export async function encodePicture(picture: Picture, format: Format, quality: number): Promise<Uint8Array> {
  return format === 'png' ? encodePng(picture) : encodeJpeg(picture, quality)
}
