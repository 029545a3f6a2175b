/**
 * The lists of sizes and strides of tensors, which are never changed: those of shapes that come again are the same lists.
 *
 * @module
 */
import { type MemoryFormat, type Shape, stridesFor } from './layout.js'
import { NumbersKey, NumbersMap } from './numbersMap.js'

/** A shape, and the strides of a new tensor of it. */
export interface Layout {
  readonly shape: Shape
  readonly strides: Shape
}

const MOST_LAYOUTS = 2048

const layouts = new NumbersMap<Layout>(MOST_LAYOUTS)
const key = new NumbersKey()

/** The shape as a list that nobody changes, and the strides of a new tensor in this format. */
export function layoutOf(shape: Shape, format: MemoryFormat): Layout {
  key
    .clear()
    .add(format === 'contiguous' ? 0 : 1)
    .addAll(shape)
  const known = layouts.get(key)
  if (known !== undefined) return known
  // -0 and 0 are the same key
  const sizes = shape.map(size => size + 0)
  const made = { shape: Object.freeze(sizes), strides: Object.freeze(stridesFor(sizes, format)) }
  layouts.set(key, made)
  return made
}

/** The list itself if it is one that nobody changes, else a copy that is. */
export const fixed = (list: Shape): Shape => (Object.isFrozen(list) ? list : Object.freeze(list.slice()))
