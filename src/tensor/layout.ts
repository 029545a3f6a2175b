/**
 * Shapes and strides: pure arithmetic on lists of numbers.
 *
 * @module
 */
import { IndexError, RuntimeError } from '../errors.js'

/** The size along each dimension. */
export type Shape = readonly number[]

/**
 * The order of elements in memory: last dimension fastest, or (for 4 and 5 dimensions) channels fastest.
 * https://pytorch.org/blog/tensor-memory-format-matters/
 */
export type MemoryFormat = 'contiguous' | 'channels_last'

/** The number of elements of a shape. */
export function numelOf(shape: Shape): number {
  let count = 1
  for (let dim = 0; dim < shape.length; dim++) count *= shape[dim]!
  return count
}

/** "[2, 3, 4]", as PyTorch writes sizes in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Strides with the last dimension fastest. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = step
    step *= Math.max(shape[dim]!, 1)
  }
  return strides
}

/** Strides with the channels (dimension 1) fastest, then the spatial dimensions, then the batch. */
export function channelsLastStrides(shape: Shape): number[] {
  if (shape.length !== 4 && shape.length !== 5) {
    throw new RuntimeError(
      `required rank 4 or 5 tensor to use channels_last format, but got ${shape.length} dimensions: ${formatShape(shape)}`,
    )
  }
  const strides = new Array<number>(shape.length)
  strides[1] = 1
  let step = Math.max(shape[1]!, 1)
  for (let dim = shape.length - 1; dim >= 2; dim--) {
    strides[dim] = step
    step *= Math.max(shape[dim]!, 1)
  }
  strides[0] = step
  return strides
}

/** The strides of a new tensor in this format. */
export function stridesFor(shape: Shape, format: MemoryFormat): number[] {
  return format === 'channels_last' ? channelsLastStrides(shape) : contiguousStrides(shape)
}

/** Refuses what is no memory format. */
export function checkMemoryFormat(format: unknown): MemoryFormat | undefined {
  if (format === undefined || format === 'contiguous' || format === 'channels_last') return format
  throw new TypeError(`memoryFormat must be 'contiguous' or 'channels_last', but got memoryFormat=${String(format)}`)
}

/** Whether these strides are those of the format; strides of dimensions of size 1 are free. */
export function hasFormat(shape: Shape, strides: Shape, format: MemoryFormat): boolean {
  if (format === 'channels_last' && shape.length !== 4 && shape.length !== 5) return false
  if (shape.includes(0)) return true
  const rank = shape.length
  let step = 1
  for (let i = rank - 1; i >= 0; i--) {
    // channels_last has the channels (dimension 1) innermost, then the spatial ones, then the batch
    const dim = format === 'contiguous' || i === 0 ? i : i === rank - 1 ? 1 : i + 1
    if (shape[dim] !== 1 && strides[dim] !== step) return false
    step *= shape[dim]!
  }
  return true
}

/**
 * The memory format a tensor's strides speak for, as PyTorch's `suggest_memory_format` reads them: channels_last where
 * they grow from the channels over the columns and rows to the batch. Gaps do not count, so a part of a channels_last
 * tensor is channels_last; one channel and one pixel leave it to the strides of dimensions of size 1.
 * (`is_channels_last_strides_2d` in https://github.com/pytorch/pytorch/blob/v1.13.1/c10/core/MemoryFormat.h)
 */
export function suggestedFormat(shape: Shape, strides: Shape): MemoryFormat {
  const rank = shape.length
  if ((rank !== 4 && rank !== 5) || strides[1] === 0 || shape.includes(0)) return 'contiguous'
  let least = 0
  for (const dim of rank === 4 ? [1, 3, 2, 0] : [1, 4, 3, 2, 0]) {
    if (strides[dim]! < least) return 'contiguous'
    // one pixel, with strides that are the same in both formats
    if (dim === 0 && least === strides[1]) return 'contiguous'
    least = strides[dim]! * shape[dim]!
  }
  return 'channels_last'
}

/** The memory format of an elementwise result: as suggested, but contiguous wherever the strides are that as well. */
export function elementwiseFormat(shape: Shape, strides: Shape): MemoryFormat {
  if (hasFormat(shape, strides, 'contiguous')) return 'contiguous'
  return hasFormat(shape, strides, 'channels_last') ? 'channels_last' : suggestedFormat(shape, strides)
}

/** Whether two shapes (or lists of strides) are the same. */
export function isSameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** A dimension counted from the end if negative; refused outside [-rank, rank - 1]. */
export function normalizeDim(dim: number, rank: number): number {
  const low = rank === 0 ? -1 : -rank
  const high = rank === 0 ? 0 : rank - 1
  if (!Number.isInteger(dim)) throw new TypeError(`dim must be an integer, but got dim=${String(dim)}`)
  if (dim < low || dim > high) {
    throw new IndexError(`Dimension out of range (expected to be in range of [${low}, ${high}], but got ${dim})`)
  }
  return dim < 0 ? dim + Math.max(rank, 1) : dim
}

/** The shape both broadcast to. https://pytorch.org/docs/stable/notes/broadcasting.html */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank)
  for (let dim = rank - 1; dim >= 0; dim--) {
    const sizeA = a[dim - rank + a.length] ?? 1
    const sizeB = b[dim - rank + b.length] ?? 1
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new RuntimeError(
        `The size of tensor a (${sizeA}) must match the size of tensor b (${sizeB}) at non-singleton dimension ${dim}`,
      )
    }
    shape[dim] = sizeA === 1 ? sizeB : sizeA
  }
  return shape
}

/** The strides of a tensor seen as the larger shape: 0 along the dimensions it is repeated over. */
export function broadcastStrides(shape: Shape, strides: Shape, target: Shape): number[] {
  const lead = target.length - shape.length
  return target.map((size, dim) => {
    const own = dim - lead
    return own < 0 || (shape[own] === 1 && size !== 1) ? 0 : strides[own]!
  })
}

/** Fills in the one -1 of a requested shape. */
export function inferShape(requested: Shape, numel: number): number[] {
  const unknown = requested.indexOf(-1)
  for (const size of requested) {
    if (!Number.isInteger(size) || size < -1) {
      throw new RuntimeError(`invalid shape dimension ${size} in shape ${formatShape(requested)}`)
    }
  }
  if (unknown !== requested.lastIndexOf(-1)) throw new RuntimeError('only one dimension can be inferred')
  const shape = [...requested]
  const known = numelOf(shape.filter(size => size !== -1))
  if (unknown >= 0) {
    if (known === 0) {
      throw new RuntimeError(
        `cannot reshape tensor of ${numel} elements into shape ${formatShape(requested)} because the unspecified dimension size -1 can be any value and is ambiguous`,
      )
    }
    shape[unknown] = numel / known
  }
  if (!Number.isInteger(shape[unknown] ?? 0) || numelOf(shape) !== numel) {
    throw new RuntimeError(`shape '${formatShape(requested)}' is invalid for input of size ${numel}`)
  }
  return shape
}

/**
 * The strides that show the same memory under another shape, or `null` where only a copy can.
 * The old dimensions are grouped into runs that are contiguous among themselves; each new dimension must fit in one.
 */
export function viewStrides(shape: Shape, strides: Shape, target: Shape): number[] | null {
  if (shape.includes(0)) return contiguousStrides(target)
  const result = new Array<number>(target.length).fill(1)
  let next = target.length - 1
  let runNumel = 1
  let runBase = strides.length > 0 ? strides[strides.length - 1]! : 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    runNumel *= shape[dim]!
    const runEnds = dim === 0 || (shape[dim - 1] !== 1 && strides[dim - 1] !== runNumel * runBase)
    if (!runEnds) continue
    let viewed = 1
    while (next >= 0 && (viewed < runNumel || target[next] === 1)) {
      result[next] = viewed * runBase
      viewed *= target[next]!
      next--
    }
    if (viewed !== runNumel) return null
    if (dim > 0) {
      runBase = strides[dim - 1]!
      runNumel = 1
    }
  }
  return result
}
