/**
 * The transforms of 16 uniform numbers into 16 normal ones, in place, one for each dtype: `normal_fill_16` of
 * ATen/native/cpu/DistributionTemplates.h with the roundings that its types imply.
 *
 * @module
 */

import { decodeBFloat16, decodeFloat16 } from '../half.js'
import { cosReduced, logFloats, octantOf, reduceAngle, sinReduced } from './cephes.js'
import { FLOAT_FORMATS, type FloatArray, type FloatDType } from './float-formats.js'
import { fmaDouble, fmaFloat } from './fma.js'

/** The numbers in a block; the first half gives the radii, the second half the angles. */
export const BLOCK = 16
const HALF_BLOCK = 8

/** Transforms `data[start]` to `data[start + 15]`; `mean` and `std` are rounded to the dtype. */
export type TransformBlock = (data: FloatArray, start: number, mean: number, std: number) => void

export const TRANSFORM_BLOCK: Readonly<Record<FloatDType, TransformBlock>> = {
  float64: transformDoubles,
  float32: transformFloats,
  float16: transformFloat16s,
  bfloat16: transformBFloat16s,
}

const TWO_PI = 2 * Math.PI
const TWO_PI_FLOAT = Math.fround(TWO_PI)

function transformDoubles(data: FloatArray, start: number, mean: number, std: number): void {
  for (let i = start; i < start + HALF_BLOCK; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - data[i]))
    const angle = TWO_PI * data[i + HALF_BLOCK]
    data[i] = fmaDouble(radius * Math.cos(angle), std, mean)
    data[i + HALF_BLOCK] = fmaDouble(radius * Math.sin(angle), std, mean)
  }
}

/** `normal_fill_16_AVX2`: the only one that does not use the C library's functions. */
function transformFloats(data: FloatArray, start: number, mean: number, std: number): void {
  for (let i = start; i < start + HALF_BLOCK; i++) data[i] = 1 - data[i]!
  logFloats(data, start, start + HALF_BLOCK)
  for (let i = start; i < start + HALF_BLOCK; i++) {
    const radius = Math.fround(Math.sqrt(-2 * data[i]!))
    const angle = Math.fround(TWO_PI_FLOAT * data[i + HALF_BLOCK])
    const octant = octantOf(angle)
    const rest = reduceAngle(angle, octant)
    const swapped = (octant & 2) !== 0
    const sin = swapped ? cosReduced(rest) : sinReduced(rest)
    const cos = swapped ? sinReduced(rest) : cosReduced(rest)
    data[i] = fmaFloat(Math.fround(radius * ((octant + 2) & 4 ? -cos : cos)), std, mean)
    data[i + HALF_BLOCK] = fmaFloat(Math.fround(radius * (octant & 4 ? -sin : sin)), std, mean)
  }
}

/** float16 has no functions of its own in C++: it is computed in float32 and rounded at each assignment. */
function transformFloat16s(data: FloatArray, start: number, mean: number, std: number): void {
  const { round, encode } = FLOAT_FORMATS.float16
  const f = Math.fround
  for (let i = start; i < start + HALF_BLOCK; i++) {
    const radius = round(Math.sqrt(-2 * f(Math.log(1 - decodeFloat16(data[i])))))
    const angle = round(TWO_PI * decodeFloat16(data[i + HALF_BLOCK]))
    data[i] = encode(fmaFloat(f(radius * f(Math.cos(angle))), std, mean))
    data[i + HALF_BLOCK] = encode(fmaFloat(f(radius * f(Math.sin(angle))), std, mean))
  }
}

/** bfloat16 has functions of its own, each of which rounds its result. */
function transformBFloat16s(data: FloatArray, start: number, mean: number, std: number): void {
  const { round, encode } = FLOAT_FORMATS.bfloat16
  for (let i = start; i < start + HALF_BLOCK; i++) {
    const radius = round(Math.sqrt(round(-2 * round(Math.log(1 - decodeBFloat16(data[i]))))))
    const angle = round(TWO_PI * decodeBFloat16(data[i + HALF_BLOCK]))
    data[i] = encode(round(round(radius * round(Math.cos(angle))) * std) + mean)
    data[i + HALF_BLOCK] = encode(round(round(radius * round(Math.sin(angle))) * std) + mean)
  }
}
