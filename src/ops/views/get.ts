/**
 * Python's `x[1, :, ::2, None, ...]` for TypeScript.
 *
 * @module
 */
import { describe, IndexError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { select, slice } from './slice.js'
import { unsqueeze, view } from './view.js'

/**
 * One entry of an index: a number picks an element, `[start, end, step]` (each optional) a range, `[]` everything,
 * `null` adds a dimension, `'...'` stands for all the dimensions not named.
 */
export type Index = number | null | '...' | readonly [start?: number | null, end?: number | null, step?: number]

/** A view of part of a tensor, like `x[...]` in Python. */
export function get(input: Tensor, indices: readonly Index[]): Tensor {
  const named = indices.filter(index => index !== null && index !== '...').length
  if (named > input.ndim) throw new IndexError(`too many indices for tensor of dimension ${input.ndim}`)
  if (indices.filter(index => index === '...').length > 1) {
    throw new IndexError("an index can only have a single ellipsis ('...')")
  }
  let out = indices.some(index => index !== '...') ? input : view(input, input.shape)
  // where the next entry applies: in the result so far, and in the input (for messages)
  let dim = 0
  let from = 0
  for (const index of indices) {
    if (index === '...') {
      dim += input.ndim - named
      from += input.ndim - named
    } else if (index === null) out = unsqueeze(out, dim++)
    else if (typeof index === 'number') out = pick(out, dim, index, from++)
    else if (Array.isArray(index)) {
      out = slice(out, dim++, index[0], index[1], index[2])
      from++
    } else {
      throw new TypeError(
        `get(): an index must be a number, null, '...' or [start, end, step], but got ${describe(index)}`,
      )
    }
  }
  return out
}

function pick(input: Tensor, dim: number, index: number, from: number): Tensor {
  const size = input.shape[dim]!
  if (index < -size || index >= size) {
    throw new IndexError(`index ${index} is out of bounds for dimension ${from} with size ${size}`)
  }
  return select(input, dim, index)
}
