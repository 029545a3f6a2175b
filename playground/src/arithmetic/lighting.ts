/**
 * What lights up around an element that is looked at.
 *
 * @module
 */
import { type Focus, isOutside, linksOf, placeOf, stepping } from './explanation.js'
import { type Geometry, type Link, locate, NOTHING } from './geometry.js'
import type { Numbers } from './layer.js'
import { showShort } from './number.js'

/** The place of the kernel, in cells of the frame. */
interface KernelWindow {
  readonly channels: readonly number[]
  readonly row: number
  readonly column: number
  readonly height: number
  readonly width: number
}

/** From an element to a padding place that shows it, in cells of the frame. */
interface Arrow {
  readonly channel: number
  readonly from: readonly [row: number, column: number]
  readonly to: readonly [row: number, column: number]
}

export interface Lighting {
  /** By {@link cellKey}: a lit cell, with the small number in its corner, or an empty text. */
  readonly cells: ReadonlyMap<string, string>
  readonly kernelWindow: KernelWindow | null
  readonly arrows: readonly Arrow[]
}

export const cellKey = (tensor: Focus['tensor'], at: number) => `${tensor}:${at}`

/** The lighting of an element: what it is made of, or where it goes. */
export function light(numbers: Numbers, transposed: boolean, focus: Focus): Lighting {
  const { geometry: g } = numbers
  const links = linksOf(g, transposed, focus)
  const cells = new Map<string, string>([[cellKey(focus.tensor, focus.at), '']])
  const notes = new Map<string, number>()
  for (const link of links) {
    const coveredKey = isOutside(g, link.place)
      ? cellKey('padding', link.place)
      : cellKey(transposed ? 'output' : 'input', link.source)
    for (const key of [coveredKey, cellKey(stepping(transposed), link.step)]) {
      // an input may reach an output by several weights, through its padding
      notes.set(key, (notes.get(key) ?? 0) + numbers.weight[link.weight]!)
    }
    cells.set(cellKey('weight', link.weight), '')
  }
  const own = cellKey(focus.tensor, focus.at)
  for (const [key, weight] of notes) {
    if (key !== own) cells.set(key, focus.tensor === 'weight' ? '' : `×${showShort(weight).replace('0.', '.')}`)
  }
  if (focus.tensor === 'padding' && !transposed) cells.set(cellKey('input', placeOf(g, focus.at).source), '')
  return { cells, kernelWindow: windowOf(g, transposed, focus, links), arrows: arrowsOf(g, transposed, focus, links) }
}

/** Only where one step is looked at does the kernel stand somewhere. */
function windowOf(g: Geometry, transposed: boolean, focus: Focus, links: readonly Link[]): KernelWindow | null {
  if (focus.tensor !== stepping(transposed)) return null
  const [, row, column] = locate(focus.at, g.steps)
  return {
    channels: [...new Set(links.map(link => locate(link.place, [0, ...g.frame])[0]))],
    row: row * g.stride[0],
    column: column * g.stride[1],
    height: (g.kernel[0] - 1) * g.dilation[0] + 1,
    width: (g.kernel[1] - 1) * g.dilation[1] + 1,
  }
}

function arrowsOf(g: Geometry, transposed: boolean, focus: Focus, links: readonly Link[]): Arrow[] {
  // under a whole kernel there would be a tangle of them
  if (transposed || focus.tensor === 'weight' || focus.tensor === 'output') return []
  const places = new Set(links.map(link => link.place))
  if (focus.tensor === 'padding') places.add(focus.at)
  return [...places].flatMap(place => {
    const { source } = placeOf(g, place)
    if (source === NOTHING || !isOutside(g, place)) return []
    const [channel, row, column] = locate(place, [0, ...g.frame])
    const [, sourceRow, sourceColumn] = locate(source, g.framed)
    return [{ channel, from: [sourceRow + g.before[0], sourceColumn + g.before[1]], to: [row, column] }]
  })
}

/** The step at which the middle of the kernel is nearest to a place of the frame, in the channel of `near`. */
export function stepUnder(g: Geometry, row: number, column: number, near: number): number {
  const [channels, height, width] = g.steps
  const nearest = (place: number, axis: 0 | 1, count: number) => {
    const middle = ((g.kernel[axis] - 1) * g.dilation[axis]) / 2
    return Math.min(count - 1, Math.max(0, Math.round((place - middle) / g.stride[axis])))
  }
  const channel = Math.min(channels - 1, locate(near, g.steps)[0])
  return (channel * height + nearest(row, 0, height)) * width + nearest(column, 1, width)
}

/** Whether an element that was looked at is still there. */
export function exists({ geometry, input, weight, output }: Numbers, { tensor, at }: Focus): boolean {
  if (tensor !== 'padding') return at < { input, weight, output }[tensor].length
  return at < geometry.framed[0] * geometry.frame[0] * geometry.frame[1] && isOutside(geometry, at)
}
