/**
 * How a pass walks each axis: which results it computes together, and where each kernel tap reads for them.
 *
 * The forward pass walks every axis once. The input gradient of a convolution with stride s splits each axis into s
 * phases: results i with the same (i + padding) mod s see the same taps, and among themselves they are a convolution
 * with stride 1, so no product with an inserted zero is ever formed.
 *
 * @module
 */
import { sourceOf, ZERO } from '../../conv/axes.js'
import type { ConvSpec } from '../../conv/spec.js'

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

/** The walks of the input gradient along an axis, one per phase, for a spec with zero padding. */
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

/** The lowest position that any tap reads, and how many positions `count` results span. */
export function span(walk: AxisWalk, count = walk.count): { low: number; length: number } {
  if (walk.taps.length === 0) return { low: 0, length: 0 }
  const starts = walk.taps.map(tap => tap.start)
  const low = Math.min(...starts)
  return { low, length: Math.max(...starts) - low + (count - 1) * walk.advance + 1 }
}
