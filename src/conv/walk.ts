/**
 * How a pass walks each axis: which results it computes together, and where each kernel tap reads for them.
 *
 * The forward pass walks every axis once. The input gradient of a convolution with stride s splits each axis into s
 * phases: results i with the same (i + padding) mod s see the same taps, and among themselves they are a convolution
 * with stride 1, so no product with an inserted zero is ever formed.
 *
 * @module
 */
import { sourceOf, ZERO } from './axes.js'
import type { ConvSpec } from './spec.js'

/** One kernel tap, and the source position it reads for the first result of the walk. */
interface Tap {
  readonly index: number
  readonly start: number
}

/** Results `first + j * step` for j < count; tap t of result j reads position `t.start + j * advance`. */
export interface AxisWalk {
  readonly first: number
  readonly step: number
  readonly count: number
  readonly advance: number
  readonly taps: readonly Tap[]
  /** The index in the source that a position shows, or ZERO. */
  source(position: number): number
}

/** The walk of the forward pass (and, with results and taps exchanged, of the weight gradient) along an axis. */
export function forwardWalk(spec: ConvSpec, axis: number): AxisWalk {
  const taps = Array.from({ length: spec.kernel[axis]! }, (_, index) => ({
    index,
    start: index * spec.dilation[axis]! - spec.padBefore[axis]!,
  }))
  return {
    first: 0,
    step: 1,
    count: spec.output[axis]!,
    advance: spec.stride[axis]!,
    taps,
    source: position => sourceOf(position, spec.input[axis]!, spec.paddingMode),
  }
}

/**
 * The walks of the input gradient along an axis, one per phase, for a spec with zero padding. Phases that no tap
 * reaches (a stride beyond the kernel) are left out.
 */
export function inputGradientWalks(spec: ConvSpec, axis: number): AxisWalk[] {
  const [stride, dilation, pad] = [spec.stride[axis]!, spec.dilation[axis]!, spec.padBefore[axis]!]
  const outputs = spec.output[axis]!
  const size = spec.input[axis]!
  const walks: AxisWalk[] = []
  for (let first = 0; first < Math.min(stride, size); first++) {
    const taps: Tap[] = []
    for (let index = 0; index < spec.kernel[axis]!; index++) {
      const position = first + pad - index * dilation
      if (position % stride === 0) taps.push({ index, start: position / stride })
    }
    if (taps.length === 0) continue
    walks.push({
      first,
      step: stride,
      count: Math.ceil((size - first) / stride),
      advance: 1,
      taps,
      source: position => (position >= 0 && position < outputs ? position : ZERO),
    })
  }
  return walks
}

/** The source positions that neighbouring results of a walk read, and where each lies in a band. */
export interface Footprint {
  /** The position of each entry, for results from the first on; for later ones add `advance` for each. */
  readonly positions: Int32Array
  /** The entry that each tap reads for the first result. */
  readonly tapStarts: readonly number[]
  /** How many entries the next result is further on. */
  readonly step: number
}

/** The lowest position that a walk reads for its first result, and how many `count` results span. */
function span({ taps, advance }: AxisWalk, count: number): { low: number; length: number } {
  // taps are in order, forwards or backwards
  const [a, b] = [taps[0]!.start, taps[taps.length - 1]!.start]
  return { low: Math.min(a, b), length: Math.abs(a - b) + (count - 1) * advance + 1 }
}

/** How many entries a footprint has. */
export function footprintLength(walk: AxisWalk, count: number): number {
  return Math.min(span(walk, count).length, walk.taps.length * count)
}

/**
 * What `count` results read: all positions from the lowest to the highest or, where a stride or dilation makes that
 * longer, the positions of each tap by themselves.
 */
export function footprint(walk: AxisWalk, count: number): Footprint {
  const { taps, advance } = walk
  const { low, length } = span(walk, count)
  if (length <= taps.length * count) {
    const positions = Int32Array.from({ length }, (_, i) => low + i)
    return { positions, tapStarts: taps.map(tap => tap.start - low), step: advance }
  }
  const positions = new Int32Array(taps.length * count)
  for (const [t, tap] of taps.entries()) {
    for (let i = 0; i < count; i++) positions[t * count + i] = tap.start + i * advance
  }
  return { positions, tapStarts: taps.map((_, t) => t * count), step: 1 }
}
