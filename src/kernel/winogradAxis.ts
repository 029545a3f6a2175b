/**
 * An axis of a convolution as Winograd's method sees it: three taps that read neighbours.
 *
 * Results whose numbers have the same remainder divided by `spacing` are a phase, with tiles of its own: what they read is
 * `step` positions apart. Of the taps of a longer or strided kernel, those that are `step` apart read neighbours, too: three of
 * them at a time are a part of the kernel. A convolution with the whole kernel is the sum of those with its parts, each with
 * three taps (or fewer, and zeros), of the same source from another position on: as if the source had so many times as many
 * channels. So 7x7 taps with stride 2 take 9 x 2.25 products for each result and channel instead of 49.
 *
 * @module
 */
import { ZERO } from '../conv/axes.js'
import type { ConvSpec } from '../conv/spec.js'
import type { AxisWalk } from '../conv/walk.js'
import { type PixelPass, phasesOf } from './convolutionPlan.js'
import { TAPS, TILE } from './winogradTransforms.js'

/** Up to three taps, each `step` positions behind the one before. */
export interface AxisPart {
  /** The position that the first of them reads for the first result. */
  readonly start: number
  /** Which ones of the weight they are. */
  readonly taps: readonly number[]
}

export interface WinogradAxis {
  readonly walk: AxisWalk
  /** How many results further on the next one of the same phase is. */
  readonly spacing: number
  /** How many positions further on it reads. */
  readonly step: number
  /** How many phases have results. */
  readonly phases: number
  /** Tiles of the first phase; others may have one less. */
  readonly tiles: number
  readonly parts: readonly AxisPart[]
}

/** Down and across. */
export type WinogradAxes = readonly [WinogradAxis, WinogradAxis]

/** One pair for the forward pass; for the gradient of a stride one for each phase of the results, which have taps of their own. */
export function winogradAxes(spec: ConvSpec, pass: PixelPass): WinogradAxes[] {
  return phasesOf(spec, pass).map(([, height, width]): WinogradAxes => [winogradAxis(height), winogradAxis(width)])
}

/** How many times each source channel counts. */
export const partsOf = ([down, across]: WinogradAxes) => down.parts.length * across.parts.length

/** How many results along an axis belong to a phase. */
export const ofPhase = ({ walk, spacing }: WinogradAxis, phase: number) => Math.ceil((walk.count - phase) / spacing)

/**
 * What the input shows at the `i`-th position that a part reads for the results of a phase; a zero where only tiles that stick
 * out read.
 */
export function sourceAt(axis: WinogradAxis, { start, taps }: AxisPart, phase: number, i: number): number {
  const { walk, step } = axis
  if (i >= ofPhase(axis, phase) + taps.length - 1) return ZERO
  return walk.source(start + phase * walk.advance + step * i)
}

function winogradAxis(walk: AxisWalk): WinogradAxis {
  const [first, second] = walk.taps
  /** How far taps are apart. */
  const dilation = second ? Math.abs(second.start - first!.start) : 1
  const spacing = dilation / greatestCommonDivisor(walk.advance, dilation)
  const step = spacing * walk.advance
  const tiles = Math.ceil(Math.ceil(walk.count / spacing) / TILE)
  return {
    walk,
    spacing,
    step,
    phases: Math.min(spacing, walk.count),
    tiles,
    parts: partsOfTaps(walk, step / dilation),
  }
}

/** @param interval from a tap to the next one that reads a neighbouring position */
function partsOfTaps({ taps }: AxisWalk, interval: number): AxisPart[] {
  // the input gradient reads against the order of the weight
  const inOrder = [...taps].sort((a, b) => a.start - b.start)
  const parts: AxisPart[] = []
  for (let remainder = 0; remainder < Math.min(interval, inOrder.length); remainder++) {
    const neighbours = inOrder.filter((_, i) => i % interval === remainder)
    for (let first = 0; first < neighbours.length; first += TAPS) {
      const own = neighbours.slice(first, first + TAPS)
      parts.push({ start: own[0]!.start, taps: own.map(({ index }) => index) })
    }
  }
  return parts
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
