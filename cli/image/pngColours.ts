import { CliError } from '../error.js'
import type { Picture } from './picture.js'
import type { PngHeader } from './pngHeader.js'

/** Paints a line of stored samples into a picture, from a pixel on and with a step between pixels. */
export type LinePainter = (line: ArrayLike<number>, pixels: number, first: number, step: number) => void

export function isPngTransparent({ colourType, transparency }: PngHeader): boolean {
  return colourType >= 4 || transparency !== undefined
}

/** What turns samples into RGB or RGBA. Depths below 8 are stretched to 8; a transparent colour becomes all zeros. */
export function linePainter(header: PngHeader, picture: Picture): LinePainter {
  if (header.colourType === 3) return palettePainter(header, picture)
  const { data, channels } = picture
  const [red, green, blue] = [0, 1, 2].map(channel => (header.colourType & 2 ? channel : 0))
  const stored = (header.colourType & 2 ? 3 : 1) + (header.colourType >> 2)
  const scale = header.depth < 8 ? 255 / (2 ** header.depth - 1) : 1
  const opaque = 2 ** header.depth - 1
  const key = header.colourType < 4 && header.transparency ? transparentColour(header, blue) : undefined
  return (line, pixels, first, step) => {
    for (let i = 0, from = 0, to = first * channels; i < pixels; i++, from += stored, to += step * channels) {
      const [r, g, b] = [line[from + red], line[from + green], line[from + blue]]
      if (key && r === key[red] && g === key[green] && b === key[blue]) continue
      data[to] = r * scale
      data[to + 1] = g * scale
      data[to + 2] = b * scale
      if (channels === 4) data[to + 3] = (key ? opaque : line[from + stored - 1]) * scale
    }
  }
}

/** The samples of the colour that tRNS makes transparent. */
function transparentColour({ transparency }: PngHeader, last: number): number[] {
  const samples = Array.from({ length: last + 1 }, (_, i) => i)
  if (transparency!.length < 2 * samples.length) throw new CliError('damaged PNG: its tRNS chunk is too short')
  return samples.map(i => transparency!.readUInt16BE(2 * i))
}

function palettePainter({ palette, transparency }: PngHeader, { data, channels }: Picture): LinePainter {
  const size = Math.floor(palette.length / 3)
  if (size === 0) throw new CliError('damaged PNG: it has no palette')
  const alphas = transparency?.length ?? 0
  if (alphas > size) throw new CliError(`damaged PNG: alpha for ${alphas} colours of a palette of ${size}`)
  return (line, pixels, first, step) => {
    for (let i = 0, to = first * channels; i < pixels; i++, to += step * channels) {
      const index = line[i]
      if (index >= size) throw new CliError(`damaged PNG: colour ${index} of a palette of ${size}`)
      data[to] = palette[3 * index]
      data[to + 1] = palette[3 * index + 1]
      data[to + 2] = palette[3 * index + 2]
      if (channels === 4) data[to + 3] = transparency![index] ?? 255
    }
  }
}
