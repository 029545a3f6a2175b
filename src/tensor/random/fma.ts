/**
 * Fused multiply-add. PyTorch's kernels are compiled for processors that have the instruction, and its compiler turns
 * every `a * b + c` into one rounding; the last bit of what is drawn depends on it.
 *
 * @module
 */

/**
 * `a * b + c` of float32 numbers, rounded to float32. The product is exact in a double; the sum is rounded to a double
 * first, which can turn a result to the wrong side only if the exact one lies within 2^-29 of a tie.
 */
export const fmaFloat = (a: number, b: number, c: number): number => Math.fround(a * b + c)

/** The upper 26 bits of a double (G. W. Veltkamp's split). */
function upperHalf(x: number): number {
  const scaled = x * (2 ** 27 + 1)
  return scaled - (scaled - x)
}

/** What rounding took away from `product = a * b`, exactly (T. J. Dekker, Numer. Math. 18, 1971). */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a)
  const bHigh = upperHalf(b)
  const aLow = a - aHigh
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** What rounding took away from `sum = a + b`, exactly (D. E. Knuth, TAOCP 4.2.2). */
function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a
  return a - (sum - bPart) + (b - bPart)
}

/** `a * b + c` of doubles, with the two roundings' errors put back before the last one. */
export function fmaDouble(a: number, b: number, c: number): number {
  const product = a * b
  const sum = product + c
  const result = sum + (sumError(product, c, sum) + productError(a, b, product))
  // beyond 2^996 the split overflows; infinities and NaN have no error to put back
  return Number.isFinite(result) ? result : sum
}
