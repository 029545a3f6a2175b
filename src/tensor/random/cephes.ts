/**
 * The logarithm, sine and cosine of PyTorch's vectorised normal kernel, in float32 steps: with them, normal draws agree
 * to the bit, where the more accurate `Math.log`, `Math.sin` and `Math.cos` would differ in the last places.
 *
 * The polynomials and reductions are those of S. L. Moshier's Cephes Mathematical Library (logf.c, sinf.c), which the
 * kernel (ATen/native/cpu/avx_mathfun.h) evaluates with fused multiply-adds.
 *
 * @module
 */
import type { FloatArray } from './float-formats.js'
import { fmaFloat as fma } from './fma.js'

const f = Math.fround
const floats = (...values: number[]): number[] => values.map(f)

const floatView = new Float32Array(1)
const bitsView = new Int32Array(floatView.buffer)

const SQRT_HALF = f(Math.SQRT1_2)
const [L0, L1, L2, L3, L4, L5, L6, L7, L8] = floats(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
)
/** ln 2 in two parts; the second is exact in 9 bits. */
const [LN2_LOW, LN2_HIGH] = floats(-2.1219444e-4, 0.693359375)

/**
 * Replaces positive float32 numbers that are not subnormal by their natural logarithms. Many at a time: a function of one
 * number has its argument and its result on the heap, if the engine does not inline it.
 */
export function logFloats(values: FloatArray, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    // x = m * 2^e with m in [sqrt(1/2), sqrt(2)), and then the logarithm of m = 1 + d
    floatView[0] = values[i]!
    const bits = bitsView[0]!
    bitsView[0] = (bits & 0x007fffff) | 0x3f000000
    const m = floatView[0]!
    let e = (bits >> 23) - 126
    let d = m - 1
    if (m < SQRT_HALF) {
      e -= 1
      d += m
    }
    const d2 = f(d * d)
    let y = fma(L0, d, L1)
    y = fma(y, d, L2)
    y = fma(y, d, L3)
    y = fma(y, d, L4)
    y = fma(y, d, L5)
    y = fma(y, d, L6)
    y = fma(y, d, L7)
    y = fma(y, d, L8)
    y = f(y * d)
    y = fma(y, d2, f(e * LN2_LOW))
    y = fma(-0.5, d2, y)
    values[i] = fma(e, LN2_HIGH, f(d + y))
  }
}

const FOUR_OVER_PI = f(4 / Math.PI)
/** -pi/4 in three parts. */
const [PI4_A, PI4_B, PI4_C] = floats(-0.78515625, -0.00024187564849853516, -3.774894977445941e-8)
const [S0, S1, S2] = floats(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
const [C0, C1, C2] = floats(2.443315711809948e-5, -0.001388731625493765, 0.04166664568298827)

/** The even multiple of pi/4 nearest to a non-negative angle, as a count of pi/4. */
export const octantOf = (angle: number): number => (Math.trunc(f(angle * FOUR_OVER_PI)) + 1) & ~1

/** What is left of the angle after that many pi/4: it lies in [-pi/4, pi/4]. */
export function reduceAngle(angle: number, octant: number): number {
  return fma(octant, PI4_C, fma(octant, PI4_B, fma(octant, PI4_A, angle)))
}

/** Sine in [-pi/4, pi/4]. */
export function sinReduced(x: number): number {
  const x2 = f(x * x)
  const y = fma(fma(S0, x2, S1), x2, S2)
  return fma(f(y * x2), x, x)
}

/** Cosine in [-pi/4, pi/4]. */
export function cosReduced(x: number): number {
  const x2 = f(x * x)
  const y = f(fma(fma(C0, x2, C1), x2, C2) * x2)
  return f(fma(y, x2, -0.5 * x2) + 1)
}
