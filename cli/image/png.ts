import { PNG } from 'pngjs'
import { CliError, oneLine } from '../error.js'
import { orient } from './orient.js'
import { checkPictureSize, type Picture } from './picture.js'
import { readPngHeader } from './pngHeader.js'
import { checkPngPixels } from './pngPixels.js'

/**
 * Every kind of PNG: grey, palette, transparent, interlaced, 1 to 16 bits. Depths below 8 are stretched to 8. Turned
 * upright as its EXIF data asks.
 */
export function decodePng(bytes: Buffer): Picture {
  const header = readPngHeader(bytes)
  checkPictureSize(header.width, header.height)
  checkPngPixels(header)
  const depth = header.depth === 16 ? 16 : 8
  const rgba = parse(bytes.subarray(0, header.end), depth)
  const { width, height } = header
  const pixels = header.transparent ? { channels: 4 as const, data: rgba } : dropAlpha(rgba)
  return orient({ width, height, depth, ...pixels }, header.orientation)
}

export function encodePng(picture: Picture): Promise<Uint8Array> {
  const png = new PNG({
    colorType: picture.channels === 4 ? 6 : 2,
    inputColorType: picture.channels === 4 ? 6 : 2,
    inputHasAlpha: picture.channels === 4,
    bitDepth: picture.depth,
    deflateLevel: 6,
    deflateStrategy: 0,
  })
  // Given here and not to the constructor, which would allocate a second picture.
  png.width = picture.width
  png.height = picture.height
  png.data = wholeBuffer(picture.data)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    png.on('data', (chunk: Buffer) => chunks.push(chunk))
    png.on('end', () => resolve(Buffer.concat(chunks)))
    png.on('error', reject)
    png.pack()
  })
}

/** The codec reads 16-bit samples from the beginning of the underlying buffer, wherever the array itself begins. */
function wholeBuffer(data: Picture['data']): Buffer {
  const whole = data.byteLength === data.buffer.byteLength ? data : data.slice()
  return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
}

/** All pixels as RGBA. By the codec's synchronous half: errors of the other one can escape and end the process. */
function parse(bytes: Buffer, depth: 8 | 16): Uint8Array | Uint16Array {
  try {
    // Without skipRescale 16-bit samples would be reduced to 8 bits, with it fewer bits would not be stretched to 8.
    return PNG.sync.read(bytes, { skipRescale: depth === 16 }).data
  } catch (error) {
    throw new CliError(`damaged PNG: ${plainReason(error)}`)
  }
}

function plainReason(error: unknown): string {
  const message = oneLine(error instanceof Error ? error.message : String(error))
  if (message.startsWith('Crc error') || message.startsWith('unrecognised content')) return 'a checksum does not match'
  return message
}

function dropAlpha(rgba: Uint8Array | Uint16Array): { channels: 3; data: Uint8Array | Uint16Array } {
  const pixels = rgba.length / 4
  const data = rgba instanceof Uint16Array ? new Uint16Array(pixels * 3) : new Uint8Array(pixels * 3)
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from]
    data[to + 1] = rgba[from + 1]
    data[to + 2] = rgba[from + 2]
  }
  return { channels: 3, data }
}
