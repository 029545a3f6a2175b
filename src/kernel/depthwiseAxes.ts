/**
 * What depthwise kernels need to know of the axes of a plane.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { type AxisWalk, forwardWalk, inputGradientWalks } from '../conv/walk.js'
import { type PixelPass, sidesOf } from './convolutionPlan.js'

/** Results `first + j * step` for j < count of an axis; tap t of result j reads position `t.start + j * advance`. */
export type DepthwiseWalk = Omit<AxisWalk, 'source'>

/** The columns of a plane. All walks go on together: result j of each is computed by lane j of a vector of its own. */
export interface DepthwiseColumns {
  readonly walks: readonly DepthwiseWalk[]
  readonly source: number
  readonly results: number
}

/** The axes of a plane; rows are walked one walk after the other. */
export interface DepthwiseAxes {
  readonly rows: readonly DepthwiseWalk[]
  readonly sourceRows: number
  readonly resultRows: number
  readonly columns: DepthwiseColumns
}

export function depthwiseAxes(spec: ConvSpec, pass: PixelPass): DepthwiseAxes {
  const { source, result } = sidesOf(spec, pass)
  return {
    rows: walksOf(spec, pass, 1),
    sourceRows: source[1],
    resultRows: result[1],
    columns: { walks: walksOf(spec, pass, 2), source: source[2], results: result[2] },
  }
}

/** The walks of an axis; of an input gradient, also those that no tap reaches, whose results are zeros. */
function walksOf(spec: ConvSpec, pass: PixelPass, axis: 1 | 2): DepthwiseWalk[] {
  const walks = pass === 'forward' ? [forwardWalk(spec, axis)] : inputGradientWalks(spec, axis)
  const [step, size] = [spec.stride[axis], spec.input[axis]]
  const untouched = (first: number) => ({ first, step, count: Math.ceil((size - first) / step), advance: 1, taps: [] })
  const all: DepthwiseWalk[] =
    pass === 'forward'
      ? walks
      : Array.from({ length: Math.min(step, size) }, (_, i) => walks.find(own => own.first === i) ?? untouched(i))
  return all.map(({ first, step, count, advance, taps }) => ({ first, step, count, advance, taps }))
}

/** Whether each result of a walk reads something besides padding. */
export function allRead({ taps, count, advance }: DepthwiseWalk, source: number): boolean {
  return Array.from({ length: count }, (_, i) => i * advance).every(at =>
    taps.some(({ start }) => start + at >= 0 && start + at < source),
  )
}
