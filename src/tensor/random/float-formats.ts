/**
 * The floating dtypes as the distributions see them: how many random bits a draw has, and how a number is rounded and
 * stored.
 *
 * @module
 */

import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isFloating, realDType, type TypedArray } from '../dtype.js'
import { decodeBFloat16, decodeFloat16, encodeBFloat16, encodeFloat16 } from '../half.js'

/** A real floating dtype. */
export type FloatDType = 'float32' | 'float64' | 'float16' | 'bfloat16'

/** The arrays that hold real floating dtypes; the 16-bit ones are bit patterns. */
export type FloatArray = Float32Array | Float64Array | Uint16Array

export interface FloatFormat {
  /** Bits of the significand: C++'s std::numeric_limits<T>::digits. */
  readonly digits: number
  /** The largest finite value. */
  readonly max: number
  /** The nearest value of the dtype; 16-bit dtypes are reached by way of float32, as in c10::Half(float). */
  readonly round: (x: number) => number
  /** What is stored for a number: its bits for a 16-bit dtype, which again is rounded by way of float32. */
  readonly encode: (x: number) => number
}

const toFloat16 = (x: number): number => encodeFloat16(Math.fround(x))
const toBFloat16 = (x: number): number => encodeBFloat16(Math.fround(x))

export const FLOAT_FORMATS: Readonly<Record<FloatDType, FloatFormat>> = {
  float64: { digits: 53, max: Number.MAX_VALUE, round: x => x, encode: x => x },
  float32: { digits: 24, max: (2 - 2 ** -23) * 2 ** 127, round: Math.fround, encode: x => x },
  float16: { digits: 11, max: 65504, round: x => decodeFloat16(toFloat16(x)), encode: toFloat16 },
  bfloat16: { digits: 8, max: (2 - 2 ** -7) * 2 ** 127, round: x => decodeBFloat16(toBFloat16(x)), encode: toBFloat16 },
}

/** A complex tensor is drawn as a real one with a trailing dimension of 2. */
export function floatView(out: TypedArray, dtype: DType, kernel: string): { out: FloatArray; dtype: FloatDType } {
  const real = realDType(dtype)
  if (!isFloating(real)) {
    throw new RuntimeError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  checkArray(out, real)
  return { out: out as FloatArray, dtype: real as FloatDType }
}

/** Refuses an array that does not hold the dtype. */
export function checkArray(out: TypedArray, dtype: DType): void {
  const expected = dtypeInfo(dtype).array as unknown as { name: string; new (): TypedArray }
  if (!(out instanceof expected)) {
    throw new TypeError(`${dtype} is stored in a ${expected.name}, but got a ${(out as TypedArray).constructor.name}`)
  }
}
