/**
 * Which elements meet in a convolution.
 *
 * A kernel stands at steps of one tensor and covers, with padding around it, the other one: the framed tensor. In a
 * convolution it steps over the output and covers the input; a transposed convolution goes the other way, so the same
 * links are read from the other end. Everything here is indices; the numbers are the library's.
 *
 * @module
 */
import type { Pair } from './setting.js'

/** Channels, height, width. */
export type Size = readonly [channels: number, height: number, width: number]

/** All that the links depend on. */
export interface Geometry {
  /** The size of the tensor whose elements are the kernel's positions. */
  readonly steps: Size
  /** The size of the tensor under the kernel, without padding. */
  readonly framed: Size
  /** Rows and columns of padding before the framed tensor. */
  readonly before: Pair
  /** Rows and columns with all padding. */
  readonly frame: Pair
  /** For each position of the frame, row-major, the position in a channel that it shows, or {@link NOTHING}. */
  readonly sources: readonly number[]
  readonly kernel: Pair
  readonly stride: Pair
  readonly dilation: Pair
  readonly groups: number
}

/** A position of the frame that shows no element. */
export const NOTHING = -1

/** One product of the convolution. All positions are row-major in their tensors, channels first. */
export interface Link {
  readonly step: number
  readonly weight: number
  /** In the framed tensor with its padding: [channel, frame height, frame width]. */
  readonly place: number
  /** In the framed tensor without padding, or {@link NOTHING}. */
  readonly source: number
}

/** What an element stands in: channel, row, column. */
export function locate(at: number, [, height, width]: Size): Size {
  return [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
}

const channelsPerGroup = (g: Geometry) => [g.steps[0] / g.groups, g.framed[0] / g.groups] as const

/** The group that a channel of the stepping (or framed) tensor belongs to. */
function groupOf(g: Geometry, tensor: 'steps' | 'framed', channel: number): number {
  return Math.floor(channel / (g[tensor][0] / g.groups))
}

/** What the kernel touches when it stands at this step, tap by tap, channel by channel. */
export function linksAt(g: Geometry, step: number): Link[] {
  const [channel, row, column] = locate(step, g.steps)
  const [, perGroup] = channelsPerGroup(g)
  const first = groupOf(g, 'steps', channel) * perGroup
  const links: Link[] = []
  for (let c = 0; c < perGroup; c++) {
    for (let u = 0; u < g.kernel[0]; u++) {
      for (let v = 0; v < g.kernel[1]; v++) {
        const weight = ((channel * perGroup + c) * g.kernel[0] + u) * g.kernel[1] + v
        const at = (row * g.stride[0] + u * g.dilation[0]) * g.frame[1] + column * g.stride[1] + v * g.dilation[1]
        const shown = g.sources[at]!
        links.push({
          step,
          weight,
          place: (first + c) * g.frame[0] * g.frame[1] + at,
          source: shown === NOTHING ? NOTHING : (first + c) * g.framed[1] * g.framed[2] + shown,
        })
      }
    }
  }
  return links
}

/** Every product of the convolution, in the order of the steps. */
export function allLinks(g: Geometry): Link[] {
  const [channels, height, width] = g.steps
  return Array.from({ length: channels * height * width }, (_, step) => linksAt(g, step)).flat()
}
