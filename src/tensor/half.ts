/**
 * 16-bit floats as bit patterns: float16 (IEEE 754 binary16) and bfloat16 (the upper half of a float32).
 * Encoding rounds to nearest, ties to even, straight from the double: one rounding, never two.
 *
 * @module
 */
const doubleView = new Float64Array(1)
const doubleWords = new Uint32Array(doubleView.buffer)
const floatView = new Float32Array(1)
const floatWord = new Uint32Array(floatView.buffer)

/** The binary exponent of a finite non-zero number: 2^e <= |x| < 2^(e+1) (subnormal doubles give -1023). */
function exponentOf(x: number): number {
  doubleView[0] = x
  return ((doubleWords[1]! >>> 20) & 0x7ff) - 1023
}

/** 2^exponent by its bits, for exponents of normal doubles: much faster than `2 ** exponent`. */
function powerOfTwo(exponent: number): number {
  doubleWords[0] = 0
  doubleWords[1] = (exponent + 1023) << 20
  return doubleView[0]!
}

/** Rounds to a multiple of 2^(exponent - fractionBits): adding and taking away a number whose last place is that. */
function roundAt(x: number, exponent: number, fractionBits: number): number {
  const magic = 1.5 * powerOfTwo(exponent - fractionBits + 52)
  return x + magic - magic
}

/** The bits of the float16 nearest to `x`. */
export function encodeFloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  let magnitude = Math.abs(x)
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -25) return sign
  magnitude = roundAt(magnitude, Math.max(exponentOf(magnitude), -14), 10)
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24)
  const exponent = exponentOf(magnitude)
  return sign | (((exponent + 15) << 10) + (magnitude * powerOfTwo(10 - exponent) - 1024))
}

function decodeFloat16Slowly(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

let float16Values: Float32Array | null = null

/** All 65536 values of float16, made on first use: decoding is then one load. */
export function float16Table(): Float32Array {
  float16Values ??= Float32Array.from({ length: 65536 }, (_, bits) => decodeFloat16Slowly(bits))
  return float16Values
}

/** The value of a float16's bits. */
export function decodeFloat16(bits: number): number {
  return float16Table()[bits]!
}

/** The bits of the bfloat16 nearest to `x`. */
export function encodeBFloat16(x: number): number {
  if (Number.isNaN(x)) return 0x7fc0
  if (Number.isFinite(x) && x !== 0) {
    const magnitude = roundAt(Math.abs(x), Math.max(exponentOf(x), -126), 7)
    x = x < 0 ? -magnitude : magnitude
  }
  // now exact in float32 (or beyond its range: infinity)
  floatView[0] = x
  return floatWord[0]! >>> 16
}

/** The value of a bfloat16's bits. */
export function decodeBFloat16(bits: number): number {
  floatWord[0] = bits << 16
  return floatView[0]!
}
