/**
 * Padding as a table: for each position of the padded axis, the position of the input that it shows.
 *
 * One small table per axis holds all that padding modes are; no algorithm tests a border for itself.
 *
 * @module
 */
import type { ConvSpec, PaddingMode } from './spec.js'

/** The table's entry where the padded axis shows a zero. */
export const ZERO = -1

/**
 * The input position that padding shows at `position` (negative before the first element), or {@link ZERO}.
 *
 * `reflect` mirrors without repeating the border, `replicate` repeats it, `circular` goes round.
 */
export function sourceOf(position: number, size: number, mode: PaddingMode): number {
  if (position >= 0 && position < size) return position
  switch (mode) {
    case 'zeros':
      return ZERO
    case 'reflect':
      return position < 0 ? -position : 2 * (size - 1) - position
    case 'replicate':
      return position < 0 ? 0 : size - 1
    case 'circular':
      return position < 0 ? position + size : position - size
  }
}

/** The table of one spatial axis: what output `o` reads at tap `k` stands at `o * stride + k * dilation`. */
export function axisTable(spec: ConvSpec, axis: number): Int32Array {
  const length = (spec.output[axis]! - 1) * spec.stride[axis]! + (spec.kernel[axis]! - 1) * spec.dilation[axis]! + 1
  return Int32Array.from({ length: Math.max(length, 0) }, (_, position) =>
    sourceOf(position - spec.padBefore[axis]!, spec.input[axis]!, spec.paddingMode),
  )
}
