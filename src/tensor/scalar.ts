/**
 * Plain numbers as JavaScript has them, and complex ones.
 *
 * @module
 */
import type { DType } from './dtype.js'

/** A complex number. */
export interface Complex {
  readonly re: number
  readonly im: number
}

/** What a single element can be. `bigint` is for int64 beyond 2^53. */
export type Scalar = number | bigint | boolean | Complex

export function isComplexScalar(value: unknown): value is Complex {
  return typeof value === 'object' && value !== null && 're' in value && 'im' in value
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || isComplexScalar(value)
}

/**
 * The dtype a plain number stands for in a promotion. JavaScript does not tell 2 from 2.0: a whole number counts
 * as an integer here, so `intTensor.add(2)` stays integer and `intTensor.mul(2.5)` becomes float32, as in PyTorch.
 */
export function scalarDType(value: Scalar): DType {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int64'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float32'
  return 'complex64'
}
