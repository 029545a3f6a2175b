import type { Rgb8 } from './flatten.js'
import { createPicture } from './picture.js'

/*
 * Bicubic resizing as Pillow does it (Image.resize with BICUBIC), to the bit: a = -0.5, the filter widened when the
 * picture shrinks, weights in fixed point with 22 fractional bits, rows first, rounded to 8 bits between the passes.
 */

const PRECISION = 32 - 8 - 2

export function resizeBicubic(picture: Rgb8, width: number, height: number): Rgb8 {
  return resizeRows(resizeColumns(picture, width), height)
}

interface Weights {
  /** The first source sample of each output sample, and its weights. */
  first: Int32Array
  weights: Int32Array[]
}

function resizeColumns(picture: Rgb8, width: number): Rgb8 {
  if (picture.width === width) return picture
  const out = createPicture(width, picture.height, 3, 8) as Rgb8
  const { first, weights } = computeWeights(picture.width, width)
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * picture.width + first[x]) * 3
      weigh(picture.data, from, 3, weights[x], out.data, (y * width + x) * 3)
    }
  }
  return out
}

function resizeRows(picture: Rgb8, height: number): Rgb8 {
  if (picture.height === height) return picture
  const out = createPicture(picture.width, height, 3, 8) as Rgb8
  const { first, weights } = computeWeights(picture.height, height)
  const stride = picture.width * 3
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < stride; x += 3)
      weigh(picture.data, first[y] * stride + x, stride, weights[y], out.data, y * stride + x)
  }
  return out
}

function weigh(from: Uint8Array, at: number, step: number, weights: Int32Array, to: Uint8Array, out: number): void {
  let r = 1 << (PRECISION - 1)
  let g = r
  let b = r
  for (let i = 0; i < weights.length; i++, at += step) {
    const weight = weights[i]
    r += from[at] * weight
    g += from[at + 1] * weight
    b += from[at + 2] * weight
  }
  to[out] = clip(r)
  to[out + 1] = clip(g)
  to[out + 2] = clip(b)
}

function clip(sum: number): number {
  return Math.max(0, Math.min(255, sum >> PRECISION))
}

function computeWeights(inSize: number, outSize: number): Weights {
  const scale = inSize / outSize
  const filterScale = Math.max(scale, 1)
  const support = 2 * filterScale
  const first = new Int32Array(outSize)
  const weights: Int32Array[] = []
  for (let i = 0; i < outSize; i++) {
    const center = (i + 0.5) * scale
    const begin = Math.max(0, Math.trunc(center - support + 0.5))
    const end = Math.min(inSize, Math.trunc(center + support + 0.5))
    const exact: number[] = []
    for (let j = begin; j < end; j++) exact.push(cubic((j - center + 0.5) / filterScale))
    const sum = exact.reduce((a, b) => a + b, 0)
    first[i] = begin
    weights.push(Int32Array.from(exact, weight => toFixedPoint(weight / sum)))
  }
  return { first, weights }
}

/** Keys' cubic convolution kernel with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5
  x = Math.abs(x)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5))
}
