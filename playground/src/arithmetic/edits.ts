/**
 * Changes of a setting that keep what was typed in its place.
 *
 * @module
 */
import { type Edits, inputShape, type Setting, weightShape } from './setting.js'

type Shape = readonly number[]

/** The setting with other values; typed numbers stay at their channel, row and column, and go where that is gone. */
export function change(setting: Setting, values: Partial<Setting>): Setting {
  const next = { ...setting, ...values }
  return {
    ...next,
    inputEdits: moved(next.inputEdits, inputShape(setting), inputShape(next)),
    weightEdits: moved(next.weightEdits, weightShape(setting), weightShape(next)),
  }
}

/** The setting with one number typed. */
export function edit(setting: Setting, tensor: 'input' | 'weight', at: number, value: number): Setting {
  const key = `${tensor}Edits` as const
  return { ...setting, [key]: { ...setting[key], [at]: value } }
}

function moved(edits: Edits, from: Shape, to: Shape): Edits {
  if (from.every((size, axis) => size === to[axis])) return edits
  const kept = Object.entries(edits).map(([at, value]) => [flatten(unflatten(Number(at), from), to), value] as const)
  return Object.fromEntries(kept.filter(([at]) => at !== null))
}

function unflatten(at: number, shape: Shape): number[] {
  return shape.map((size, axis) => Math.floor(at / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % size)
}

function flatten(index: readonly number[], shape: Shape): number | null {
  if (index.some((i, axis) => !(i < shape[axis]!))) return null
  return index.reduce((at, i, axis) => at * shape[axis]! + i, 0)
}
