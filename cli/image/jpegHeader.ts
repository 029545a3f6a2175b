import { CliError } from '../error.js'
import { readOrientation } from './exif.js'

export interface JpegHeader {
  width: number
  height: number
  /** 1 to 8, as in EXIF: 1 is upright. */
  orientation: number
  /** 1: grey, 3: colours, 4: CMYK. */
  components: number
  /** The components are RGB itself, not YCbCr. */
  storedAsRgb: boolean
}

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP14 = 0xee

/** The segments before the picture data: size, orientation and kind, known before any memory is taken. */
export function readJpegHeader(bytes: Buffer): JpegHeader {
  let frame: { width: number; height: number; componentIds: string } | undefined
  let orientation = 1
  let jfif = false
  let adobeTransform: number | undefined
  for (const { marker, body } of segments(bytes)) {
    if (isStartOfFrame(marker)) frame = readFrame(marker, body)
    else if (marker === APP0) jfif ||= body.toString('latin1', 0, 5) === 'JFIF\0'
    else if (marker === APP1 && body.toString('latin1', 0, 6) === 'Exif\0\0')
      orientation = readOrientation(body.subarray(6))
    else if (marker === APP14 && body.toString('latin1', 0, 5) === 'Adobe' && body.length >= 12)
      adobeTransform = body[11]
  }
  if (!frame) throw new CliError('damaged JPEG: no frame header')
  const { width, height, componentIds } = frame
  const storedAsRgb =
    componentIds.length === 3 && (adobeTransform === undefined ? !jfif && componentIds === 'RGB' : adobeTransform === 0)
  return { width, height, orientation, components: componentIds.length, storedAsRgb }
}

function* segments(bytes: Buffer): Generator<{ marker: number; body: Buffer }> {
  let offset = 2
  for (;;) {
    // Any number of 0xff bytes may stand before a marker, and a few cameras leave other bytes between segments.
    while (offset < bytes.length && bytes[offset] !== 0xff) offset++
    while (bytes[offset] === 0xff) offset++
    const marker = bytes[offset++]
    if (marker === SOS) return
    if (marker === undefined || marker === EOI) throw cutShort()
    if (marker === SOI || marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd7)) continue
    if (offset + 2 > bytes.length) throw cutShort()
    const end = offset + bytes.readUInt16BE(offset)
    if (end > bytes.length) throw cutShort()
    yield { marker, body: bytes.subarray(offset + 2, end) }
    offset = end
  }
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function readFrame(marker: number, body: Buffer): { width: number; height: number; componentIds: string } {
  if (marker > 0xc2)
    throw new CliError('this kind of JPEG (lossless, hierarchical or arithmetic coding) is not supported')
  if (body.length < 6 || body.length < 6 + 3 * body[5])
    throw new CliError('damaged JPEG: the frame header is too short')
  if (body[0] !== 8) throw new CliError(`a JPEG with ${body[0]} bits per sample is not supported, only 8`)
  const componentIds = Array.from({ length: body[5] }, (_, i) => String.fromCharCode(body[6 + 3 * i])).join('')
  return { height: body.readUInt16BE(1), width: body.readUInt16BE(3), componentIds }
}

function cutShort(): CliError {
  return new CliError('the JPEG is cut short: the end of the file is missing')
}
