/**
 * What one can set: the kernel, how it steps, and what it finds beyond the edge.
 *
 * @module
 */
import type { nn } from 'convforge'

export const KERNEL_SIZES = [3, 5] as const

export const PADDING_MODES = ['reflect', 'replicate', 'circular', 'constant'] as const satisfies nn.functional.PadMode[]

/** The most pixels on the longer side that the kernel goes over; larger pictures are made smaller first. */
export const SIDES = ['240', '320', '480', '640'] as const

export interface Setting {
  /** Row after row: 9 or 25 numbers. */
  readonly weights: readonly number[]
  /** All weights are divided by it. */
  readonly divisor: number
  /** Whether middle grey (128 of 255) is added, so that negative results can be seen. */
  readonly grey: boolean
  readonly stride: number
  readonly dilation: number
  readonly paddingMode: (typeof PADDING_MODES)[number]
  readonly side: (typeof SIDES)[number]
}

export const kernelSize = ({ weights }: Pick<Setting, 'weights'>): number => Math.sqrt(weights.length)

/** The kernel in another size: cut at its edges, or with zeros around it. */
export function resize(weights: readonly number[], size: number): number[] {
  const from = Math.sqrt(weights.length)
  const shift = (from - size) / 2
  return Array.from({ length: size * size }, (_, at) => {
    const row = Math.floor(at / size) + shift
    const column = (at % size) + shift
    const inside = row >= 0 && row < from && column >= 0 && column < from
    return inside ? weights[row * from + column]! : 0
  })
}
