import { CliError } from '../error.js'
import { resizeBicubic } from './bicubic.js'
import { crop } from './crop.js'
import { flattenToRgb8 } from './flatten.js'
import { drawPanels, type Panel } from './panels.js'
import type { Picture } from './picture.js'
import { formatPsnr, psnr } from './psnr.js'

export interface Comparison {
  /** Bicubic, network and, where there is one, original, side by side. */
  draw(): Picture
  /** Against the original, in dB. */
  psnr?: { network: number; bicubic: number }
}

/**
 * The original of a halved picture is twice as large, or one pixel larger or smaller than that where its own size was
 * odd. Anything else is a mistake, found before the work starts.
 */
export function checkOriginalSize(path: string, original: Picture, source: Picture): void {
  const fits = (size: number, half: number) => Math.abs(size - 2 * half) <= 1
  if (fits(original.width, source.width) && fits(original.height, source.height)) return
  const expected = `${2 * source.width} x ${2 * source.height}`
  throw new CliError(
    `${path}: the original is ${original.width} x ${original.height}, but the result will be ${expected}`,
  )
}

/** Everything is compared as 8-bit RGB on white, cropped to the size that all have in common. */
export function compare(source: Picture, result: Picture, original?: Picture): Comparison {
  const width = Math.min(result.width, original?.width ?? result.width)
  const height = Math.min(result.height, original?.height ?? result.height)
  const bicubic = crop(resizeBicubic(flattenToRgb8(source), result.width, result.height), width, height)
  const network = crop(flattenToRgb8(result), width, height)
  const truth = original && crop(flattenToRgb8(original), width, height)
  const values = truth && { network: psnr(network, truth), bicubic: psnr(bicubic, truth) }
  const draw = () => {
    const panels: Panel[] = [
      { picture: bicubic, label: values ? `BICUBIC ${formatPsnr(values.bicubic)}` : 'BICUBIC' },
      { picture: network, label: values ? `NETWORK ${formatPsnr(values.network)}` : 'NETWORK' },
    ]
    if (truth) panels.push({ picture: truth, label: 'ORIGINAL' })
    return drawPanels(panels)
  }
  return { draw, psnr: values }
}
