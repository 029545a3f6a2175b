/**
 * Random layers as a user writes them.
 *
 * @module
 */
import type { PaddingMode } from '../../../src/conv/spec.js'
import { integer, pick, type Random } from './specs.js'

/** Lists have one number for each axis. */
export interface Layer {
  readonly transposed: boolean
  readonly dtype: 'float32' | 'float64'
  readonly threads: number
  readonly batch: number
  readonly groups: number
  readonly inChannels: number
  readonly outChannels: number
  readonly bias: boolean
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly number[] | 'same'
  readonly outputPadding: readonly number[]
  readonly mode: PaddingMode
}

/** What a kind of layer decides; the rest is drawn. */
interface Kind {
  readonly sizes: readonly number[]
  readonly kernel: readonly number[]
  readonly groups: number
  /** Per group. */
  readonly inside: number
  readonly outside: number
  /** No stride and no dilation. */
  readonly plain?: boolean
  readonly mode?: PaddingMode
  readonly batch?: number
}

const axes = <T>(rank: number, draw: () => T): T[] => Array.from({ length: rank }, draw)

function tiny(next: Random): Kind {
  const rank = pick(next, [1, 2, 2, 3])
  return {
    sizes: axes(rank, () => integer(next, 1, rank === 3 ? 5 : 9)),
    kernel: axes(rank, () => integer(next, 1, rank === 3 ? 3 : 5)),
    groups: pick(next, [1, 1, 2, 3]),
    inside: integer(next, 1, 4),
    outside: integer(next, 1, 6),
  }
}

/** One channel in a group, and several results of it. */
function depthwiseMultiplied(next: Random): Kind {
  const rank = pick(next, [1, 2, 2, 3])
  return {
    sizes: axes(rank, () => integer(next, 1, rank === 3 ? 5 : 12)),
    kernel: axes(rank, () => integer(next, 1, 3)),
    groups: integer(next, 2, 18),
    inside: 1,
    outside: integer(next, 2, 4),
  }
}

function depthwise(next: Random): Kind {
  const rank = pick(next, [1, 2, 2])
  // half of them with more products than are summed in float64
  const large = next() < 0.5
  const [least, most] = large ? [20, 30] : [3, 25]
  return {
    sizes: axes(rank, () => (rank === 1 ? least * integer(next, 1, 20) : integer(next, least, most))),
    kernel: axes(rank, () => (large ? integer(next, 3, 5) : pick(next, [1, 2, 3, 3, 5]))),
    groups: large ? integer(next, 20, 40) : integer(next, 2, 14),
    inside: 1,
    outside: 1,
    mode: 'zeros',
  }
}

function plain3x3(next: Random): Kind {
  return {
    sizes: axes(2, () => integer(next, 5, 17)),
    kernel: [3, 3],
    groups: pick(next, [1, 1, 2]),
    inside: integer(next, 3, 10),
    outside: integer(next, 3, 10),
    plain: true,
  }
}

/** So many that float32 is no longer summed in float64. */
function manyProducts(next: Random): Kind {
  const rank = pick(next, [1, 2, 2, 3])
  const size = { 1: 150, 2: 12, 3: 6 }[rank]!
  return {
    sizes: axes(rank, () => size + integer(next, 0, size >> 1)),
    kernel: axes(rank, () => integer(next, 2, 3)),
    groups: pick(next, [1, 1, 2]),
    inside: integer(next, 5, 11),
    outside: integer(next, 9, 17),
    batch: 1,
  }
}

/** Each reaches other algorithms or other parts of their plans; the first number is the share of the layers, in percent. */
const KINDS: readonly (readonly [number, (next: Random) => Kind])[] = [
  [58, tiny],
  [14, depthwiseMultiplied],
  [12, depthwise],
  [8, plain3x3],
  [8, manyProducts],
]

export function drawLayer(next: Random): Layer {
  let ticket = 100 * next()
  const [, draw] = KINDS.find(([weight]) => {
    ticket -= weight
    return ticket < 0
  })!
  return layerOf(next, draw(next))
}

/** A layer whose input alone takes more than so many bytes, and not many products for that. */
export function drawLargeLayer(next: Random, bytes: number): Layer {
  const inside = pick(next, [3, 24, 70])
  const pixels = Math.ceil(bytes / 4 / inside)
  const width = pick(next, [Math.ceil(Math.sqrt(pixels)), 37, Math.ceil(pixels / 5)])
  const kind = {
    sizes: [Math.ceil(pixels / width), width],
    kernel: pick(next, [
      [1, 1],
      [3, 1],
      [2, 3],
    ]),
    groups: 1,
    inside,
    outside: integer(next, 2, 3),
    batch: 1,
  }
  return layerOf(next, kind)
}

function layerOf(next: Random, kind: Kind): Layer {
  const { sizes, kernel, groups, inside, outside, plain = false, batch = integer(next, 1, 3) } = kind
  const rank = sizes.length
  const transposed = next() < 0.25
  const mode = transposed
    ? 'zeros'
    : (kind.mode ?? pick(next, ['zeros', 'zeros', 'reflect', 'replicate', 'circular'] as const))
  const stride = axes(rank, () => (plain ? 1 : pick(next, [1, 1, 2, 3])))
  const dilation = axes(rank, () => (plain ? 1 : pick(next, [1, 1, 2, 3])))
  const reach = kernel.map((size, axis) => dilation[axis]! * (size - 1))
  const same = !transposed && stride.every(one => one === 1) && next() < 0.3
  const padding = reach.map(most => integer(next, 0, transposed ? most >> 1 : Math.min(3, most)))
  // 'same' pads with what the kernel reaches, half on each side
  const least = reach.map((most, axis) => {
    const own = same ? Math.ceil(most / 2) : padding[axis]!
    const fits = same || transposed ? 1 : most + 1 - 2 * own
    return Math.max(1, fits, mode === 'zeros' ? 1 : own + 1)
  })
  return {
    transposed,
    dtype: pick(next, ['float32', 'float32', 'float64'] as const),
    threads: pick(next, [1, 2]),
    batch,
    groups,
    inChannels: groups * inside,
    outChannels: groups * outside,
    bias: next() < 0.6,
    input: sizes.map((size, axis) => Math.max(size, least[axis]!)),
    kernel,
    stride,
    dilation,
    padding: same ? 'same' : padding,
    outputPadding: stride.map((one, axis) => (transposed ? integer(next, 0, Math.max(one, dilation[axis]!) - 1) : 0)),
    mode,
  }
}
