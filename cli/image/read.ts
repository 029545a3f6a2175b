import { readFile, stat } from 'node:fs/promises'
import { CliError, describeError, errorCode } from '../error.js'
import { decodeJpeg } from './jpeg.js'
import type { Picture } from './picture.js'
import { decodePng } from './png.js'

const MAX_FILE_BYTES = 1 << 29

/** The picture in a file. What kind of file it is, is told by its first bytes: names are often wrong. */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await readBytes(path)
  try {
    return await decodePicture(bytes)
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`${path}: ${error.message}`, error.exitCode)
    if (error instanceof RangeError) throw new CliError(`${path}: not enough memory for this picture`)
    throw error
  }
}

async function decodePicture(bytes: Buffer): Promise<Picture> {
  if (bytes.length === 0) throw new CliError('the file is empty')
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return decodePng(bytes)
  if (startsWith(bytes, '\xff\xd8\xff')) return decodeJpeg(bytes)
  const kind = otherKind(bytes)
  if (kind) throw new CliError(`is a ${kind} picture; convforge reads PNG and JPEG`)
  if (isBeginningOfPngOrJpeg(bytes)) throw new CliError('the picture is cut short: the end of the file is missing')
  throw new CliError('not a PNG or JPEG picture')
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const info = await stat(path)
    if (info.isDirectory()) throw new CliError(`${path}: is a directory, not a picture`)
    if (!info.isFile() && !info.isFIFO()) throw new CliError(`${path}: not a file`)
    if (info.size > MAX_FILE_BYTES) {
      const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20)
      throw new CliError(`${path}: ${megabytes(info.size)} MiB; files up to ${megabytes(MAX_FILE_BYTES)} MiB are read`)
    }
    return await readFile(path)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${path}: ${errorCode(error) === 'ENOENT' ? 'no such file' : describeError(error)}`)
  }
}

function startsWith(bytes: Buffer, signature: string, at = 0): boolean {
  return bytes.toString('latin1', at, at + signature.length) === signature
}

function isBeginningOfPngOrJpeg(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 8)
  return '\x89PNG\r\n\x1a\n'.startsWith(text) || '\xff\xd8\xff'.startsWith(text)
}

/** Formats that people are likely to try: naming the format says what to do next. */
function otherKind(bytes: Buffer): string | undefined {
  if (startsWith(bytes, 'GIF8')) return 'GIF'
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'WebP'
  if (startsWith(bytes, 'ftypavi', 4)) return 'AVIF'
  if (startsWith(bytes, 'ftyphei', 4) || startsWith(bytes, 'ftypmif', 4)) return 'HEIC'
  if (startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*')) return 'TIFF'
  if (startsWith(bytes, 'BM') && bytes.length >= 14 && bytes.readUInt32LE(2) === bytes.length) return 'BMP'
  return undefined
}
