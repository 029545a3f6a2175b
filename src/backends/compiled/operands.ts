/**
 * Where operands are, and how large.
 *
 * @module
 */

import { type ConvSpec, inputShape, outputShape, weightShape } from '../../conv/spec.js'
import type { Element } from '../../kernel/machine.js'
import type { DType, TypedArray } from '../../tensor/dtype.js'
import { partOf } from '../../tensor/freedMemory.js'
import { numelOf, type Shape } from '../../tensor/layout.js'
import type { VectorOperand } from '../vectorOperations.js'
import type { Target } from './target.js'

/** The sentence with which convolutions decline operands that a target cannot hold; else `null`. */
export function tooLarge({ mostBytes }: Target, spec: ConvSpec, dtype: DType): string | null {
  const elements = [inputShape(spec), outputShape(spec), weightShape(spec)].reduce((sum, own) => sum + numelOf(own), 0)
  if (elements * (dtype === 'float64' ? 8 : 4) <= mostBytes) return null
  return `has no room for operands of more than ${mostBytes / 2 ** 20} MiB`
}

/** How far the last element is from the first. */
export function extent(shape: Shape, strides: readonly number[]): number {
  return shape.reduce((last, size, dim) => last + (size - 1) * strides[dim]!, 0)
}

/** Whether elements fill the memory from the first to the last, each once. */
export function isDense(shape: Shape, strides: readonly number[]): boolean {
  const dims = [...shape.keys()].filter(dim => shape[dim] !== 1).toSorted((a, b) => strides[a]! - strides[b]!)
  return dims.every((dim, i) => strides[dim] === dims.slice(0, i).reduce((size, inner) => size * shape[inner]!, 1))
}

export const elementOf = (data: unknown): Element | null =>
  data instanceof Float32Array ? 'float32' : data instanceof Float64Array ? 'float64' : null

/** Whether all elements are in the array, which its owner may have shortened. */
export function isWithin(operand: VectorOperand, shape: Shape): boolean {
  return reaches(operand, extent(shape, operand.strides)) && operand.strides.every(stride => stride >= 0)
}

/** Whether the array has an element so far from the first. */
export function reaches({ data, offset }: VectorOperand, extent: number): boolean {
  return offset >= 0 && offset + extent < data.length
}

/** The operand's array, or where the target copies arrays just what it has elements in. */
export function narrowed({ copies }: Target, { data, offset }: VectorOperand, extent: number): TypedArray {
  return copies ? partOf(data, offset, offset + extent + 1) : data
}
