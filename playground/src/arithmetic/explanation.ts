/**
 * The sum behind an element: which products make an output, or where an input or a weight goes.
 *
 * @module
 */
import { allLinks, type Geometry, type Link, linksAt, locate, NOTHING, type Size } from './geometry.js'
import type { Numbers } from './layer.js'
import { show } from './number.js'
import type { PaddingMode } from './setting.js'

/** An element that is looked at. `padding` is a position of the frame [channel, frame height, frame width]. */
export interface Focus {
  readonly tensor: 'input' | 'weight' | 'output' | 'padding'
  readonly at: number
}

/** One product, or in a gradient one factor. */
export interface Term {
  readonly input: number
  readonly weight: number
  readonly output: number
  readonly place: number
  /** What meets: of an output's term input and weight, of an input's the weight, of a weight's the input. */
  readonly factors: readonly number[]
  /** Whether the input is padding: shown there, or nothing but a zero. */
  readonly padding: boolean
}

/** A sum, term by term, and what the library has for it. */
export interface Explanation {
  readonly focus: Focus
  /** `y[0, 1, 2]`. */
  readonly name: string
  readonly value: number
  readonly terms: readonly Term[]
  /** Of an output with a bias. */
  readonly bias: number | null
  /** The library's number: the output, or by autograd the gradient of the sum of all outputs. */
  readonly total: number
}

/** The tensor that the kernel steps over, and the one it covers. */
export const stepping = (transposed: boolean) => (transposed ? 'input' : 'output')

/** The links that an element takes part in. */
export function linksOf(g: Geometry, transposed: boolean, { tensor, at }: Focus): Link[] {
  if (tensor === stepping(transposed)) return linksAt(g, at)
  const key = tensor === 'weight' ? 'weight' : tensor === 'padding' ? 'place' : 'source'
  return allLinks(g).filter(link => link[key] === at)
}

/** The element that a place of the frame shows, and where that place is counted from the first element. */
export function placeOf(g: Geometry, at: number): { source: number; channel: number; row: number; column: number } {
  const [channel, row, column] = locate(at, [g.framed[0], ...g.frame])
  const shown = g.sources[row * g.frame[1] + column]!
  return {
    source: shown === NOTHING ? NOTHING : channel * g.framed[1] * g.framed[2] + shown,
    channel,
    row: row - g.before[0],
    column: column - g.before[1],
  }
}

/** Whether a place of the frame lies outside of the framed tensor. */
export function isOutside(g: Geometry, at: number): boolean {
  const { row, column } = placeOf(g, at)
  return row < 0 || column < 0 || row >= g.framed[1] || column >= g.framed[2]
}

/** The size of a tensor that can be focused, without the weight. */
export function sizeOf(g: Geometry, transposed: boolean, tensor: 'input' | 'output'): Size {
  return tensor === stepping(transposed) ? g.steps : g.framed
}

/** Explains an element; of padding, only where it comes from can be told. */
export function explain(numbers: Numbers, transposed: boolean, focus: Focus): Explanation | null {
  if (focus.tensor === 'padding') return null
  const { geometry: g, input, weight, bias, output } = numbers
  const links = linksOf(g, transposed, focus)
  // what falls beside the output of a transposed convolution is cut off
  const kept = transposed ? links.filter(link => link.source !== NOTHING) : links
  const terms = kept.map((link): Term => {
    const [own, other] = transposed ? [link.step, link.source] : [link.source, link.step]
    const [x, w] = [own === NOTHING ? 0 : input[own]!, weight[link.weight]!]
    return {
      input: own,
      weight: link.weight,
      output: other,
      place: link.place,
      factors: { output: [x, w], input: [w], weight: [x] }[focus.tensor as 'output'],
      padding: !transposed && isOutside(g, link.place),
    }
  })
  const index =
    focus.tensor === 'weight' ? weightIndex(g, focus.at) : locate(focus.at, sizeOf(g, transposed, focus.tensor))
  const symbol = { input: 'x', weight: 'w', output: 'y' }[focus.tensor]
  const totals = { output, input: numbers.inputGradient, weight: numbers.weightGradient }[focus.tensor]
  return {
    focus,
    name: `${symbol}[${index.join(', ')}]`,
    value: numbers[focus.tensor][focus.at]!,
    terms,
    bias: focus.tensor === 'output' && bias ? bias[index[0]!]! : null,
    total: totals[focus.at]!,
  }
}

/** First, second, row and column of a weight. */
export function weightIndex(g: Geometry, at: number): number[] {
  const [plane, row, column] = locate(at, [0, ...g.kernel])
  const perGroup = g.framed[0] / g.groups
  return [Math.floor(plane / perGroup), plane % perGroup, row, column]
}

/** What a place of the frame is, in words. */
export function describePlace(g: Geometry, transposed: boolean, mode: PaddingMode, at: number): string {
  const { source, channel, row, column } = placeOf(g, at)
  const where = `row ${show(row)}, column ${show(column)} of channel ${channel}`
  if (transposed) return `${where}: beside the output, cut off by padding`
  if (source === NOTHING) return `${where}: padding, a zero`
  const [, sourceRow, sourceColumn] = locate(source, g.framed)
  return `${where}: padding, shows row ${sourceRow}, column ${sourceColumn} (${mode})`
}
