/**
 * Padding as an operation of its own: `torch.nn.functional.pad`. Convolutions do not use it; they read through a
 * table instead.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { describeValue } from '../../conv/arguments.js'
import { sourceOf } from '../../conv/axes.js'
import { checkPadLength, paddedShape } from '../../conv/padding.js'
import type { PaddingMode } from '../../conv/spec.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { copyElements } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type MemoryFormat, suggestedFormat } from '../../tensor/layout.js'
import { isScalar, type Scalar } from '../../tensor/scalar.js'
import { allocate, type Tensor, viewOf } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { checkTensor, scalarTensor } from '../elementwise/operand.js'
import { checkFitsExactly } from '../elementwise/scalarRange.js'
import { expand } from '../views/expand.js'
import { indexSelect } from './select.js'

/** What {@link pad} puts around the input. */
export type PadMode = 'constant' | Exclude<PaddingMode, 'zeros'>

/**
 * Pads the last dimensions.
 *
 * @param amounts pairs, last dimension first: [left, right, top, bottom, ...]; negative numbers crop
 * @param mode `'constant'` for any dimensions; `'reflect'`, `'replicate'` and `'circular'` for the last 1, 2 or 3 of an
 * input with one or two dimensions more. Default: `'constant'`
 * @param value what `'constant'` fills with. Default: 0
 * @throws RuntimeError with PyTorch's message where the amounts do not fit the shape
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 * @example pad(tensor([[1, 2, 3]]), [2, 0], 'reflect').tolist() // [[3, 2, 1, 2, 3]]
 */
export function pad(
  input: Tensor,
  amounts: readonly number[],
  mode: PadMode = 'constant',
  value?: Scalar | null,
): Tensor {
  checkTensor('pad', 'input', input)
  if (!Array.isArray(amounts) || !amounts.every(Number.isSafeInteger)) {
    throw new TypeError(`pad(): argument 'pad' must be a list of integers, but got pad=${describeValue(amounts)}`)
  }
  if (typeof mode !== 'string')
    throw new TypeError(`pad(): argument 'mode' must be a string, but got mode=${String(mode)}`)
  if (value !== undefined && value !== null && !isScalar(value)) {
    throw new TypeError(`pad(): argument 'value' must be a number, but got value=${describeValue(value)}`)
  }
  if (mode === 'constant') return padConstant(input, amounts, value ?? 0)
  if (mode !== 'reflect' && mode !== 'replicate' && mode !== 'circular') {
    throw new NotImplementedError(
      `Unrecognised padding mode ${String(mode)}; there are constant, reflect, replicate and circular`,
    )
  }
  checkPadLength(amounts, input.shape)
  if (value !== undefined && value !== null && value !== 0) {
    throw new RuntimeError(
      `Padding mode "${mode}" doesn't take in value argument, but got value=${describeValue(value)}`,
    )
  }
  const shape = paddedShape(mode, input.shape, input.dtype, amounts)
  // what is cropped is gone before the rest goes round; for the other modes the order makes no difference
  if (mode === 'circular' && amounts.some(amount => amount < 0)) {
    const rest = padConstant(
      input,
      amounts.map(amount => Math.min(0, amount)),
      0,
    )
    return pad(
      rest,
      amounts.map(amount => Math.max(0, amount)),
      mode,
    )
  }
  let out = input
  for (let i = 0; i < amounts.length / 2; i++) {
    const dim = input.ndim - 1 - i
    const [before, after] = [amounts[2 * i]!, amounts[2 * i + 1]!]
    if (before === 0 && after === 0) continue
    const table = Array.from({ length: shape[dim]! }, (_, at) => sourceOf(at - before, input.shape[dim]!, mode))
    out = indexSelect(out, dim, table)
  }
  return out === input ? input.clone() : out
}

/** Fills a larger tensor with the value and copies the input (or what is left of it) to its place. */
const padConstant = timed('aten::constant_pad_nd', surround)

function surround(input: Tensor, amounts: readonly number[], value: Scalar): Tensor {
  checkPadLength(amounts, input.shape)
  const pads = input.shape.map((_, dim): [number, number] => {
    const pair = 2 * (input.ndim - 1 - dim)
    return [amounts[pair] ?? 0, amounts[pair + 1] ?? 0]
  })
  for (const [dim, size] of input.shape.entries()) checkCrop(dim, size, ...pads[dim]!)
  checkFitsExactly(value, input.dtype)
  const shape = input.shape.map((size, dim) => size + pads[dim]![0] + pads[dim]![1])
  const memoryFormat = suggestedFormat(input.shape, input.strides)
  return record(
    padded(input, pads, shape, memoryFormat, value),
    'ConstantPadNdBackward0',
    [input],
    [],
    cropBackward(amounts),
  )
}

function padded(
  input: Tensor,
  pads: readonly [number, number][],
  shape: readonly number[],
  memoryFormat: MemoryFormat,
  value: Scalar,
): Tensor {
  if (isDeferring() && input.device !== 'meta') {
    const promised = { shape, dtype: input.dtype, memoryFormat }
    return deferred([input], promised, ([own]) => padded(own!, pads, shape, memoryFormat, value))
  }
  const out = allocate(shape, input.dtype, { device: input.device, memoryFormat })
  if (input.device !== 'meta') {
    // memory is zero as it comes
    if (!Object.is(value, 0)) copyElements(out, expand(scalarTensor(value, input.dtype), shape))
    const kept = input.shape.map((size, dim) => size + Math.min(0, pads[dim]![0]) + Math.min(0, pads[dim]![1]))
    const start = (t: Tensor, sign: 1 | -1) =>
      t.offset + pads.reduce((sum, [before], dim) => sum + Math.max(0, sign * before) * t.strides[dim]!, 0)
    copyElements(viewOf(out, kept, out.strides, start(out, 1)), viewOf(input, kept, input.strides, start(input, -1)))
  }
  return out
}

/** The derivative of padding. It is made here, out of sight of the input, which it must not keep alive. */
function cropBackward(amounts: readonly number[]): Backward {
  const undo = amounts.map(amount => -amount)
  return gradient => [padConstant(gradient, undo, 0)]
}

/** Refuses to crop more than there is, in the words of the slice that PyTorch would take. */
function checkCrop(dim: number, size: number, before: number, after: number): void {
  const crop = (start: number, length: number, of: number) => {
    if (length >= 0) return
    throw new RuntimeError(
      `start (${start}) + length (${length}) exceeds dimension size (${of}). The input size ${size}, plus negative padding ${before} and ${after} resulted in a negative output size, which is invalid. Check dimension ${dim} of your input.`,
    )
  }
  const left = size + Math.min(0, before)
  crop(Math.max(0, -before), left, size)
  crop(0, left + Math.min(0, after), left)
}
