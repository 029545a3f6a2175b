import { PNG } from 'pngjs'
import { orient } from './orient.js'
import { createPicture, type Picture } from './picture.js'
import { isPngTransparent } from './pngColours.js'
import { readPngHeader } from './pngHeader.js'
import { pngPasses } from './pngPasses.js'
import { unpackPixels } from './pngPixels.js'
import { paintRows } from './pngRows.js'

/**
 * Every kind of PNG: grey, palette, transparent, interlaced, 1 to 16 bits. Depths below 8 are stretched to 8. Turned
 * upright as its EXIF data asks.
 */
export function decodePng(bytes: Buffer): Picture {
  const header = readPngHeader(bytes)
  const passes = pngPasses(header)
  const unpacked = unpackPixels(header, passes)
  const channels = isPngTransparent(header) ? 4 : 3
  const picture = createPicture(header.width, header.height, channels, header.depth === 16 ? 16 : 8)
  paintRows(header, passes, unpacked, picture)
  return orient(picture, header.orientation)
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
