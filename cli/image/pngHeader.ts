import { crc32 } from 'node:zlib'
import { CliError } from '../error.js'
import { readOrientation } from './exif.js'
import { checkPictureSize } from './picture.js'

export type PngColourType = 0 | 2 | 3 | 4 | 6

export interface PngHeader {
  width: number
  height: number
  /** 0: grey, 2: RGB, 3: palette, 4: grey with alpha, 6: RGB with alpha. */
  colourType: PngColourType
  /** Bits per sample. */
  depth: number
  interlaced: boolean
  /** 1 to 8, as in EXIF: 1 is upright. */
  orientation: number
  /** The contents of the PLTE chunk: red, green and blue of each entry. */
  palette: Buffer
  /** The contents of the tRNS chunk: the palette's alpha, or the colour that is transparent. */
  transparency: Buffer | undefined
  /** The contents of the IDAT chunks: together the compressed pixels. */
  pixels: Buffer[]
}

/** The depths that each colour type may have. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** The PNG chunk by chunk, without decoding: enough to refuse a cut, forged or oversized file before any work. */
export function readPngHeader(bytes: Buffer): PngHeader {
  if (bytes.length < 33) throw cutShort()
  if (bytes.readUInt32BE(8) !== 13 || chunkType(bytes, 8) !== 'IHDR') throw new CliError('damaged PNG: no IHDR chunk')
  const header = readIhdr(bytes.subarray(16, 29))
  let end = 8
  for (let type = ''; type !== 'IEND'; ) {
    const start = end
    if (start + 12 > bytes.length) throw cutShort()
    end = start + 12 + bytes.readUInt32BE(start)
    if (end > bytes.length) throw cutShort()
    type = chunkType(bytes, start)
    readChunk(header, type, bytes.subarray(start, end))
  }
  return header
}

function readIhdr(body: Buffer): PngHeader {
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)]
  const [depth, colourType, compression, filter, interlace] = body.subarray(8)
  checkPictureSize(width, height)
  const depths = DEPTHS[colourType]
  if (!depths) throw new CliError(`damaged PNG: unknown colour type ${colourType}`)
  if (!depths.includes(depth))
    throw new CliError(`damaged PNG: ${depth}-bit samples; colour type ${colourType} has ${depths.join(', ')} bits`)
  if (compression !== 0) throw new CliError(`damaged PNG: unknown compression method ${compression}`)
  if (filter !== 0) throw new CliError(`damaged PNG: unknown filter method ${filter}`)
  if (interlace > 1) throw new CliError(`damaged PNG: unknown interlace method ${interlace}`)
  return {
    width,
    height,
    colourType: colourType as PngColourType,
    depth,
    interlaced: interlace === 1,
    orientation: 1,
    palette: Buffer.alloc(0),
    transparency: undefined,
    pixels: [],
  }
}

/** One chunk, with its length, type and checksum. Those that need not be understood are passed over. */
function readChunk(header: PngHeader, type: string, chunk: Buffer): void {
  const body = chunk.subarray(8, -4)
  if (type === 'eXIf') header.orientation = readOrientation(body)
  const critical = (chunk[4] & 0x20) === 0
  if (!critical && type !== 'tRNS') return
  if (crc32(chunk.subarray(4, -4)) !== chunk.readUInt32BE(chunk.length - 4))
    throw new CliError(`damaged PNG: the checksum of its ${type} chunk does not match`)
  if (type === 'PLTE') header.palette = body
  else if (type === 'tRNS') header.transparency = body
  else if (type === 'IDAT') header.pixels.push(body)
  else if (type !== 'IHDR' && type !== 'IEND')
    throw new CliError(`damaged PNG: unknown chunk ${JSON.stringify(type)}, which is marked as needed`)
}

function chunkType(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset + 4, offset + 8)
}

function cutShort(): CliError {
  return new CliError('the PNG is cut short: the end of the file is missing')
}
