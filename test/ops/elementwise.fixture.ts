/**
 * Reads fixtures/elementwise.json, which real PyTorch wrote.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
// the import that attaches the methods
import '../../src/ops/tensor.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import { type DType, dtypeInfo, isComplex, realDType } from '../../src/tensor/dtype.js'
import type { Scalar } from '../../src/tensor/scalar.js'
import { wrapArray } from '../../src/tensor/tensor.js'

export interface EncodedTensor {
  dtype: DType
  shape: number[]
  data: string
}

export interface Case {
  op: string
  args: (string | { number: Scalar })[]
  options?: unknown[]
  output?: EncodedTensor
  error?: string
  gradFn?: string
  gradOutput?: EncodedTensor
  gradients?: (EncodedTensor | null)[]
}

export interface Fixture {
  inputs: Record<string, EncodedTensor>
  cases: Case[]
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T
}

/** A fresh tensor with the encoded elements. */
export function decode({ dtype, shape, data }: EncodedTensor): Tensor {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'))
  const { array } = dtypeInfo(dtype)
  return wrapArray(new array(bytes.buffer), shape, dtype)
}

/** A tensor of nested numbers, without the library's own creation functions. */
export function tensorOf(
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype: DType = 'float64',
) {
  const wide = wrapArray(Float64Array.from(values), shape, 'float64')
  return dtype === 'float64' ? wide : wide.to(dtype)
}

/** The bits of the elements in order, as text: equal for equal elements, NaN included. */
export function bits(tensor: Tensor): string {
  const { storage } = tensor.clone({ memoryFormat: 'contiguous' })
  return [...storage.data].map(value => (Object.is(value, -0) ? '-0' : String(value))).join(' ')
}

/** Relative and absolute: some units in the last place of the dtype. */
const TOLERANCE: Partial<Record<DType, [rtol: number, atol: number]>> = {
  float32: [4e-6, 1e-6],
  float64: [1e-13, 1e-14],
  float16: [2e-3, 1e-6],
  bfloat16: [1.6e-2, 1e-6],
}

/** Where two tensors differ by more than rounding: a sentence, or `null` where they agree. */
export function difference(found: Tensor, expected: Tensor, { exact = false } = {}): string | null {
  if (found.dtype !== expected.dtype) return `dtype ${found.dtype}, expected ${expected.dtype}`
  if (String(found.shape) !== String(expected.shape)) return `shape [${found.shape}], expected [${expected.shape}]`
  if (found.dtype === 'int64')
    return bits(found) === bits(expected) ? null : `${bits(found)}, expected ${bits(expected)}`
  const [rtol, atol] = exact ? [0, 0] : (TOLERANCE[realDType(found.dtype)] ?? [0, 0])
  const [a, b] = [toFloat64(found), toFloat64(expected)]
  const step = isComplex(found.dtype) ? 2 : 1
  for (let i = 0; i < b.length; i += step) {
    // a complex number is near if its error is small against its size
    const size = step === 2 ? Math.hypot(b[i]!, b[i + 1]!) : Math.abs(b[i]!)
    for (let k = i; k < i + step; k++) {
      const [x, y] = [a[k]!, b[k]!]
      const same = Object.is(x, y) || (x === y && !exact) || Math.abs(x - y) <= atol + rtol * size
      if (!same) return `element ${i / step}: ${x}, expected ${y}`
    }
  }
  return null
}
