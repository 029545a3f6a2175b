/**
 * From the shapes and strides of a reduction to its walk (see `fold.ts`).
 *
 * @module
 */
import type { Strided } from '../tensor/iterate.js'
import { contiguousStrides, type Shape } from '../tensor/layout.js'
import { planWalk, type WalkPlan } from './walkPlan.js'

/** A walk, the result being the first of its operands, and how it goes. */
export interface FoldPlan {
  readonly walk: WalkPlan
  readonly way: 'rows' | 'columns'
}

/** The walk, or `null` if the elements lie in another way. */
export function planFold(shape: Shape, kept: readonly boolean[], operands: readonly Strided[]): FoldPlan | null {
  const strides = contiguousStrides(shape.map((size, dim) => (kept[dim] ? size : 1)))
  const result = { offset: 0, strides: strides.map((stride, dim) => (kept[dim] ? stride : 0)) }
  // with the result among them, only dimensions that are kept alike become one
  const walk = planWalk(shape, [result, ...operands], 1)
  if (walk === null) return null
  const { outer } = walk
  const own = walk.operands[0]!
  const isKept = { outer: own.outer > 0 || outer === 1, rows: own.row > 0, run: own.along }
  if (isKept.run) return isKept.outer && !isKept.rows ? { walk, way: 'columns' } : null
  if (isKept.outer) {
    if (!isKept.rows) return { walk, way: 'rows' }
    // one group after the other along the rows
    return outer === 1 ? { walk: exchanged(walk), way: 'rows' } : null
  }
  if (isKept.rows) return { walk: exchanged(walk), way: 'rows' }
  return null
}

/** Rows become outer, and the other way round. */
function exchanged({ outer, rows, run, operands }: WalkPlan): WalkPlan {
  return {
    outer: rows,
    rows: outer,
    run,
    operands: operands.map(({ start, outer, row, along }) => ({ start, outer: row, row: outer, along })),
  }
}
