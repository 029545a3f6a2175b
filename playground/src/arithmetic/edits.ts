/**
 * Changes of a setting that keep what was typed in its place.
 *
 * @module
 */
import { type Edits, inputShape, type Setting, weightShape } from './setting.js'

type Shape = readonly number[]

/** The shapes in which typed numbers have their positions. */
export interface Shapes {
  readonly input: Shape
  readonly weight: Shape
}

/** The shapes of a setting; for one that is not possible, such as an emptied field or groups that do not divide, `last`. */
export function shapesOf(setting: Setting, last?: Shapes): Shapes {
  const { inChannels, outChannels, groups, kernel } = setting
  const [input, weight] = [inputShape(setting), weightShape(setting)]
  const divided = [inChannels / groups, outChannels / groups, ...kernel]
  return {
    input: last && !isPossible(input) ? last.input : input,
    weight: last && !isPossible(divided) ? last.weight : weight,
  }
}

const isPossible = (shape: Shape) => shape.every(size => Number.isInteger(size) && size > 0)

/** The setting with other values; typed numbers stay at their channel, row and column, and go where that is gone. */
export function change(setting: Setting, values: Partial<Setting>, from = shapesOf(setting)): Setting {
  const next = { ...setting, ...values }
  const to = shapesOf(next, from)
  return {
    ...next,
    inputEdits: moved(next.inputEdits, from.input, to.input),
    weightEdits: moved(next.weightEdits, from.weight, to.weight),
  }
}

/** The setting with one number typed. */
export function edit(setting: Setting, tensor: 'input' | 'weight', at: number, value: number): Setting {
  const key = `${tensor}Edits` as const
  return { ...setting, [key]: { ...setting[key], [at]: value } }
}

function moved(edits: Edits, from: Shape, to: Shape): Edits {
  // in an impossible shape nothing has a place to be moved from
  if (!isPossible(from) || from.every((size, axis) => size === to[axis])) return edits
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
