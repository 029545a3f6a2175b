/**
 * Operands as people pass them: tensors or plain numbers.
 *
 * @module
 */
import { describe, RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { type DType, dtypeInfo, type Promotable, resultType } from '../../tensor/dtype.js'
import { isComplexScalar, isScalar, type Scalar, scalarDType } from '../../tensor/scalar.js'
import { allocate, Tensor } from '../../tensor/tensor.js'

/** A tensor, or a number that is broadcast and gives way in promotion. */
export type Operand = Tensor | Scalar

/** A 0-dimensional tensor holding one number. */
export function scalarTensor(value: Scalar, dtype: DType = scalarDType(value)): Tensor {
  const { kind, components } = dtypeInfo(dtype)
  const real = isComplexScalar(value) ? value.re : value
  // a tensor of the widest type of the kind, then the one conversion everything else uses
  const wide = allocate([], kind === 'complex' ? 'complex128' : typeof real === 'bigint' ? 'int64' : 'float64')
  const data = wide.storage.data
  if (data instanceof BigInt64Array) data[0] = BigInt(real)
  else data[0] = Number(real)
  if (components === 2) data[1] = isComplexScalar(value) ? value.im : 0
  return convert(wide, dtype)
}

function promotable(operand: Operand): Promotable {
  if (!(operand instanceof Tensor)) return { dtype: scalarDType(operand), priority: 'number' }
  return { dtype: operand.dtype, priority: operand.ndim === 0 ? 'zeroDimensional' : 'dimensioned' }
}

/** The dtype that an operation on these operands has in PyTorch. */
export function promote(operands: readonly Operand[]): DType {
  const [first] = operands
  if (first instanceof Tensor && operands.every(own => own instanceof Tensor && own.dtype === first.dtype))
    return first.dtype
  return resultType(operands.map(promotable))
}

/** Checks one argument of an operation that takes tensors or numbers. */
export function checkOperand(operation: string, argument: string, value: unknown): Operand {
  if (value instanceof Tensor || isScalar(value)) return value
  throw new TypeError(`${operation}(): argument '${argument}' must be Tensor or Number, but got ${describe(value)}`)
}

/** Checks one argument that must be a tensor. */
export function checkTensor(operation: string, argument: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value
  throw new TypeError(`${operation}(): argument '${argument}' must be Tensor, not ${describe(value)}`)
}

/** One device for all tensors; 0-dimensional CPU tensors and numbers go anywhere. */
export function commonDevice(operands: readonly Tensor[]): Tensor['device'] {
  const first = operands.findIndex(operand => operand.ndim > 0)
  const { device } = operands[Math.max(first, 0)]!
  let isMeta = false
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!
    isMeta ||= operand.device === 'meta'
    if (operand.ndim > 0 && operand.device !== device) {
      throw new RuntimeError(
        `Expected all tensors to be on the same device, but found at least two devices, ${device} and ${operand.device}!`,
      )
    }
  }
  return isMeta ? 'meta' : device
}
