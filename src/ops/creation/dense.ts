/**
 * New tensors that keep another's order of dimensions in memory (PyTorch's `preserve_format`).
 *
 * @module
 */
import { contiguousStrides, type Shape } from '../../tensor/layout.js'

/** Strides without gaps, with the dimensions in the order in which they lie in the input's memory. */
export function preservedStrides({ shape, strides }: { shape: Shape; strides: Shape }): number[] {
  if (shape.includes(0)) return contiguousStrides(shape)
  const result = new Array<number>(shape.length)
  let step = 1
  for (const dim of memoryOrder(shape, strides)) {
    result[dim] = step
    step *= shape[dim]!
  }
  return result
}

/**
 * The dimensions from the innermost in memory outwards. An insertion sort as PyTorch has it (infer_dense_strides): expanded
 * dimensions compare with nothing, so that they stay where they are, and equal strides are ordered by size.
 */
export function memoryOrder(shape: Shape, strides: Shape): number[] {
  const order = shape.map((_, i) => shape.length - 1 - i)
  for (let i = 1; i < order.length; i++) {
    let moving = i
    for (let other = i - 1; other >= 0; other--) {
      const comparison = compare(shape, strides, order[other]!, order[moving]!)
      if (comparison < 0) break
      if (comparison === 0) continue
      ;[order[other], order[moving]] = [order[moving]!, order[other]!]
      moving = other
    }
  }
  return order
}

/** Negative where `inner` belongs inside of `outer`, positive where it is the other way round, 0 where nothing says. */
function compare(shape: Shape, strides: Shape, inner: number, outer: number): number {
  if (strides[inner] === 0 || strides[outer] === 0) return 0
  if (strides[inner] !== strides[outer]) return strides[inner]! - strides[outer]!
  return shape[inner]! > shape[outer]! ? 1 : 0
}
