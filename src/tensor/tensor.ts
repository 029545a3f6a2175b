/**
 * The tensor: a shape and strides over a storage. What one can do with it is attached by the folders above
 * (`ops/methods/` has the lists).
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { checkOptions } from '../options.js'
import type { Device } from './device.js'
import { type DType, isDifferentiable } from './dtype.js'
import { inInferenceMode } from './inference.js'
import {
  checkMemoryFormat,
  formatShape,
  hasFormat,
  isSameShape,
  type MemoryFormat,
  normalizeDim,
  numelOf,
  type Shape,
} from './layout.js'
import { fixed, layoutOf } from './layouts.js'
import { Storage } from './storage.js'

/** What the autograd tape keeps behind a tensor that was computed; see `autograd/node.ts`. */
export interface GradFunction {
  /** PyTorch's name of the node, e.g. `ConvolutionBackward0`. */
  readonly name: string
}

/** A change in place of a tensor, or of a part of it, that the tape has recorded; each change has an object of its own. */
export interface RecordedChange {
  /** Gives a view taken before the change its place on the tape after it; leaves it as it is where that place is not known. */
  renew(view: Tensor): void
}

const NO_OPTIONS: { memoryFormat?: MemoryFormat } = {}

/**
 * A multi-dimensional array of one dtype.
 *
 * Made by `tensor`, `zeros`, `randn`, ...; the constructor is internal. Tensors are ordinary garbage-collected
 * objects, and views share memory with what they were taken from.
 */
export class Tensor {
  /** @internal {@link grad}, for those who do not keep it. */
  ownGrad: Tensor | null = null
  /** @internal Whether somebody outside the library may have {@link ownGrad}. */
  gradIsSeen = false
  private node: GradFunction | null = null
  /** Which output of {@link gradFn} this tensor is. */
  outputIndex = 0
  private leafRequiresGrad = false
  /** @internal The tensor that this one is a view of, itself no view; PyTorch's `_base`. */
  base: Tensor | null = null
  /** @internal Whether it is a view that was taken while nothing was recorded. */
  isUntracked = false
  /** @internal The last recorded change of this tensor or a view of it. A view has that of its base. */
  lastChange: RecordedChange | null = null
  /** @internal The last recorded change that this tensor's place on the tape accounts for. */
  knownChange: RecordedChange | null = null

  /** The memory, maybe shared with other tensors. For the library's own use. */
  readonly storage: Storage
  /** The size along each dimension. */
  readonly shape: Shape
  /** The distance in memory, in elements, between neighbours along each dimension. */
  readonly strides: Shape
  /** Where the first element lies in the storage, in elements. */
  readonly offset: number

  /** For the library's own use; people call `tensor`, `zeros`, ... */
  constructor(storage: Storage, shape: Shape, strides: Shape, offset = 0) {
    this.storage = storage
    this.shape = shape
    this.strides = strides
    this.offset = offset
  }

  /**
   * Makes this tensor show another one's memory, keeping its identity (an optimizer may hold it): how modules change
   * dtype and device. PyTorch's `x.data = y`.
   */
  setData({ storage, shape, strides, offset }: Tensor): void {
    Object.assign(this, { storage, shape, strides, offset, base: null, lastChange: null, knownChange: null })
  }

  /** The node of the tape that computed this tensor; `null` for leaves. */
  get gradFn(): GradFunction | null {
    catchUp(this)
    return this.node
  }

  set gradFn(node: GradFunction | null) {
    this.node = node
  }

  get dtype(): DType {
    return this.storage.dtype
  }

  get device(): Device {
    return this.storage.device
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length
  }

  /** The number of dimensions, as a call. */
  dim(): number {
    return this.shape.length
  }

  /** The number of elements. */
  numel(): number {
    return numelOf(this.shape)
  }

  /** The whole shape, or the size along one dimension (negative counts from the end). */
  size(): Shape
  size(dim: number): number
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : this.shape[normalizeDim(dim, this.ndim)]!
  }

  /** All strides, or the stride along one dimension. */
  stride(): Shape
  stride(dim: number): number
  stride(dim?: number): Shape | number {
    return dim === undefined ? this.strides : this.strides[normalizeDim(dim, this.ndim)]!
  }

  /**
   * Whether the elements lie in memory in this order without gaps.
   *
   * @throws {TypeError} for what is no memory format
   */
  isContiguous(options?: { memoryFormat?: MemoryFormat }): boolean {
    const { memoryFormat } =
      options === undefined ? NO_OPTIONS : checkOptions('isContiguous', options, ['memoryFormat'])
    return hasFormat(this.shape, this.strides, checkMemoryFormat(memoryFormat) ?? 'contiguous')
  }

  /** The gradient that `backward()` accumulated, for leaves that require one. Assigned ones must fit the tensor. */
  get grad(): Tensor | null {
    this.gradIsSeen = true
    return this.ownGrad
  }

  set grad(value: Tensor | null) {
    if (value !== null) checkGrad(this, value)
    replaceGrad(this, value, true)
  }

  /** Whether operations on this tensor are recorded for `backward()`. Only leaves can be set. */
  get requiresGrad(): boolean {
    return this.leafRequiresGrad || this.gradFn !== null
  }

  set requiresGrad(value: boolean) {
    if (value && !isDifferentiable(this.dtype)) {
      throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients')
    }
    if (!value && this.gradFn !== null) {
      throw new RuntimeError(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
      )
    }
    if (value && this.isInference() && !inInferenceMode()) {
      throw new RuntimeError(
        'Setting requires_grad=True on inference tensor outside InferenceMode is not allowed. A clone() is a normal tensor.',
      )
    }
    this.leafRequiresGrad = value && this.gradFn === null
  }

  /** Whether this tensor was made in `inferenceMode`, so that nothing that uses it can be differentiated. */
  isInference(): boolean {
    return this.storage.isInference
  }

  /** Whether this tensor was made by the user rather than computed from tensors that require gradients. */
  get isLeaf(): boolean {
    return this.gradFn === null
  }
}

/** Takes note of recorded changes of a tensor's memory, and tells whether its place on the tape accounts for them. */
export function catchUp(tensor: Tensor): boolean {
  const change = (tensor.base ?? tensor).lastChange
  if (change !== tensor.knownChange) change!.renew(tensor)
  return change === tensor.knownChange
}

/**
 * Sets `.grad`. The memory of what it was serves the next tensors, if nobody has seen it.
 *
 * @param isSeen whether anybody else has the value, or its memory
 */
export function replaceGrad(tensor: Tensor, value: Tensor | null, isSeen: boolean): void {
  const { ownGrad, gradIsSeen } = tensor
  if (value === ownGrad) return
  if (!gradIsSeen) ownGrad?.storage.giveUp()
  tensor.ownGrad = value
  tensor.gradIsSeen = isSeen
}

/** Refuses what cannot be the gradient of a tensor: it has the same dtype, device and shape, and is another tensor. */
function checkGrad(tensor: Tensor, grad: unknown): void {
  if (!(grad instanceof Tensor)) {
    throw new TypeError(`assigned grad expected to be a Tensor or None but got grad of type ${typeof grad}`)
  }
  if (grad === tensor) throw new RuntimeError("can't assign Variable as its own grad: assign a clone()")
  const refuse = (what: string, own: string, expected: string) => {
    throw new RuntimeError(`assigned grad has data ${what}: ${own}, but the tensor's is ${expected}`)
  }
  if (grad.dtype !== tensor.dtype) refuse('of a different type', grad.dtype, tensor.dtype)
  if (grad.device !== tensor.device) refuse('located on a different device', grad.device, tensor.device)
  const { shape } = tensor
  if (!isSameShape(grad.shape, shape)) {
    refuse('of a different size', formatShape(grad.shape), formatShape(shape))
  }
}

/** A fresh zero-filled tensor (`meta`: without data). For the library's own use; people call `zeros`. */
export function allocate(
  shape: Shape,
  dtype: DType,
  { device = 'cpu', memoryFormat = 'contiguous' }: { device?: Device; memoryFormat?: MemoryFormat } = {},
): Tensor {
  const layout = layoutOf(shape, memoryFormat)
  return new Tensor(Storage.allocate(dtype, numelOf(shape), device), layout.shape, layout.strides)
}

/** A tensor on the CPU with anything in its memory, for kernels that write every element. */
export function allocateUnwritten(shape: Shape, dtype: DType, memoryFormat: MemoryFormat = 'contiguous'): Tensor {
  const layout = layoutOf(shape, memoryFormat)
  return new Tensor(Storage.unwritten(dtype, numelOf(shape)), layout.shape, layout.strides)
}

/** Another view of a tensor's memory; the tape knows nothing of it yet. */
export function viewOf(base: Tensor, shape: Shape, strides: Shape, offset = base.offset): Tensor {
  return new Tensor(base.storage, fixed(shape), fixed(strides), offset)
}

/** A contiguous tensor over an existing typed array, without a copy. */
export function wrapArray(array: Storage['data'], shape: Shape, dtype: DType): Tensor {
  const layout = layoutOf(shape, 'contiguous')
  return new Tensor(Storage.wrap(dtype, array), layout.shape, layout.strides)
}
