/**
 * A drawing as MNIST has its digits: the longer side of its box 20 of 28 pixels, its centre of mass in the middle.
 *
 * @module
 * @see Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits
 */
import { SIDE } from './digits.js'

const BOX = 20
/** The centre of mass of MNIST's digits is within the pixel after the middle, on average in its middle. */
const CENTRE = SIDE / 2 + 0.5

/**
 * @param ink of each pixel of the drawing, row by row: 0..255
 * @returns 784 bytes; null if nothing is drawn
 */
export function centred(ink: ArrayLike<number>, width: number): Uint8Array | null {
  const measured = measure(ink, width)
  if (!measured) return null
  const { size, x, y } = measured
  const pixel = size / BOX
  const [left, top] = [origin(x, pixel, measured.left, measured.right), origin(y, pixel, measured.top, measured.bottom)]
  const result = new Uint8Array(SIDE * SIDE)
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      result[row * SIDE + column] = Math.round(mean(ink, width, left + column * pixel, top + row * pixel, pixel))
    }
  }
  return result
}

/** Where the 28 pixels begin: so that the centre is in its place, if nothing is cut off by that. */
function origin(centre: number, pixel: number, from: number, to: number): number {
  return Math.min(from, Math.max(to - SIDE * pixel, centre - CENTRE * pixel))
}

interface Measures {
  readonly size: number
  readonly x: number
  readonly y: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The box around the ink, its longer side the ink, and the centre of mass. */
function measure(ink: ArrayLike<number>, width: number): Measures | null {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  let [mass, x, y] = [0, 0, 0]
  for (let at = 0; at < ink.length; at++) {
    const own = ink[at]!
    if (own === 0) continue
    const [row, column] = [Math.floor(at / width), at % width]
    left = Math.min(left, column)
    right = Math.max(right, column + 1)
    top = Math.min(top, row)
    bottom = Math.max(bottom, row + 1)
    mass += own
    // the middle of the pixel
    x += own * (column + 0.5)
    y += own * (row + 0.5)
  }
  if (mass === 0) return null
  return { size: Math.max(right - left, bottom - top), x: x / mass, y: y / mass, left, right, top, bottom }
}

/** The mean ink of a square; there is none outside the drawing. */
function mean(ink: ArrayLike<number>, width: number, left: number, top: number, side: number): number {
  const height = ink.length / width
  let sum = 0
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(height, top + side); row++) {
    const tall = Math.min(row + 1, top + side) - Math.max(row, top)
    for (let column = Math.max(0, Math.floor(left)); column < Math.min(width, left + side); column++) {
      const wide = Math.min(column + 1, left + side) - Math.max(column, left)
      sum += ink[row * width + column]! * tall * wide
    }
  }
  return sum / (side * side)
}
