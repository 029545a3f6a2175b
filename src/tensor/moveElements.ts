/**
 * Copies between arrays where an assignment converts as it should: the loops of most copies.
 *
 * @module
 */
import { coalesce, forEachRun, type Strided } from './iterate.js'
import type { Shape } from './layout.js'

/** From this length on the engine's own copy or filling of a run pays for its call. */
export const SHORTEST_RUN = 32

/** Neighbours in the source, and in the target, that are copied together: as many as share a line of the cache. */
const TILE = 16

/** `to[...] = from[...]` for all elements of a shape. Typed as doubles whatever they are: the arrays decide. */
export function moveElements(
  to: Float64Array,
  from: Float64Array,
  shape: Shape,
  operands: readonly [Strided, Strided],
): void {
  const { shape: sizes, strides } = coalesce(shape, operands)
  const [target, source] = strides as [number[], number[]]
  const [inTarget, inSource] = [target.indexOf(1), source.indexOf(1)]
  const isTransposed = inTarget >= 0 && inSource >= 0 && target[inSource] !== 1 && source[inTarget] !== 1
  if (isTransposed && Math.min(sizes[inTarget]!, sizes[inSource]!) >= TILE / 2) {
    const isOuter = (_: unknown, dim: number) => dim !== inTarget && dim !== inSource
    const outer = operands.map(({ offset }, i) => ({ offset, strides: strides[i]!.filter(isOuter) }))
    const tiles: Transposed = {
      columns: sizes[inTarget]!,
      rows: sizes[inSource]!,
      toRow: target[inSource]!,
      fromColumn: source[inTarget]!,
    }
    forEachRun(sizes.filter(isOuter), outer, ([t, s], [stepT, stepS], length) => {
      for (let k = 0; k < length; k++) moveTransposed(to, from, t! + k * stepT!, s! + k * stepS!, tiles)
    })
    return
  }
  forEachRun(shape, operands, ([t, s], [stepT, stepS], length) => {
    if (stepT === 1 && stepS === 1 && length >= SHORTEST_RUN) to.set(from.subarray(s!, s! + length), t!)
    else if (stepT === 1 && stepS === 0 && length >= SHORTEST_RUN) to.fill(from[s!]!, t!, t! + length)
    else for (let k = 0, i = t!, j = s!; k < length; k++, i += stepT!, j += stepS!) to[i] = from[j]!
  })
}

/** A matrix whose columns are neighbours in the target, and whose rows are in the source. */
interface Transposed {
  readonly columns: number
  readonly rows: number
  readonly toRow: number
  readonly fromColumn: number
}

function moveTransposed(
  to: Float64Array,
  from: Float64Array,
  target: number,
  source: number,
  { columns, rows, toRow, fromColumn }: Transposed,
): void {
  for (let row = 0; row < rows; row += TILE) {
    const lastRow = Math.min(row + TILE, rows)
    for (let column = 0; column < columns; column += TILE) {
      const lastColumn = Math.min(column + TILE, columns)
      for (let y = row; y < lastRow; y++) {
        const [i, j] = [target + y * toRow, source + y]
        for (let x = column; x < lastColumn; x++) to[i + x] = from[j + x * fromColumn]!
      }
    }
  }
}
