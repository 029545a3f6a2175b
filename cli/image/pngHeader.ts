import { CliError } from '../error.js'
import { readOrientation } from './exif.js'

export interface PngHeader {
  width: number
  height: number
  /** Bits per sample. */
  depth: number
  /** Samples per pixel, as stored: 1 for a palette. */
  samples: number
  interlaced: boolean
  /** The file has an alpha channel or a tRNS chunk. */
  transparent: boolean
  /** 1 to 8, as in EXIF: 1 is upright. */
  orientation: number
  /** The contents of the IDAT chunks: together the compressed pixels. */
  pixels: Buffer[]
  /** Where the IEND chunk ends. Some tools leave other bytes behind it, which the format says to ignore. */
  end: number
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** The PNG chunk by chunk, without decoding: enough to refuse a cut, forged or oversized file before any work. */
export function readPngHeader(bytes: Buffer): PngHeader {
  if (bytes.length < 33) throw cutShort()
  if (bytes.readUInt32BE(8) !== 13 || chunkType(bytes, 8) !== 'IHDR') throw new CliError('damaged PNG: no IHDR chunk')
  const samples = SAMPLES[bytes[25]]
  if (samples === undefined) throw new CliError(`damaged PNG: unknown colour type ${bytes[25]}`)
  const header: PngHeader = {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    depth: bytes[24],
    samples,
    interlaced: bytes[28] === 1,
    transparent: (bytes[25] & 4) !== 0,
    orientation: 1,
    pixels: [],
    end: 8,
  }
  for (let type = ''; type !== 'IEND'; ) {
    const offset = header.end
    if (offset + 12 > bytes.length) throw cutShort()
    header.end = offset + 12 + bytes.readUInt32BE(offset)
    if (header.end > bytes.length) throw cutShort()
    type = chunkType(bytes, offset)
    if (type === 'tRNS') header.transparent = true
    const body = bytes.subarray(offset + 8, header.end - 4)
    if (type === 'eXIf') header.orientation = readOrientation(body)
    if (type === 'IDAT') header.pixels.push(body)
  }
  return header
}

function chunkType(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset + 4, offset + 8)
}

function cutShort(): CliError {
  return new CliError('the PNG is cut short: the end of the file is missing')
}
