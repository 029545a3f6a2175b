/**
 * Digits as bytes.
 *
 * @module
 */

/** A digit has 28 x 28 pixels. */
export const SIDE = 28
export const PIXELS = SIDE * SIDE

/** Some digits: 784 bytes each, row by row, 255 for ink; and what they are, 0..9. */
export interface Digits {
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

export interface DigitSets {
  readonly train: Digits
  readonly test: Digits
}

/** The pixels of one digit. */
export const digitAt = (digits: Digits, index: number) => digits.pixels.slice(index * PIXELS, (index + 1) * PIXELS)
