/**
 * Random convolution specs, odder than any network has: the algorithms are asked directly, with no checks between.
 *
 * @module
 */
import { type ConvSpec, outputSize, type PaddingMode, type Triple } from '../../../src/conv/spec.js'

export type Random = () => number

export const integer = (next: Random, min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
export const pick = <T>(next: Random, values: readonly T[]): T => values[integer(next, 0, values.length - 1)]!

/** The numbers of one axis. */
export interface Axis {
  readonly input: number
  readonly kernel: number
  readonly output: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
  readonly after: number
}

/** Numbers of one axis; each oddity comes up often. */
function axis(next: Random, mode: PaddingMode): Axis {
  const kernel = pick(next, [1, 2, 3, 4, 5])
  const stride = pick(next, [1, 1, 2, 3, 4, 7])
  const dilation = pick(next, [1, 1, 2, 3, 11])
  const extent = dilation * (kernel - 1) + 1
  // often smaller than the kernel, and padded so that it fits; width 1 is common
  let input = pick(next, [1, 2, integer(next, 3, 12)])
  let [before, after] = [integer(next, 0, 4), integer(next, 0, 4)]
  if (mode !== 'zeros') {
    before = integer(next, -2, 4)
    after = integer(next, -2, 4)
    const least = Math.max(before, after) + 1 + Math.max(0, -before) + Math.max(0, -after)
    input = Math.max(input, least)
  }
  const missing = extent - (input + before + after)
  if (missing > 0) {
    if (mode === 'zeros' && next() < 0.7)
      [before, after] = [before + Math.ceil(missing / 2), after + Math.ceil(missing / 2)]
    else input += missing
  }
  let output = outputSize(input, kernel, stride, dilation, before, after)
  // an output padding beyond the stride belongs to a convolution that stops early
  if (mode === 'zeros' && output > 1 && next() < 0.2) output -= 1
  return { input, kernel, output, stride, dilation, before, after }
}

/** A convolution as most are. */
export const PLAIN: ConvSpec = {
  spatialRank: 2,
  batch: 2,
  groups: 1,
  inChannels: 5,
  outChannels: 7,
  input: [1, 8, 9],
  kernel: [1, 3, 3],
  output: [1, 8, 9],
  stride: [1, 1, 1],
  dilation: [1, 1, 1],
  padBefore: [0, 1, 1],
  padAfter: [0, 1, 1],
  paddingMode: 'zeros',
}

const UNUSED: Axis = { input: 1, kernel: 1, output: 1, stride: 1, dilation: 1, before: 0, after: 0 }

/** What a spec has besides its axes. */
type Channels = Pick<ConvSpec, 'batch' | 'groups' | 'inChannels' | 'outChannels' | 'paddingMode'>

/** A spec of one to three axes. */
export function specOf(own: readonly Axis[], channels: Channels): ConvSpec {
  const axes = [...new Array<Axis>(3 - own.length).fill(UNUSED), ...own]
  const triple = (key: keyof Axis) => axes.map(one => one[key]) as unknown as Triple
  return {
    spatialRank: own.length as 1 | 2 | 3,
    ...channels,
    input: triple('input'),
    kernel: triple('kernel'),
    output: triple('output'),
    stride: triple('stride'),
    dilation: triple('dilation'),
    padBefore: triple('before'),
    padAfter: triple('after'),
  }
}

/** A spec with small numbers. */
export function randomSpec(next: Random): ConvSpec {
  const spatialRank = pick(next, [1, 2, 2, 3] as const)
  const paddingMode = pick(next, ['zeros', 'zeros', 'reflect', 'replicate', 'circular'] as const)
  const axes = Array.from({ length: spatialRank }, () => axis(next, paddingMode))
  const groups = pick(next, [1, 1, 2, 3])
  return specOf(axes, {
    batch: integer(next, 1, 2),
    groups,
    inChannels: groups * pick(next, [1, 2, 3, 5]),
    // one tile has four channels: more than one, with every remainder
    outChannels: groups * integer(next, 1, 9),
    paddingMode,
  })
}
