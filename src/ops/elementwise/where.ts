/**
 * Choosing between two tensors.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { elementwise, isWorthVectors } from '../../backends/vectorOperations.js'
import { RuntimeError } from '../../errors.js'
import * as kernel from '../../kernel/expression.js'
import { convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type DType, dtypeInfo, isComplex } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import { broadcastShapes, broadcastStrides, elementwiseFormat } from '../../tensor/layout.js'
import { allocate, allocateUnwritten, Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { mapElements, savedIf, taped } from './map.js'
import { checkOperand, checkTensor, commonDevice, type Operand, promote, scalarTensor } from './operand.js'
import { rounder } from './rounder.js'
import { checkFitsExactly, overflow } from './scalarRange.js'

/** `condition ? input : other`, elementwise, for a bool condition; all three broadcast. */
export function where(condition: Tensor, input: Operand, other: Operand): Tensor {
  checkTensor('where', 'condition', condition)
  if (condition.dtype !== 'bool' && condition.dtype !== 'uint8') {
    throw new RuntimeError(
      `where expected condition to be a boolean tensor, but got a tensor with dtype ${dtypeInfo(condition.dtype).scalarName}`,
    )
  }
  checkOperand('where', 'input', input)
  checkOperand('where', 'other', other)
  const out = select(condition, input, other, promote([input, other]))
  return record(out, 'WhereBackward0', [taped(input), taped(other)], [condition], (g, { saved: [mask], needs }) => [
    needs[0] ? where(mask!, g, 0) : null,
    needs[1] ? where(mask!, 0, g) : null,
  ])
}

/** `mask ? value : input`, in the dtype of `input`. `value` is a number or has no dimensions. */
export function maskedFill(input: Tensor, mask: Tensor, value: Operand): Tensor {
  checkTensor('masked_fill', 'input', input)
  checkTensor('masked_fill', 'mask', mask)
  checkOperand('masked_fill', 'value', value)
  if (mask.dtype !== 'bool') {
    throw new RuntimeError(`masked_fill only supports boolean masks, but got mask with dtype ${mask.dtype}`)
  }
  if (value instanceof Tensor && value.ndim !== 0) {
    throw new RuntimeError(
      `masked_fill only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
    )
  }
  if (!(value instanceof Tensor)) checkFitsExactly(value, input.dtype)
  else if (isComplex(value.dtype) && !isComplex(input.dtype)) throw overflow('a complex tensor', input.dtype)
  const out = select(mask, value, input, input.dtype)
  const name = value instanceof Tensor ? 'MaskedFillBackward1' : 'MaskedFillBackward0'
  return record(out, name, [input, taped(value)], [mask], (g, { saved: [m], needs }) => [
    needs[0] ? maskedFill(g, m!, 0) : null,
    needs[1] ? where(m!, g, 0) : null,
  ])
}

/** The elements themselves move, whatever they are: no arithmetic, and no rounding. */
const select = timed('aten::where', selectElements)

function selectElements(condition: Tensor, input: Operand, other: Operand, dtype: DType): Tensor {
  const [a, b] = [input, other].map(operand => {
    if (!(operand instanceof Tensor)) return scalarTensor(operand, dtype)
    return operand.dtype === dtype ? operand : convert(operand, dtype)
  }) as [Tensor, Tensor]
  const shape = [condition, a, b].map(tensor => tensor.shape).reduce(broadcastShapes)
  const model = [a, b].find(tensor => tensor.numel() === shape.reduce((n, size) => n * size, 1)) ?? condition
  const memoryFormat = model.ndim === shape.length ? elementwiseFormat(model.shape, model.strides) : 'contiguous'
  const device = commonDevice([condition, a, b])
  if (device === 'meta') return allocate(shape, dtype, { device, memoryFormat })
  if (isDeferring())
    return deferred([condition, a, b], { shape, dtype, memoryFormat }, ([m, x, y]) => select(m!, x!, y!, dtype))
  const out = allocateUnwritten(shape, dtype, memoryFormat)
  if (selectVectors(condition, a, b, out)) return out

  const { components } = dtypeInfo(dtype)
  const to = out.storage.dataToWrite as Float64Array
  const mask = condition.storage.data as Uint8Array
  const [yes, no] = [a.storage.data as Float64Array, b.storage.data as Float64Array]
  const strided = [out, condition, a, b].map(({ shape: own, strides, offset }) => ({
    offset,
    strides: broadcastStrides(own, strides, shape),
  }))
  forEachRun(shape, strided, ([o, m, i, j], [so, sm, si, sj], length) => {
    for (let k = 0; k < length; k++) {
      const from = mask[m! + k * sm!] ? yes : no
      const at = (from === yes ? i! + k * si! : j! + k * sj!) * components
      const p = (o! + k * so!) * components
      to[p] = from[at]!
      if (components === 2) to[p + 1] = from[at + 1]!
    }
  })
  return out
}

const SELECTED = new kernel.Formula(
  'element',
  kernel.select(kernel.operand(0), 'equal', kernel.constant(0), kernel.operand(2), kernel.operand(1)),
)

/** The same by kernels, which have no bytes: for a condition that is most of its memory. Returns false if it has done nothing. */
function selectVectors(condition: Tensor, yes: Tensor, no: Tensor, out: Tensor): boolean {
  const { dtype, shape } = out
  const { storage } = condition
  if ((dtype !== 'float32' && dtype !== 'float64') || !isWorthVectors(out.numel())) return false
  if (storage.length > 2 * condition.numel()) return false
  const mask = allocateUnwritten([storage.length], dtype)
  ;(mask.storage.dataToWrite as Float32Array).set(storage.data as Uint8Array)
  const operandOf = (own: Tensor, data = own.storage.data) => ({
    data,
    offset: own.offset,
    strides: broadcastStrides(own.shape, own.strides, shape),
  })
  const operands = [operandOf(condition, mask.storage.data), operandOf(yes), operandOf(no), operandOf(out)]
  const isServed = elementwise({ shape, operands, formula: SELECTED, into: [3] })
  mask.storage.giveUp()
  return isServed
}

/** `input + weight * (end - input)`: linear interpolation. All tensors need one floating dtype. */
export function lerp(input: Tensor, end: Tensor, weight: Operand): Tensor {
  checkTensor('lerp', 'input', input)
  checkTensor('lerp', 'end', end)
  checkOperand('lerp', 'weight', weight)
  checkSameDType(input, 'end', end)
  if (weight instanceof Tensor) checkSameDType(input, 'weight', weight)
  if (isComplex(input.dtype)) return input.add(end.sub(input).mul(weight))
  const kernel = weight instanceof Tensor ? 'lerp_kernel_tensor' : 'lerp_kernel_scalar'
  const round = rounder(input.dtype)
  // from the nearer end, so that a weight of 1 gives `end` exactly; in float32 a product and a sum are rounded together, as in PyTorch
  const number = (...[x, y, w]: number[]) => {
    const way = round(y! - x!)
    return w! < 0.5 ? x! + w! * way : y! - way * round(1 - w!)
  }
  const out = mapElements(kernel, [input, end, weight], { number }, { compute: input.dtype, kinds: ['float'] })
  const w = taped(weight)
  const name = weight instanceof Tensor ? 'LerpBackward1' : 'LerpBackward0'
  const saved = [w, savedIf(w.requiresGrad, input), savedIf(w.requiresGrad, end)]
  return record(out, name, [input, end, w], saved, (g, { saved: [ratio, x, y], needs }) => [
    needs[0] ? g.mul(ratio!.neg().add(1)) : null,
    needs[1] ? g.mul(ratio!) : null,
    needs[2] ? g.mul(y!.sub(x!)) : null,
  ])
}

function checkSameDType(input: Tensor, name: string, other: Tensor): void {
  if (other.dtype === input.dtype) return
  const [expected, found] = [dtypeInfo(input.dtype).cppName, dtypeInfo(other.dtype).cppName]
  throw new RuntimeError(`expected dtype ${expected} for \`${name}\` but got dtype ${found}`)
}
