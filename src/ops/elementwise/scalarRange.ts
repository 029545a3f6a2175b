/**
 * Plain values on their way into a tensor: which dtype they stand for, and whether a dtype can hold them.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isComplex } from '../../tensor/dtype.js'
import { isComplexScalar, type Scalar } from '../../tensor/scalar.js'

/** The dtype of a plain value in a new tensor: JavaScript does not tell 1 from 1.0, so numbers are float32. */
export function dtypeOfValue(value: Scalar): DType {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'number' ? 'float32' : 'complex64'
}

/** The C++ types, as PyTorch's message about overflow spells them. */
const TYPE_NAMES: Record<DType, string> = {
  float16: 'at::Half',
  bfloat16: 'at::BFloat16',
  float32: 'float',
  float64: 'double',
  complex64: 'c10::complex<float>',
  complex128: 'c10::complex<double>',
  int8: 'int8_t',
  int16: 'int16_t',
  int32: 'int',
  int64: 'int64_t',
  uint8: 'uint8_t',
  bool: 'bool',
}

/** The largest finite value of each real dtype that has one below the largest double. */
const LARGEST: Partial<Record<DType, number>> = {
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
  float32: (2 - 2 ** -23) * 2 ** 127,
  complex64: (2 - 2 ** -23) * 2 ** 127,
}

/** The lowest integer of an integer dtype, and the one above its highest. */
function integersOf(dtype: DType): [lowest: number, above: number] {
  const count = 2 ** (8 * dtypeInfo(dtype).bytes)
  return dtype === 'uint8' ? [0, count] : [-count / 2, count / 2]
}

/** Refuses a value whose integer part an integer dtype cannot hold, and a complex one for a real dtype. */
export function checkFits(value: Scalar, dtype: DType): void {
  if (isComplexScalar(value)) {
    if (!isComplex(dtype)) throw overflow(value, dtype)
    return
  }
  if (dtypeInfo(dtype).kind !== 'int' || typeof value === 'boolean') return
  const [lowest, above] = integersOf(dtype)
  // negative numbers may wrap into uint8, as in PyTorch
  const low = dtype === 'uint8' ? -255 : lowest
  const integer = typeof value === 'bigint' ? value : Math.trunc(value)
  if (!(integer >= low && integer < above)) throw overflow(value, dtype)
}

/**
 * Like {@link checkFits}, and refuses fractions beyond the bounds, and finite numbers that would become infinite; a complex number
 * without imaginary part fits (`full` has it so, `tensor` does not).
 */
export function checkFitsExactly(given: Scalar, dtype: DType): void {
  const value = isComplexScalar(given) && given.im === 0 && !isComplex(dtype) ? given.re : given
  checkFits(value, dtype)
  if (dtypeInfo(dtype).kind === 'int' && typeof value === 'number' && !Number.isInteger(value)) {
    const [lowest, above] = integersOf(dtype)
    if (value < lowest || value > above - 1) throw overflow(value, dtype)
  }
  const parts = isComplexScalar(value) ? [value.re, value.im] : [Number(value)]
  const largest = LARGEST[dtype] ?? Number.POSITIVE_INFINITY
  if (parts.some(part => Number.isFinite(part) && Math.abs(part) > largest)) throw overflow(value, dtype)
}

/** Of a value, or of what a text says, that the dtype cannot hold. */
export function overflow(value: Scalar | string, dtype: DType): RuntimeError {
  const shown = isComplexScalar(value) ? `${value.re}+${value.im}j` : String(value)
  return new RuntimeError(`value cannot be converted to type ${TYPE_NAMES[dtype]} without overflow: ${shown}`)
}
