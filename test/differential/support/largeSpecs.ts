/**
 * Random convolution specs that reach what small ones do not: many channels, long rows, large kernels, many groups.
 *
 * @module
 */
import { type ConvSpec, multiplyAdds, outputSize, type PaddingMode } from '../../../src/conv/spec.js'
import { type Axis, integer, pick, type Random, specOf } from './specs.js'

/** The sizes of a spec before it has padding. */
interface Sizes {
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly groups: number
  readonly inside: number
  readonly outside: number
}

/** Each kind reaches another part of the kernels' plans. */
const KINDS: readonly ((next: Random) => Sizes)[] = [
  // many channels: several blocks, ranges and tails
  next => ({
    input: [integer(next, 1, 9), integer(next, 1, 9)],
    kernel: pick(next, [
      [1, 1],
      [3, 3],
      [2, 3],
    ]),
    groups: pick(next, [1, 1, 2, 3]),
    inside: integer(next, 1, 150),
    outside: integer(next, 1, 150),
  }),
  // long rows: column pieces
  next => ({
    input: [integer(next, 1, 5), integer(next, 110, 700)],
    kernel: [integer(next, 1, 3), integer(next, 1, 7)],
    groups: pick(next, [1, 1, 2]),
    inside: integer(next, 1, 9),
    outside: integer(next, 1, 40),
  }),
  // one long row
  next => ({
    input: [integer(next, 500, 5000)],
    kernel: [pick(next, [1, 3, 9, 31])],
    groups: pick(next, [1, 2]),
    inside: integer(next, 1, 7),
    outside: integer(next, 1, 20),
  }),
  // large kernels
  next => ({
    input: [integer(next, 1, 20), integer(next, 1, 40)],
    kernel: pick(next, [
      [7, 7],
      [11, 11],
      [1, 31],
      [31, 1],
      [5, 9],
    ]),
    groups: pick(next, [1, 1, 3]),
    inside: integer(next, 1, 6),
    outside: integer(next, 1, 40),
  }),
  // a point: all pixels are one row
  next => ({
    input: [integer(next, 1, 30), integer(next, 1, 30)],
    kernel: [1, 1],
    groups: pick(next, [1, 1, 2]),
    inside: integer(next, 1, 100),
    outside: integer(next, 1, 100),
  }),
  // a group for each channel
  next => ({
    input: [integer(next, 1, 24), integer(next, 1, 40)],
    kernel: pick(next, [
      [3, 3],
      [5, 5],
      [1, 7],
    ]),
    groups: integer(next, 1, 70),
    inside: integer(next, 1, 2),
    outside: integer(next, 1, 3),
  }),
  // many rows: several bands
  next => ({
    input: [integer(next, 40, 150), integer(next, 10, 60)],
    kernel: [integer(next, 1, 5), integer(next, 1, 4)],
    groups: 1,
    inside: integer(next, 1, 5),
    outside: integer(next, 1, 20),
  }),
  // depth
  next => ({
    input: [integer(next, 1, 7), integer(next, 1, 9), integer(next, 1, 40)],
    kernel: [integer(next, 1, 4), integer(next, 1, 3), integer(next, 1, 3)],
    groups: pick(next, [1, 2]),
    inside: integer(next, 1, 10),
    outside: integer(next, 1, 40),
  }),
]

function paddedAxis(next: Random, mode: PaddingMode, size: number, kernel: number): Axis {
  const stride = pick(next, [1, 1, 1, 2, 3])
  const dilation = pick(next, [1, 1, 1, 2, 3])
  const extent = dilation * (kernel - 1) + 1
  const most = mode === 'zeros' ? extent : Math.min(extent, size) - 1
  const [before, after] = [integer(next, 0, most), integer(next, 0, most)]
  const input = Math.max(size, extent - before - after)
  return {
    input,
    kernel,
    output: outputSize(input, kernel, stride, dilation, before, after),
    stride,
    dilation,
    before,
    after,
  }
}

/** A spec of one of the kinds, with its channels cut down to at most so many multiply-adds where that is possible. */
export function largeSpec(next: Random, most = 3e6): ConvSpec {
  const sizes = pick(next, KINDS)(next)
  const paddingMode = pick(next, ['zeros', 'zeros', 'zeros', 'reflect', 'replicate', 'circular'] as const)
  const axes = sizes.input.map((size, i) => paddedAxis(next, paddingMode, size, sizes.kernel[i]!))
  let { groups, inside, outside } = sizes
  const spec = (batch: number) =>
    specOf(axes, { batch, groups, inChannels: groups * inside, outChannels: groups * outside, paddingMode })
  while (multiplyAdds(spec(1)) > most && groups * inside * outside > 1) {
    if (groups > 3) groups = Math.ceil(groups / 2)
    else if (inside > outside) inside = Math.ceil(inside / 2)
    else if (outside > 1) outside = Math.ceil(outside / 2)
    else groups = 1
  }
  return spec(multiplyAdds(spec(1)) > most / 2 ? 1 : integer(next, 1, 3))
}
