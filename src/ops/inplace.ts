/**
 * Operations in place: the result of an ordinary operation is written over the tensor it started from.
 *
 * @module
 */
import { keepRetaining } from '../autograd/hooks.js'
import { isGradEnabled } from '../autograd/modes.js'
import { Node, record } from '../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../errors.js'
import { convert, copyElements } from '../tensor/copy.js'
import { type DType, dtypeInfo, isDifferentiable, type Kind } from '../tensor/dtype.js'
import { inInferenceMode } from '../tensor/inference.js'
import { broadcastShapes, broadcastStrides, formatShape } from '../tensor/layout.js'
import { allocate, Tensor, viewOf } from '../tensor/tensor.js'
import { leakyRelu, mapLeakyRelu, mapRelu, relu } from './activation.js'
import { zerosLike } from './map.js'
import { checkOperand, checkTensor, type Operand, scalarTensor } from './operand.js'

/** Writes what `operation` makes of the tensor over it, and returns the tensor, which takes the result's place on the tape. */
export function assign(self: Tensor, operation: (self: Tensor) => Tensor): Tensor {
  checkWritable(self)
  const result = operation(self)
  checkCast(result.dtype, self.dtype)
  if (formatShape(result.shape) !== formatShape(self.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(self.shape)} doesn't match the broadcast shape ${formatShape(result.shape)}`,
    )
  }
  return overwrite(self, result)
}

/** An operation's form in place: `inPlace(add)(x, y)` is `x.add_(y)`. */
export function inPlace<Rest extends unknown[]>(operation: (input: Tensor, ...rest: Rest) => Tensor) {
  return (self: Tensor, ...rest: Rest): Tensor => assign(self, input => operation(input, ...rest))
}

/** `inPlace(relu)`, without a second tensor where nothing is recorded. */
export function relu_(self: Tensor): Tensor {
  return overwritesItself(self) ? directly(self, input => mapRelu(input, true)) : assign(self, relu)
}

/** `inPlace(leakyRelu)`, without a second tensor where nothing is recorded. */
export function leakyRelu_(self: Tensor, negativeSlope?: number): Tensor {
  return overwritesItself(self)
    ? directly(self, input => mapLeakyRelu(input, negativeSlope, true))
    : assign(self, input => leakyRelu(input, negativeSlope))
}

/** Whether the loop of a function of one tensor can write over the tensor it reads. */
function overwritesItself({ dtype, requiresGrad }: Tensor): boolean {
  return (dtype === 'float32' || dtype === 'float64') && !(requiresGrad && isGradEnabled())
}

function directly(self: Tensor, operation: (self: Tensor) => void): Tensor {
  checkWritable(self)
  operation(self)
  self.storage.version++
  return self
}

/** Copies the elements of `source`, which broadcasts and may have any dtype. */
export function copy_(self: Tensor, source: Tensor): Tensor {
  checkTensor('copy_', 'other', source)
  checkWritable(self)
  if (formatShape(broadcastShapes(self.shape, source.shape)) !== formatShape(self.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(self.shape)} doesn't match the broadcast shape ${formatShape(broadcastShapes(self.shape, source.shape))}`,
    )
  }
  if (source.device === 'meta' && self.device !== 'meta') {
    throw new NotImplementedError('Cannot copy out of meta tensor; no data!')
  }
  const expanded = viewOf(source, self.shape, broadcastStrides(source.shape, source.strides, self.shape))
  // memory that is both read and written is read first
  const safe = source.storage.isSameMemory(self.storage) ? convert(expanded) : expanded
  return overwrite(
    self,
    record(safe, 'CopyBackwards', [self, source], [], g => [zerosLike(g), g]),
  )
}

/** Sets every element to a number, or to the one element of a tensor without dimensions. */
export function fill_(self: Tensor, value: Operand): Tensor {
  checkOperand('fill_', 'value', value)
  if (value instanceof Tensor && value.ndim !== 0) {
    throw new RuntimeError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`)
  }
  checkWritable(self, { expanded: 'allowed' })
  const filling = value instanceof Tensor ? value : scalarTensor(value, checkFits(value, self.dtype))
  const name = value instanceof Tensor ? 'FillBackward1' : 'FillBackward0'
  const expanded = viewOf(
    filling,
    self.shape,
    self.shape.map(() => 0),
  )
  return overwrite(
    self,
    record(expanded, name, [self, filling], [], g => [zerosLike(g), g]),
  )
}

/** Sets every element to 0. */
export function zero_(self: Tensor): Tensor {
  checkWritable(self, { expanded: 'allowed' })
  const zeros = viewOf(
    allocate([], self.dtype, { device: self.device }),
    self.shape,
    self.shape.map(() => 0),
  )
  return overwrite(
    self,
    record(zeros, 'ZeroBackward0', [self], [], g => [zerosLike(g)]),
  )
}

/** Refuses what must not be written to, with PyTorch's messages. */
function checkWritable(self: Tensor, { expanded }: { expanded?: 'allowed' } = {}): void {
  if (isGradEnabled() && self.requiresGrad) {
    if (self.isLeaf) {
      throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.')
    }
    if (self.viewsLeaf) {
      throw new RuntimeError('a view of a leaf Variable that requires grad is being used in an in-place operation.')
    }
  }
  if (self.isInference() && !inInferenceMode()) {
    throw new RuntimeError(
      'Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a normal tensor before doing inplace update.',
    )
  }
  if (!expanded && self.shape.some((size, dim) => size > 1 && self.strides[dim] === 0)) {
    throw new RuntimeError(
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
    )
  }
}

const KINDS: readonly Kind[] = ['bool', 'int', 'float', 'complex']

/** Refuses to drop what the dtype cannot hold: imaginary parts, fractions, and numbers where only truth fits. */
function checkCast(from: DType, to: DType): void {
  const [source, target] = [dtypeInfo(from), dtypeInfo(to)]
  if (KINDS.indexOf(source.kind) <= KINDS.indexOf(target.kind)) return
  throw new RuntimeError(
    `result type ${source.scalarName} can't be cast to the desired output type ${target.scalarName}`,
  )
}

/** The dtype to make the scalar of, if its value fits. */
function checkFits(value: Exclude<Operand, Tensor>, dtype: DType): DType {
  const { kind, bytes, cppName } = dtypeInfo(dtype)
  const fits = () => {
    if (typeof value === 'boolean' || kind === 'bool' || kind === 'complex') return true
    if (typeof value === 'object') return value.im === 0
    if (kind === 'float') return true
    const bits = bytes * 8
    const [low, high] = dtype === 'uint8' ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)]
    const whole = typeof value === 'bigint' ? value : Math.trunc(value)
    return whole >= low && whole < high
  }
  if (fits()) return dtype
  throw new RuntimeError(`value cannot be converted to type ${cppName} without overflow`)
}

/** Writes the elements of a result over a tensor's own, and moves the tensor to the result's place on the tape. */
function overwrite(self: Tensor, result: Tensor): Tensor {
  const node = result.gradFn
  // what the derivative needs of the old elements is kept aside
  if (node instanceof Node)
    node.replaceSaved(saved => (saved.storage.isSameMemory(self.storage) ? asideFrom(saved) : saved))
  if (self.device !== 'meta') copyElements(self, result)
  self.storage.version++
  if (node !== null && isDifferentiable(self.dtype)) {
    const before = { gradFn: self.gradFn, outputIndex: self.outputIndex }
    self.gradFn = node
    self.outputIndex = result.outputIndex
    keepRetaining(self, before)
    self.storage.recordedWrites++
    self.recordedWrites = self.storage.recordedWrites
  }
  return self
}

/** A copy with the same place on the tape. */
function asideFrom(tensor: Tensor): Tensor {
  const copy = convert(tensor)
  copy.gradFn = tensor.gradFn
  copy.outputIndex = tensor.outputIndex
  return copy
}
