/**
 * The cells of each grid: which element stands where, and what a screen reader says of it.
 *
 * @module
 */
import { describePlace, isOutside, placeOf, stepping, weightIndex } from './explanation.js'
import type { Cell } from './grid.js'
import type { Numbers } from './layer.js'
import type { Setting } from './setting.js'

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

/** The cells of a channel of the input or the output; the one that the kernel covers has its padding around it. */
export function channelCells(
  numbers: Numbers,
  setting: Setting,
  tensor: 'input' | 'output',
  channel: number,
): Cell[][] {
  const { geometry: g, padded } = numbers
  const { transposed, paddingMode } = setting
  const cell = (at: number, row: number, column: number): Cell => ({
    tensor,
    at,
    value: numbers[tensor][at]!,
    label: `row ${row}, column ${column}`,
  })
  if (tensor === stepping(transposed)) {
    const [, height, width] = g.steps
    return range(height).map(i => range(width).map(j => cell((channel * height + i) * width + j, i, j)))
  }
  return range(g.frame[0]).map(i =>
    range(g.frame[1]).map(j => {
      const place = (channel * g.frame[0] + i) * g.frame[1] + j
      const { source, row, column } = placeOf(g, place)
      if (!isOutside(g, place)) return cell(source, row, column)
      const label = describePlace(g, transposed, paddingMode, place)
      return { tensor: 'padding', at: place, value: padded && padded[place]!, label }
    }),
  )
}

/** One kernel of the weight. `plane` counts kernels in row-major order. */
export function kernelCells(numbers: Numbers, plane: number): Cell[][] {
  const { geometry: g, weight } = numbers
  const [height, width] = g.kernel
  return range(height).map(u =>
    range(width).map(v => {
      const at = (plane * height + u) * width + v
      return { tensor: 'weight', at, value: weight[at]!, label: `weight ${weightIndex(g, at).join(', ')}` }
    }),
  )
}

/** The kernel between an input and an output channel, counted in the weight; null where groups keep them apart. */
export function planeBetween(numbers: Numbers, transposed: boolean, input: number, output: number): number | null {
  const { geometry: g } = numbers
  const [step, framed] = transposed ? [input, output] : [output, input]
  const perGroup = g.framed[0] / g.groups
  const group = Math.floor(step / (g.steps[0] / g.groups))
  return Math.floor(framed / perGroup) === group ? step * perGroup + (framed % perGroup) : null
}
