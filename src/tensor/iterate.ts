/**
 * Walking strided operands together. The outer dimensions are walked here; the innermost run is left to a plain loop
 * of the caller, so that contiguous operands of any rank become one flat loop.
 *
 * @module
 */
import { hasFormat, numelOf, type Shape } from './layout.js'

/** Where an operand's elements lie: all in elements. */
export interface Strided {
  readonly offset: number
  readonly strides: Shape
}

/**
 * Merges neighbouring dimensions that every operand walks evenly, and drops those of size 1.
 * Returns the shorter shape with each operand's strides.
 */
export function coalesce(shape: Shape, operands: readonly Strided[]): { shape: number[]; strides: number[][] } {
  const merged: number[] = []
  const strides: number[][] = []
  for (let i = 0; i < operands.length; i++) strides.push([])
  for (let dim = 0; dim < shape.length; dim++) {
    const size = shape[dim]!
    if (size === 1) continue
    const last = merged.length - 1
    let mergeable = last >= 0
    for (let i = 0; mergeable && i < operands.length; i++)
      mergeable = strides[i]![last] === operands[i]!.strides[dim]! * size
    if (mergeable) merged[last]! *= size
    else merged.push(size)
    for (let i = 0; i < operands.length; i++) strides[i]![merged.length - 1] = operands[i]!.strides[dim]!
  }
  return { shape: merged, strides }
}

function areContiguous(shape: Shape, operands: readonly Strided[]): boolean {
  for (let i = 0; i < operands.length; i++) if (!hasFormat(shape, operands[i]!.strides, 'contiguous')) return false
  return true
}

/** The steps of operands without gaps. */
const ONES: readonly number[] = new Array<number>(8).fill(1)

/**
 * Calls `visit(offsets, steps, length)` for every innermost run: element k of operand i lies at
 * `offsets[i] + k * steps[i]`. The arrays are reused from call to call.
 */
export function forEachRun(
  shape: Shape,
  operands: readonly Strided[],
  visit: (offsets: readonly number[], steps: readonly number[], length: number) => void,
): void {
  if (shape.includes(0)) return
  const offsets = new Array<number>(operands.length)
  for (let i = 0; i < operands.length; i++) offsets[i] = operands[i]!.offset
  if (operands.length <= ONES.length && areContiguous(shape, operands)) {
    visit(offsets, ONES, numelOf(shape))
    return
  }
  const { shape: sizes, strides } = coalesce(shape, operands)
  const inner = sizes.length - 1
  if (inner < 0) {
    visit(
      offsets,
      operands.map(() => 0),
      1,
    )
    return
  }
  const steps = strides.map(own => own[inner]!)
  const counter = new Array<number>(inner).fill(0)
  for (;;) {
    visit(offsets, steps, sizes[inner]!)
    let dim = inner - 1
    while (dim >= 0) {
      counter[dim]!++
      for (let i = 0; i < offsets.length; i++) offsets[i]! += strides[i]![dim]!
      if (counter[dim]! < sizes[dim]!) break
      for (let i = 0; i < offsets.length; i++) offsets[i]! -= strides[i]![dim]! * sizes[dim]!
      counter[dim] = 0
      dim--
    }
    if (dim < 0) return
  }
}
