import type { Rgb8 } from './flatten.js'

/** Peak signal-to-noise ratio in dB over all RGB values; Infinity for equal pictures. */
export function psnr(a: Rgb8, b: Rgb8): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`psnr() pictures of ${a.width} x ${a.height} and ${b.width} x ${b.height} cannot be compared`)
  }
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i] - b.data[i]) ** 2
  return 10 * Math.log10((255 * 255 * a.data.length) / sum)
}

export function formatPsnr(value: number): string {
  return value === Number.POSITIVE_INFINITY ? 'equal' : `${value.toFixed(2)} dB`
}
