/**
 * Functions of complex numbers (and the sign of real ones), in the form the elementwise loops call: real and imaginary part in, the result written
 * to the pair.
 *
 * @module
 */
import type { Pair } from './map.js'

/** `a / b` by Smith's method, which does not overflow where the result fits (R. L. Smith, CACM 5 (1962), algorithm 116). */
export function divideComplex(ar: number, ai: number, br: number, bi: number, out: Pair): undefined {
  if (Math.abs(br) >= Math.abs(bi)) {
    const ratio = bi / br
    const scale = br === 0 && bi === 0 ? 0 : br + bi * ratio
    out[0] = scale === 0 ? ar / 0 : (ar + ai * ratio) / scale
    out[1] = scale === 0 ? ai / 0 : (ai - ar * ratio) / scale
  } else {
    const ratio = br / bi
    const scale = br * ratio + bi
    out[0] = (ar * ratio + ai) / scale
    out[1] = (ai * ratio - ar) / scale
  }
}

/** e^z */
export function expComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  const size = Math.exp(re)
  out[0] = size * Math.cos(im)
  out[1] = im === 0 ? im : size * Math.sin(im)
}

/** The natural logarithm, on the principal branch. */
export function logComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  out[0] = Math.log(Math.hypot(re, im))
  out[1] = Math.atan2(im, re)
}

/** The square root with a non-negative real part. */
export function sqrtComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  if (re === 0 && im === 0) {
    out[0] = 0
    out[1] = im
    return undefined
  }
  // the larger part from a sum of positive numbers, the other one by division: no cancellation
  const larger = Math.sqrt((Math.hypot(re, im) + Math.abs(re)) / 2)
  const smaller = Math.abs(im) / (2 * larger)
  out[0] = re >= 0 ? larger : smaller
  out[1] = im < 0 || Object.is(im, -0) ? -(re >= 0 ? smaller : larger) : re >= 0 ? smaller : larger
}

/** sin(x + iy) = sin x cosh y + i cos x sinh y */
export function sinComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  out[0] = Math.sin(re) * Math.cosh(im)
  out[1] = Math.cos(re) * Math.sinh(im)
}

/** cos(x + iy) = cos x cosh y - i sin x sinh y */
export function cosComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  out[0] = Math.cos(re) * Math.cosh(im)
  out[1] = -Math.sin(re) * Math.sinh(im)
}

/** tanh(x + iy) = (sinh 2x + i sin 2y) / (cosh 2x + cos 2y) */
export function tanhComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  if (Math.abs(re) > 20) {
    // cosh would overflow later on; beyond 20 the real part is 1 in double precision
    out[0] = Math.sign(re)
    out[1] = 4 * Math.sin(im) * Math.cos(im) * Math.exp(-2 * Math.abs(re))
    return undefined
  }
  const scale = Math.cosh(2 * re) + Math.cos(2 * im)
  out[0] = Math.sinh(2 * re) / scale
  out[1] = Math.sin(2 * im) / scale
}

/** tan z = -i tanh iz */
export function tanComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  tanhComplex(-im, re, 0, 0, out)
  const [a, b] = out
  out[0] = b
  out[1] = -a
}

/** 1 / (1 + e^-z) */
export function sigmoidComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  expComplex(-re, -im, 0, 0, out)
  divideComplex(1, 0, 1 + out[0], out[1], out)
}

/** a^b = e^(b log a); 0^0 = 1 */
export function powComplex(ar: number, ai: number, br: number, bi: number, out: Pair): undefined {
  if (br === 0 && bi === 0) {
    out[0] = 1
    out[1] = 0
    return undefined
  }
  if (ar === 0 && ai === 0 && br > 0) {
    out[0] = 0
    out[1] = 0
    return undefined
  }
  logComplex(ar, ai, 0, 0, out)
  const [re, im] = out
  expComplex(br * re - bi * im, br * im + bi * re, 0, 0, out)
}

/** -1, 0 or 1; 0 for NaN and for both zeros, as in PyTorch. */
export function signOf(x: number): number {
  return Number(x > 0) - Number(x < 0)
}

/** The same for int64. */
export function signOfBigint(x: bigint): bigint {
  return BigInt(x > 0n) - BigInt(x < 0n)
}

/** z / |z|, and 0 for 0. */
export function signComplex(re: number, im: number, _c: number, _d: number, out: Pair): undefined {
  const size = Math.hypot(re, im)
  out[0] = size === 0 ? 0 : re / size
  out[1] = size === 0 ? 0 : im / size
}
