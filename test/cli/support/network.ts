import { CONTEXT, type Planes, SCALE } from '../../../cli/upscale/tiles.js'

/** Which input pixels an output pixel looks at, with the corners of all that it may: rows, columns, weights. */
const TAPS = [
  [0, 0, 0.05],
  [0, 14, 0.1],
  [14, 0, -0.1],
  [14, 14, 0.15],
  [3, 11, 0.2],
  [7, 7, 0.5],
  [9, 6, 0.1],
] as const

/** Stands in for the network: the same sizes and the same reach, other numbers, and different ones for each direction. */
export function fakeNetwork({ data, height, width }: Planes): Planes {
  const outHeight = (height - 2 * CONTEXT) * SCALE
  const outWidth = (width - 2 * CONTEXT) * SCALE
  const out = new Float32Array(3 * outHeight * outWidth)
  let to = 0
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let sum = 0.01 * (c + 2 * (y % SCALE) + 5 * (x % SCALE))
        for (const [dy, dx, weight] of TAPS) {
          sum += weight * data[(c * height + Math.floor(y / SCALE) + dy) * width + Math.floor(x / SCALE) + dx]
        }
        out[to++] = sum
      }
    }
  }
  return { data: out, height: outHeight, width: outWidth }
}

/** Repeats each pixel. */
export function nearestNetwork({ data, height, width }: Planes): Planes {
  const outHeight = (height - 2 * CONTEXT) * SCALE
  const outWidth = (width - 2 * CONTEXT) * SCALE
  const out = new Float32Array(3 * outHeight * outWidth)
  let to = 0
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < outHeight; y++) {
      const row = (c * height + Math.floor(y / SCALE) + CONTEXT) * width + CONTEXT
      for (let x = 0; x < outWidth; x++) out[to++] = data[row + Math.floor(x / SCALE)]
    }
  }
  return { data: out, height: outHeight, width: outWidth }
}
