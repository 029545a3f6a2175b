import { CliError } from '../error.js'
import { checkPictureSize } from './picture.js'

/** What the frame header says: the size of the picture and of what is stored of it. */
export interface JpegFrame {
  width: number
  height: number
  progressive: boolean
  components: JpegComponent[]
  /** Coefficients of all components, with the blocks that fill up the last ones of a row and a column. */
  coefficients: number
}

export interface JpegComponent {
  id: number
  /** Blocks of 8 x 8 coefficients that a scan of this component alone has. */
  blocks: number
}

export function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/**
 * The frame header, checked. With at most four components and factors of at most 4, as the format has them, a picture
 * of an accepted size has no more coefficients than it needs: about one for each pixel of each component.
 */
export function readFrame(marker: number, body: Buffer): JpegFrame {
  if (marker > 0xc2)
    throw new CliError('this kind of JPEG (lossless, hierarchical or arithmetic coding) is not supported')
  if (body.length < 6 || body.length < 6 + 3 * body[5])
    throw new CliError('damaged JPEG: the frame header is too short')
  if (body[0] !== 8) throw new CliError(`a JPEG with ${body[0]} bits per sample is not supported, only 8`)
  const [height, width, count] = [body.readUInt16BE(1), body.readUInt16BE(3), body[5]]
  checkPictureSize(width, height)
  if (![1, 3, 4].includes(count))
    throw new CliError(`a JPEG with ${count} components is not supported, only 1 (grey), 3 (colours) and 4 (CMYK)`)
  const factors = Array.from({ length: count }, (_, i) => readFactors(body, 6 + 3 * i))
  const maxH = Math.max(...factors.map(({ h }) => h))
  const maxV = Math.max(...factors.map(({ v }) => v))
  const components = factors.map(({ id, h, v }) => ({
    id,
    blocks: Math.ceil(Math.ceil((width * h) / maxH) / 8) * Math.ceil(Math.ceil((height * v) / maxV) / 8),
  }))
  const units = Math.ceil(width / (8 * maxH)) * Math.ceil(height / (8 * maxV))
  const coefficients = factors.reduce((total, { h, v }) => total + units * h * v * 64, 0)
  return { width, height, progressive: marker === 0xc2, components, coefficients }
}

/** A component's horizontal and vertical sampling factors. */
function readFactors(body: Buffer, at: number): { id: number; h: number; v: number } {
  const [id, h, v] = [body[at], body[at + 1] >> 4, body[at + 1] & 15]
  if (h < 1 || h > 4 || v < 1 || v > 4)
    throw new CliError(`damaged JPEG: component ${id} has sampling factors of ${h} x ${v}; there are 1 to 4`)
  return { id, h, v }
}
