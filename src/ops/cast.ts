/**
 * The same numbers in another dtype, on another device or in other memory.
 *
 * @module
 */
import { type Backward, record } from '../autograd/node.js'
import { NotImplementedError } from '../errors.js'
import { checkOptions } from '../options.js'
import { convert } from '../tensor/copy.js'
import { checkDevice, type Device } from '../tensor/device.js'
import { checkDType, DTYPES, type DType, dtypeInfo } from '../tensor/dtype.js'
import { checkMemoryFormat, type MemoryFormat, suggestedFormat } from '../tensor/layout.js'
import { allocate, Tensor, viewOf } from '../tensor/tensor.js'
import { checkTensor } from './elementwise/operand.js'

/** Options of {@link to}. */
export interface ToOptions {
  /** Default: the tensor's own. */
  dtype?: DType
  /** Default: the tensor's own. */
  device?: Device
  /** Default: the tensor's own (what it has been permuted to beyond channels_last is laid out anew). */
  memoryFormat?: MemoryFormat
  /** Copy even where nothing changes. Default: false. */
  copy?: boolean
}

/**
 * The tensor with another dtype, device or memory format; the tensor itself where nothing changes. Floats become
 * integers by truncation. Gradients are carried back to the dtype they came from.
 *
 * @example to(x, 'float64'); to(x, 'meta'); to(x, 'cpu', 'float32'); to(x, { dtype: 'float16', memoryFormat: 'channels_last' }); to(x, other)
 */
export function to(
  input: Tensor,
  target: DType | Device | Tensor | ToOptions,
  options: DType | ToOptions = {},
): Tensor {
  checkTensor('to', 'input', input)
  const { copy = false, ...wanted } = { ...toOptions(target), ...toOptions(options) }
  const dtype = checkDType(wanted.dtype, input.dtype)
  const device = checkDevice(wanted.device, input.device)
  const memoryFormat = checkMemoryFormat(wanted.memoryFormat)
  const laidOut = memoryFormat === undefined || input.isContiguous({ memoryFormat })
  if (!copy && dtype === input.dtype && device === input.device && laidOut) return input
  const out = device === input.device ? convert(input, dtype, memoryFormat) : moved(input, dtype, device, memoryFormat)
  return record(out, 'ToCopyBackward0', [input], [], castBack(input))
}

/** The derivative of a cast. It is made here, out of sight of the input, which it must not keep alive. */
function castBack({ dtype, device }: Tensor): Backward {
  return g => [to(g, { dtype, device })]
}

function toOptions(target: DType | Device | Tensor | ToOptions): ToOptions {
  if (target instanceof Tensor) return { dtype: target.dtype, device: target.device }
  if (typeof target !== 'string') {
    if (typeof target === 'object' && target !== null) return target
    throw new TypeError(
      `to(): expected a dtype, a device, a tensor or { dtype, device, memoryFormat, copy }, but got ${String(target)}`,
    )
  }
  return Object.hasOwn(DTYPES, target) ? { dtype: target as DType } : { device: target as Device }
}

/** A tensor on another device: to meta the data is dropped, and nothing comes back from there. */
function moved(input: Tensor, dtype: DType, device: Device, memoryFormat?: MemoryFormat): Tensor {
  if (input.device === 'meta') throw new NotImplementedError('Cannot copy out of meta tensor; no data!')
  return allocate(input.shape, dtype, {
    device,
    memoryFormat: memoryFormat ?? suggestedFormat(input.shape, input.strides),
  })
}

/** Options of {@link clone} and {@link contiguous}. */
export interface MemoryFormatOptions {
  memoryFormat?: MemoryFormat
}

/** A copy in memory of its own, of the same memory format unless another is asked for; gradients flow through. */
export function clone(input: Tensor, options: MemoryFormatOptions = {}): Tensor {
  checkTensor('clone', 'input', input)
  const { memoryFormat } = checkOptions('clone', options, ['memoryFormat'])
  const out = convert(input, input.dtype, checkMemoryFormat(memoryFormat))
  return record(out, 'CloneBackward0', [input], [], g => [g])
}

/** The tensor itself where it lies in memory in this format (default: `'contiguous'`), else a copy that does. */
export function contiguous(input: Tensor, options: MemoryFormatOptions = {}): Tensor {
  checkTensor('contiguous', 'input', input)
  const { memoryFormat = 'contiguous' } = checkOptions('contiguous', options, ['memoryFormat'])
  return input.isContiguous({ memoryFormat }) ? input : clone(input, { memoryFormat })
}

/** The same memory, off the tape: no gradient flows through, and none is required. */
export function detach(input: Tensor): Tensor {
  checkTensor('detach', 'input', input)
  return viewOf(input, input.shape, input.strides)
}

/** Sets whether the tensor requires gradients, and returns it. Only leaves can be set. */
export function requiresGrad_(input: Tensor, requiresGrad = true): Tensor {
  input.requiresGrad = requiresGrad
  return input
}

/** The tensor as this dtype; without a dtype, PyTorch's name of the tensor's type, e.g. `'torch.FloatTensor'`. */
export function type(input: Tensor): string
export function type(input: Tensor, dtype: DType): Tensor
export function type(input: Tensor, dtype?: DType): Tensor | string {
  if (dtype !== undefined) return to(input, { dtype: checkDType(dtype) })
  const place = input.device === 'meta' ? 'torch.meta' : 'torch'
  return `${place}.${dtypeInfo(input.dtype).scalarName}Tensor`
}
