import { CliError } from '../error.js'

export interface JpegSegment {
  marker: number
  body: Buffer
  /** Bytes of picture data behind the segment: scans have some. */
  dataBytes: number
}

export const SOS = 0xda
const SOI = 0xd8
const EOI = 0xd9

/** The segments of a JPEG up to its end, those between and behind the scans included. */
export function* jpegSegments(bytes: Buffer): Generator<JpegSegment> {
  let offset = 2
  for (;;) {
    // Any number of 0xff bytes may stand before a marker, and a few cameras leave other bytes between segments.
    while (offset < bytes.length && bytes[offset] !== 0xff) offset++
    while (bytes[offset] === 0xff) offset++
    const marker = bytes[offset++]
    if (marker === EOI) return
    if (marker === undefined) throw cutShort()
    if (marker === SOI || marker === 0 || marker === 1 || isRestart(marker)) continue
    if (offset + 2 > bytes.length) throw cutShort()
    const end = offset + bytes.readUInt16BE(offset)
    if (end > bytes.length) throw cutShort()
    const next = marker === SOS ? endOfData(bytes, end) : end
    yield { marker, body: bytes.subarray(offset + 2, end), dataBytes: next - end }
    offset = next
  }
}

/** Where the next marker is: in the data of a scan 0xff is followed by 0, and restart markers belong to it. */
function endOfData(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1]
    if (marker !== 0 && marker !== 0xff && !isRestart(marker)) return at
  }
  throw cutShort()
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7
}

function cutShort(): CliError {
  return new CliError('the JPEG is cut short: the end of the file is missing')
}
