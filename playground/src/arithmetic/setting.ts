/**
 * What one can set: a layer, the size of its input, and where the numbers come from.
 *
 * @module
 */
import type { InputFill, WeightFill } from './fills.js'

/** Height and width. */
export type Pair = readonly [number, number]

export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular'

/** Numbers typed by hand, by their row-major position in the tensor; the rest comes from the fill. */
export type Edits = Readonly<Record<number, number>>

/** Every control of the page. Numbers are as typed: what cannot be is refused by the library, not here. */
export interface Setting {
  readonly transposed: boolean
  readonly size: Pair
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: Pair | 'same' | 'valid'
  readonly dilation: Pair
  readonly groups: number
  readonly bias: boolean
  readonly paddingMode: PaddingMode
  /** Of the transposed convolution only. */
  readonly outputPadding: Pair
  readonly input: InputFill
  readonly weight: WeightFill
  readonly inputEdits: Edits
  readonly weightEdits: Edits
}

export const DEFAULTS: Setting = {
  transposed: false,
  size: [5, 5],
  inChannels: 1,
  outChannels: 1,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  groups: 1,
  bias: false,
  paddingMode: 'zeros',
  outputPadding: [0, 0],
  input: 'digits',
  weight: 'edge',
  inputEdits: {},
  weightEdits: {},
}

/** The shape of the input, without the batch. */
export const inputShape = ({ inChannels, size }: Setting) => [inChannels, ...size] as const

/** The shape of the weight, as PyTorch has it. */
export function weightShape({ transposed, inChannels, outChannels, groups, kernel }: Setting) {
  const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels]
  return [first, second / groups, ...kernel] as const
}
