/**
 * Several tensors as one.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { copyElements } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import type { DType } from '../../tensor/dtype.js'
import { formatShape, isSameShape, normalizeDim, suggestedFormat } from '../../tensor/layout.js'
import { allocate, type Tensor, viewOf } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { checkTensor, commonDevice, promote } from '../elementwise/operand.js'
import { narrow, select } from '../views/slice.js'
import { flatten, unsqueeze } from '../views/view.js'

/** Tensors one after the other along `dim`. All other sizes must be equal; the dtype is promoted. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  const inputs = checkList('cat', tensors, 'torch.cat(): expected a non-empty list of Tensors')
  inputs.forEach((input, i) => {
    if (input.ndim === 0) {
      throw new RuntimeError(`zero-dimensional tensor (at position ${i}) cannot be concatenated`)
    }
  })
  // an empty vector goes with anything: an old habit of PyTorch that code relies on
  const parts = inputs.filter(input => !isEmptyVector(input))
  const first = parts[0] ?? inputs[0]!
  const own = normalizeDim(dim, first.ndim)
  for (const part of parts) checkSizes(first, part, own, inputs.indexOf(part))
  const out = joined(inputs, parts, own, promote(inputs))
  const lengths = inputs.map(input => (parts.includes(input) ? input.shape[own]! : null))
  return record(out, 'CatBackward0', inputs, [], catBackward(lengths, own))
}

/** Cuts the gradient into the parts' lengths; `null` stands for an empty vector that was passed over. */
function catBackward(lengths: readonly (number | null)[], dim: number): Backward {
  return (gradient, { needs }) => {
    let end = 0
    return lengths.map((length, i) => {
      end += length ?? 0
      if (!needs[i]) return null
      return length === null ? flatten(narrow(gradient, dim, 0, 0)) : narrow(gradient, dim, end - length, length)
    })
  }
}

/** Tensors of one shape side by side along a new dimension. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  const inputs = checkList('stack', tensors, 'stack expects a non-empty TensorList')
  const first = inputs[0]!
  const own = normalizeDim(dim, first.ndim + 1)
  inputs.forEach((input, i) => {
    if (!isSameShape(input.shape, first.shape)) {
      throw new RuntimeError(
        `stack expects each tensor to be equal size, but got ${formatShape(first.shape)} at entry 0 and ${formatShape(input.shape)} at entry ${i}`,
      )
    }
  })
  const parts = inputs.map(input => unsqueeze(input, own))
  const out = joined(parts, parts, own, promote(inputs))
  return record(out, 'StackBackward0', inputs, [], stackBackward(own))
}

const stackBackward =
  (dim: number): Backward =>
  (gradient, { needs }) =>
    needs.map((needed, i) => (needed ? select(gradient, dim, i) : null))

const isEmptyVector = (input: Tensor): boolean => input.ndim === 1 && input.shape[0] === 0

function checkList(operation: string, tensors: readonly Tensor[], emptyMessage: string): readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new TypeError(`${operation}(): argument 'tensors' (position 1) must be an array of Tensors`)
  }
  if (tensors.length === 0) throw new RuntimeError(emptyMessage)
  tensors.forEach((tensor, i) => {
    checkTensor(operation, `tensors[${i}]`, tensor)
  })
  return tensors
}

function checkSizes(first: Tensor, part: Tensor, dim: number, position: number): void {
  if (part.ndim !== first.ndim) {
    throw new RuntimeError(`Tensors must have same number of dimensions: got ${first.ndim} and ${part.ndim}`)
  }
  const wrong = first.shape.findIndex((size, i) => i !== dim && part.shape[i] !== size)
  if (wrong < 0) return
  throw new RuntimeError(
    `Sizes of tensors must match except in dimension ${dim}. Expected size ${first.shape[wrong]} but got size ${part.shape[wrong]} for tensor number ${position} in the list.`,
  )
}

const joined = timed('aten::cat', joinParts)

function joinParts(inputs: readonly Tensor[], parts: readonly Tensor[], dim: number, dtype: DType): Tensor {
  const device = commonDevice(inputs)
  const first = parts[0] ?? inputs[0]!
  const total = parts.reduce((sum, part) => sum + part.shape[dim]!, 0)
  const channelsLast =
    parts.length > 0 && parts.every(part => suggestedFormat(part.shape, part.strides) === 'channels_last')
  const memoryFormat = channelsLast ? 'channels_last' : 'contiguous'
  const shape = first.shape.with(dim, total)
  if (isDeferring() && device !== 'meta' && parts.length > 0)
    return deferred(parts, { shape, dtype, memoryFormat }, own => joined(own, own, dim, dtype))
  const out = allocate(shape, dtype, { device, memoryFormat })
  if (device === 'meta') return out
  let start = 0
  for (const part of parts) {
    copyElements(viewOf(out, part.shape, out.strides, out.offset + start * out.strides[dim]!), part)
    start += part.shape[dim]!
  }
  return out
}
