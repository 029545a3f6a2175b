/**
 * Runs of elements between float32 and 16-bit floats, by their bits: a checkpoint of halves has millions. For all other dtypes a
 * copy goes element by element (`copy.ts`), with the same results.
 *
 * @module
 */
import type { DType, TypedArray } from './dtype.js'
import { float16Table } from './half.js'

/** Converts so many elements, from these positions on and by these steps. */
export type MoveRun = (to: number, toStep: number, from: number, fromStep: number, length: number) => void

/** What converts runs between two arrays; `null` where no loop of its own does. */
export function halfRuns(to: TypedArray, toType: DType, from: TypedArray, fromType: DType): MoveRun | null {
  if (toType === 'float32') {
    if (fromType === 'float16') return decodeFloat16s(to as Float32Array, from as Uint16Array)
    if (fromType === 'bfloat16') return decodeBFloat16s(wordsOf(to), from as Uint16Array)
  }
  if (fromType === 'float32') {
    if (toType === 'float16') return encodeFloat16s(to as Uint16Array, wordsOf(from))
    if (toType === 'bfloat16') return encodeBFloat16s(to as Uint16Array, wordsOf(from))
  }
  return null
}

const wordsOf = ({ buffer, byteOffset, length }: TypedArray) => new Uint32Array(buffer, byteOffset, length)

function decodeFloat16s(target: Float32Array, source: Uint16Array): MoveRun {
  const table = float16Table()
  return (to, toStep, from, fromStep, length) => {
    for (let k = 0; k < length; k++, to += toStep, from += fromStep) target[to] = table[source[from]!]!
  }
}

function decodeBFloat16s(target: Uint32Array, source: Uint16Array): MoveRun {
  return (to, toStep, from, fromStep, length) => {
    for (let k = 0; k < length; k++, to += toStep, from += fromStep) target[to] = source[from]! << 16
  }
}

/** Bits of float32: a sign, an exponent and 23 digits. */
const [SIGN, INFINITE] = [0x80000000, 0x7f800000]

/** Half a unit of the 16 bits that go, less one if what stays is even. */
function encodeBFloat16s(target: Uint16Array, source: Uint32Array): MoveRun {
  return (to, toStep, from, fromStep, length) => {
    for (let k = 0; k < length; k++, to += toStep, from += fromStep) {
      const word = source[from]!
      target[to] = (word & ~SIGN) > INFINITE ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
    }
  }
}

/** 2^16, and the least normal float16, 2^-14, as float32. */
const [BEYOND, LEAST_NORMAL] = [0x47800000, 0x38800000]

/** What is added to float32's exponent is taken away: 112, above the 13 digits that go. */
const EXPONENT_DIFFERENCE = 112 << 23

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)

/** Added to a number below 2^-14, 0.5 leaves it a multiple of 2^-24, rounded to the nearest, in its last digits. */
const HALF_BITS = 0x3f000000

function encodeFloat16s(target: Uint16Array, source: Uint32Array): MoveRun {
  return (to, toStep, from, fromStep, length) => {
    for (let k = 0; k < length; k++, to += toStep, from += fromStep) {
      const word = source[from]!
      const size = word & ~SIGN
      const sign = (word >>> 16) & 0x8000
      if (size > INFINITE) target[to] = 0x7e00
      else if (size >= BEYOND) target[to] = sign | 0x7c00
      else if (size >= LEAST_NORMAL)
        // half a unit of the 13 digits that go, less one if what stays is even; a carry reaches the exponent, or infinity
        target[to] = sign | ((size - EXPONENT_DIFFERENCE + 0xfff + ((size >>> 13) & 1)) >>> 13)
      else {
        floatBits[0] = size
        float[0]! += 0.5
        target[to] = sign | (floatBits[0]! - HALF_BITS)
      }
    }
  }
}
