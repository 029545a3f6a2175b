/**
 * Moving elements between tensors of any strides and dtypes.
 *
 * @module
 */

import { deferred, deferWrite, isDeferring } from './deferral.js'
import { type DType, dtypeInfo, isComplex, isHalf, type TypedArray } from './dtype.js'
import { partOf } from './freedMemory.js'
import { decodeBFloat16, encodeBFloat16, encodeFloat16, float16Table } from './half.js'
import { halfRuns } from './halfRuns.js'
import { forEachRun } from './iterate.js'
import { type MemoryFormat, suggestedFormat } from './layout.js'
import { moveElements } from './moveElements.js'
import { allocate, allocateUnwritten, type Tensor } from './tensor.js'
import { timed } from './timed.js'

/** A float as int64, as C does it: truncated; what does not fit becomes the smallest int64 (x86's answer). */
function floatToInt64(x: number): bigint {
  return Math.abs(x) < 2 ** 63 ? BigInt(Math.trunc(x)) : -(2n ** 63n)
}

/** How to read a dtype's raw array entry as a number or bigint. */
function decoder(dtype: DType): ((raw: number | bigint) => number | bigint) | null {
  if (dtype === 'float16') {
    const table = float16Table()
    return raw => table[raw as number]!
  }
  return dtype === 'bfloat16' ? raw => decodeBFloat16(raw as number) : null
}

/** How to turn a number or bigint into a dtype's raw array entry. */
function encoder(dtype: DType): (value: number | bigint) => number | bigint {
  switch (dtype) {
    case 'float16':
      return value => encodeFloat16(Number(value))
    case 'bfloat16':
      return value => encodeBFloat16(Number(value))
    case 'int64':
      return value => (typeof value === 'bigint' ? value : floatToInt64(value))
    case 'bool':
      // NaN is not zero
      return value => (Number(value) === 0 ? 0 : 1)
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
      // through int32 a float beyond the small type wraps, as a C cast on x86 does
      return value => Number(typeof value === 'bigint' ? BigInt.asIntN(32, value) : value)
    default:
      return value => Number(value)
  }
}

/** Copies `source` into `target`, elementwise; the shapes must be equal. Complex to real keeps the real part. */
export function copyElements(target: Tensor, source: Tensor): void {
  if (isDeferring() && deferWrite(target, [source], (to, [from]) => copyNow(to, from!))) return
  copyNow(target, source)
}

const copyNow = timed('aten::copy_', copyRuns)

function copyRuns(target: Tensor, source: Tensor): void {
  const to = target.storage.dataToWrite as Float64Array
  const from = source.storage.data as Float64Array
  const toStep = dtypeInfo(target.dtype).components
  const fromStep = dtypeInfo(source.dtype).components
  const sameArray =
    target.dtype === source.dtype ||
    (!isHalf(target.dtype) && !isHalf(source.dtype) && noConversion(to, from, target.dtype))
  if (sameArray && toStep === 1 && fromStep === 1) {
    moveElements(to, from, target.shape, [target, source])
    return
  }
  const halves = halfRuns(to, target.dtype, from, source.dtype)
  if (halves) {
    const move = ([t, s]: readonly number[], [stepT, stepS]: readonly number[], length: number) =>
      halves(t!, stepT!, s!, stepS!, length)
    forEachRun(target.shape, [target, source], move)
    return
  }
  const decode = decoder(source.dtype)
  const encode = encoder(target.dtype)
  forEachRun(target.shape, [target, source], ([t, s], [stepT, stepS], length) => {
    let i = t! * toStep
    let j = s! * fromStep
    const advanceI = stepT! * toStep
    const advanceJ = stepS! * fromStep
    if (sameArray && target.dtype === source.dtype && stepT === 1 && stepS === 1) {
      to.set(from.subarray(j, j + length * fromStep), i)
      return
    }
    for (let k = 0; k < length; k++, i += advanceI, j += advanceJ) {
      if (sameArray) to[i] = from[j]!
      else to[i] = encode(decode ? decode(from[j]!) : from[j]!) as number
      if (target.dtype === 'bool' && fromStep === 2 && from[j + 1] !== 0) to[i] = 1
      if (toStep === 2) to[i + 1] = fromStep === 2 ? from[j + 1]! : 0
    }
  })
}

/** Whether an assignment between the arrays already converts as PyTorch does. */
function noConversion(to: TypedArray, from: TypedArray, targetType: DType): boolean {
  const bigs = (to instanceof BigInt64Array ? 1 : 0) + (from instanceof BigInt64Array ? 1 : 0)
  return bigs !== 1 && targetType !== 'bool'
}

/** A copy of a tensor in another dtype and memory format (by default the dtype and format it has). */
export function convert(source: Tensor, dtype: DType = source.dtype, memoryFormat?: MemoryFormat): Tensor {
  const format = memoryFormat ?? suggestedFormat(source.shape, source.strides)
  const { shape, device } = source
  if (device === 'meta') return allocate(shape, dtype, { device, memoryFormat: format })
  if (isDeferring())
    return deferred([source], { shape, dtype, memoryFormat: format }, ([own]) => convert(own!, dtype, format))
  const target = allocateUnwritten(shape, dtype, format)
  copyElements(target, source)
  return target
}

/** The tensor itself where it is contiguous and of this dtype, else a contiguous copy. */
export function asContiguous(source: Tensor, dtype: DType = source.dtype): Tensor {
  return source.dtype === dtype && source.isContiguous() ? source : convert(source, dtype, 'contiguous')
}

/** The elements in row-major order as a typed array; shares memory with the tensor where it is contiguous. */
export function contiguousData(source: Tensor): TypedArray {
  const { storage, offset } = asContiguous(source)
  const { components } = dtypeInfo(source.dtype)
  const { data } = storage
  const first = source.isContiguous() ? offset * components : 0
  const length = source.numel() * components
  // another array over the same memory takes longer than a call of a small kernel, and does not keep the memory
  return first === 0 && length === data.length ? data : partOf(data, first, first + length)
}

/** The elements in row-major order as doubles (complex ones interleaved): exact but for large int64. */
export function toFloat64(source: Tensor): Float64Array {
  if (source.dtype === 'float32' && source.isContiguous())
    return new Float64Array(contiguousData(source) as Float32Array)
  return contiguousData(asContiguous(source, isComplex(source.dtype) ? 'complex128' : 'float64')) as Float64Array
}

/** The elements of an integer or bool tensor in row-major order, as int64. */
export function toBigInt64(source: Tensor): BigInt64Array {
  return contiguousData(asContiguous(source, 'int64')) as BigInt64Array
}
