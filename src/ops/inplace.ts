/**
 * Operations in place: the result of an ordinary operation is written over the tensor it started from.
 *
 * @module
 */
import { isGradEnabled, noGrad } from '../autograd/modes.js'
import { type Backward, checkTracked, edgeOf, Node, record } from '../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../errors.js'
import { convert, copyElements } from '../tensor/copy.js'
import { type DType, dtypeInfo, isComplex, isDifferentiable, type Kind } from '../tensor/dtype.js'
import { inInferenceMode } from '../tensor/inference.js'
import { broadcastShapes, broadcastStrides, formatShape, isSameShape } from '../tensor/layout.js'
import { allocate, Tensor, viewOf } from '../tensor/tensor.js'
import { isPart, moveOnTape } from './changeOnTape.js'
import {
  hardtanh,
  hardtanhGradient,
  leakyRelu,
  leakyReluGradient,
  mapHardtanh,
  mapLeakyRelu,
  mapRelu,
  relu,
  reluGradient,
} from './elementwise/activation.js'
import {
  type AlphaOptions,
  add,
  addGradients,
  alphaOf,
  mapAdd,
  mapMul,
  mapSub,
  mul,
  sub,
  subGradients,
} from './elementwise/arithmetic.js'
import { taped, zerosLike } from './elementwise/map.js'
import { checkOperand, checkTensor, type Operand, promote, scalarTensor } from './elementwise/operand.js'
import { checkFitsExactly } from './elementwise/scalarRange.js'
import { abs } from './elementwise/unary.js'

/** Writes what `operation` makes of the tensor over it, and returns the tensor, which takes the result's place on the tape. */
export function assign(self: Tensor, operation: (self: Tensor) => Tensor): Tensor {
  checkWritable(self)
  const result = operation(self)
  checkCast(result.dtype, self.dtype)
  if (!isSameShape(result.shape, self.shape)) {
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

/** `inPlace(add)`, without a second tensor. */
export function add_(self: Tensor, other: Operand, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('add_', options)
  if (!isWrittenOver(self, other)) return assign(self, input => add(input, other, { alpha }))
  const map = () => mapAdd(self, other, alpha, true)
  if (!isRecorded(self, other)) return directly(self, map)
  return writeOnTape(self, [taped(other)], [], map, 'AddBackward0', addGradients(alpha))
}

/** `inPlace(sub)`, without a second tensor. */
export function sub_(self: Tensor, other: Operand, options?: AlphaOptions): Tensor {
  const alpha = alphaOf('sub_', options)
  if (!isWrittenOver(self, other)) return assign(self, input => sub(input, other, { alpha }))
  const map = () => mapSub(self, other, alpha, true)
  if (!isRecorded(self, other)) return directly(self, map)
  return writeOnTape(self, [taped(other)], [], map, 'SubBackward0', subGradients(alpha))
}

/** `inPlace(mul)`, without a second tensor where nothing is recorded. */
export function mul_(self: Tensor, other: Operand): Tensor {
  return overwritesItself(self, other)
    ? directly(self, input => mapMul(input, other, true))
    : assign(self, input => mul(input, other))
}

/** `inPlace(abs)`. A modulus is real, so it does not take the place of a complex number. */
export function abs_(self: Tensor): Tensor {
  if (isComplex(self.dtype)) throw new RuntimeError('In-place abs is not supported for complex tensors.')
  return assign(self, abs)
}

/** `inPlace(relu)`, without a second tensor. */
export function relu_(self: Tensor): Tensor {
  if (!isOverwritten(self)) return assign(self, relu)
  return activate(self, () => mapRelu(self, true), 'ReluBackward0', reluGradient)
}

/** `inPlace(leakyRelu)`, without a second tensor unless the derivative needs the old elements. */
export function leakyRelu_(self: Tensor, negativeSlope = 0.01): Tensor {
  // of a positive slope, results have the signs of the elements
  const isKnown = negativeSlope > 0 || overwritesItself(self)
  if (!isKnown || !isOverwritten(self)) return assign(self, input => leakyRelu(input, negativeSlope))
  const map = () => mapLeakyRelu(self, negativeSlope, true)
  return activate(self, map, 'LeakyReluBackward0', (g, y) => leakyReluGradient(g, y, negativeSlope))
}

/** `inPlace(hardtanh)`, without a second tensor: its results are at a bound where the elements were, or beyond. */
export function hardtanh_(self: Tensor, minVal = -1, maxVal = 1): Tensor {
  if (!isOverwritten(self)) return assign(self, input => hardtanh(input, minVal, maxVal))
  const map = () => mapHardtanh(self, minVal, maxVal, true)
  return activate(self, map, 'HardtanhBackward0', (g, y) => hardtanhGradient(g, y, minVal, maxVal))
}

/** Whether an activation's loop can write over a tensor of this dtype. */
const isOverwritten = ({ dtype, storage }: Tensor) =>
  (dtype === 'float32' || dtype === 'float64') && !storage.isInference

/**
 * Writes a function of the tensor over it.
 *
 * @param derivative from the gradient and the results: the elements from before are gone
 */
function activate(
  self: Tensor,
  map: () => void,
  name: string,
  derivative: (gradient: Tensor, result: Tensor) => Tensor,
): Tensor {
  if (overwritesItself(self)) return directly(self, map)
  const result = viewOf(self, self.shape, self.strides)
  return writeOnTape(self, [], [result], map, name, (g, { saved: [y] }) => [derivative(g, y!)], result)
}

/**
 * Writes over the tensor, which takes the place of the result on the tape; the derivative does not need the elements from
 * before, which are gone.
 *
 * @param others what is read besides
 * @param result shows the memory of `self`. Default: one that nobody has
 */
function writeOnTape(
  self: Tensor,
  others: readonly Tensor[],
  saved: readonly Tensor[],
  map: () => void,
  name: string,
  backward: Backward,
  result: Tensor = viewOf(self, self.shape, self.strides),
): Tensor {
  checkWritable(self)
  checkTracked(self)
  // refused, if it must be, before anything is written
  for (const input of [self, ...others]) edgeOf(input)
  map()
  self.storage.version++
  record(result, name, [self, ...others], saved, backward)
  // it has the place of what was computed, whatever becomes of the tensor
  result.base = result.knownChange = null
  if (result.gradFn !== null) moveOnTape(self, result)
  return self
}

/** Whether the tape has a place for a function of these. */
function isRecorded(self: Tensor, other?: Operand): boolean {
  return isGradEnabled() && (self.requiresGrad || (other instanceof Tensor && other.requiresGrad))
}

/** Whether the loop of a function of a tensor, and maybe of another operand, can write over it, and nothing is recorded. */
const overwritesItself = (self: Tensor, other?: Operand) => !isRecorded(self, other) && isWrittenOver(self, other)

/** Whether the loop of a function of a tensor, and maybe of another operand, can write over the tensor it reads. */
function isWrittenOver(self: Tensor, other?: Operand): boolean {
  const { dtype } = self
  if (dtype !== 'float32' && dtype !== 'float64') return false
  if (other === undefined || typeof other === 'number') return true
  if (!(other instanceof Tensor)) return false
  const isWithin = isSameShape(broadcastShapes(self.shape, other.shape), self.shape)
  // memory that is read elsewhere must be read before it is written; users' arrays may share it
  const [own, read] = [self.storage, other.storage]
  const isApart = read.isSameMemory(own) ? isSameView(self, other) : !(own.isShared && read.isShared)
  return isWithin && isApart && promote([self, other]) === dtype
}

/** Whether two tensors over the same memory show the same elements in the same places. */
function isSameView(a: Tensor, b: Tensor): boolean {
  return (
    a.dtype === b.dtype && a.offset === b.offset && isSameShape(a.shape, b.shape) && isSameShape(a.strides, b.strides)
  )
}

function directly(self: Tensor, operation: (self: Tensor) => void): Tensor {
  checkWritable(self)
  operation(self)
  self.storage.version++
  return self
}

/**
 * Lets a loop write over the elements of a tensor, off the tape, or returns false if they are not float32 or float64 one
 * after the other.
 *
 * @param write gets the array and where the first element is
 */
export function writeElements(
  self: Tensor,
  write: (data: Float32Array | Float64Array, start: number) => void,
): boolean {
  if ((self.dtype !== 'float32' && self.dtype !== 'float64') || !self.isContiguous()) return false
  noGrad(() => directly(self, () => write(self.storage.dataToWrite as Float32Array | Float64Array, self.offset)))
  return true
}

/** Copies the elements of `source`, which broadcasts and may have any dtype. */
export function copy_(self: Tensor, source: Tensor): Tensor {
  checkTensor('copy_', 'other', source)
  checkWritable(self)
  if (!isSameShape(broadcastShapes(self.shape, source.shape), self.shape)) {
    throw new RuntimeError(
      `output with shape ${formatShape(self.shape)} doesn't match the broadcast shape ${formatShape(broadcastShapes(self.shape, source.shape))}`,
    )
  }
  if (source.device === 'meta' && self.device !== 'meta') {
    throw new NotImplementedError('Cannot copy out of meta tensor; no data!')
  }
  const expanded = viewOf(source, self.shape, broadcastStrides(source.shape, source.strides, self.shape))
  const gone = gradientOfGone(self)
  // memory that is both read and written is read first
  const safe = source.storage.isSameMemory(self.storage) ? convert(expanded) : expanded
  return overwrite(
    self,
    record(safe, 'CopyBackwards', [self, source], [], g => [gone(g), g]),
  )
}

/** Sets every element to a number, or to the one element of a tensor without dimensions. */
export function fill_(self: Tensor, value: Operand): Tensor {
  checkOperand('fill_', 'value', value)
  if (value instanceof Tensor && value.ndim !== 0) {
    throw new RuntimeError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`)
  }
  checkWritable(self, { expanded: 'allowed' })
  if (!(value instanceof Tensor)) checkFitsExactly(value, self.dtype)
  const filling = value instanceof Tensor ? value : scalarTensor(value, self.dtype)
  const gone = gradientOfGone(self)
  const name = value instanceof Tensor ? 'FillBackward1' : 'FillBackward0'
  const expanded = viewOf(
    filling,
    self.shape,
    self.shape.map(() => 0),
  )
  return overwrite(
    self,
    record(expanded, name, [self, filling], [], g => [gone(g), g]),
  )
}

/** Sets every element to 0. */
export function zero_(self: Tensor): Tensor {
  checkWritable(self, { expanded: 'allowed' })
  const gone = gradientOfGone(self)
  const zeros = viewOf(
    allocate([], self.dtype, { device: self.device }),
    self.shape,
    self.shape.map(() => 0),
  )
  return overwrite(
    self,
    record(zeros, 'ZeroBackward0', [self], [], g => [gone(g)]),
  )
}

/** From the gradient of new elements to that of the ones they replace: zeros, unless the base has its own of them. */
const gradientOfGone = (self: Tensor) => (isPart(self) ? () => null : zerosLike)

/** Refuses what must not be written to, with PyTorch's messages. */
function checkWritable(self: Tensor, { expanded }: { expanded?: 'allowed' } = {}): void {
  if (isGradEnabled() && self.base?.requiresGrad) checkTracked(self)
  if (isGradEnabled() && self.requiresGrad) {
    if (self.base?.isLeaf) {
      throw new RuntimeError('a view of a leaf Variable that requires grad is being used in an in-place operation.')
    }
    if (self.isLeaf) {
      throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.')
    }
  }
  if (self.isInference() && !inInferenceMode()) {
    throw new RuntimeError(
      'Inplace update to inference tensor outside InferenceMode is not allowed. You can make a clone to get a normal tensor before doing inplace update.',
    )
  }
  const isRepeated = self.numel() > 0 && self.shape.some((size, dim) => size > 1 && self.strides[dim] === 0)
  if (isRepeated && !expanded) {
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

/** Writes the elements of a result over a tensor's own, and moves the tensor to the result's place on the tape. */
function overwrite(self: Tensor, result: Tensor): Tensor {
  const node = result.gradFn
  if (node !== null && isDifferentiable(self.dtype)) checkTracked(self)
  // what the derivative needs of the old elements is kept aside
  if (node instanceof Node)
    node.replaceSaved(saved => (saved.storage.isSameMemory(self.storage) ? asideFrom(saved) : saved))
  if (self.device !== 'meta') copyElements(self, result)
  self.storage.version++
  if (node !== null && isDifferentiable(self.dtype)) moveOnTape(self, result)
  return self
}

/** A copy with the same place on the tape. */
function asideFrom(tensor: Tensor): Tensor {
  const copy = convert(tensor)
  copy.gradFn = tensor.gradFn
  copy.outputIndex = tensor.outputIndex
  return copy
}
