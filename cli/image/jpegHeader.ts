import { CliError } from '../error.js'
import { readOrientation } from './exif.js'
import { isStartOfFrame, type JpegFrame, readFrame } from './jpegFrame.js'
import { JpegScans } from './jpegScans.js'
import { jpegSegments, SOS } from './jpegSegments.js'

export interface JpegHeader {
  frame: JpegFrame
  /** 1 to 8, as in EXIF: 1 is upright. */
  orientation: number
  /** The components are RGB itself, not YCbCr. */
  storedAsRgb: boolean
}

const APP0 = 0xe0
const APP1 = 0xe1
const APP14 = 0xee

/**
 * Everything but the picture data: size, orientation and kind, known before any memory is taken. To the end of the file,
 * because the codec takes memory for every frame header that it finds.
 */
export function readJpegHeader(bytes: Buffer): JpegHeader {
  let frame: JpegFrame | undefined
  let scans: JpegScans | undefined
  let orientation = 1
  let jfif = false
  let adobeTransform: number | undefined
  for (const segment of jpegSegments(bytes)) {
    const { marker, body } = segment
    if (isStartOfFrame(marker)) {
      if (frame) throw new CliError('damaged JPEG: it has more than one frame header')
      frame = readFrame(marker, body)
      scans = new JpegScans(frame)
    } else if (marker === SOS) {
      if (!scans) throw noFrame()
      scans.add(segment)
    } else if (marker === APP0) jfif ||= body.toString('latin1', 0, 5) === 'JFIF\0'
    else if (marker === APP1 && body.toString('latin1', 0, 6) === 'Exif\0\0')
      orientation = readOrientation(body.subarray(6))
    else if (marker === APP14 && body.toString('latin1', 0, 5) === 'Adobe' && body.length >= 12)
      adobeTransform = body[11]
  }
  if (!frame || !scans) throw noFrame()
  scans.end()
  const ids = frame.components.map(({ id }) => String.fromCharCode(id)).join('')
  if (ids.length === 4 && adobeTransform === undefined)
    throw new CliError('a JPEG with 4 components and no Adobe marker, which would say what they are, is not supported')
  const storedAsRgb = ids.length === 3 && (adobeTransform === undefined ? !jfif && ids === 'RGB' : adobeTransform === 0)
  return { frame, orientation, storedAsRgb }
}

function noFrame(): CliError {
  return new CliError('damaged JPEG: no frame header')
}
