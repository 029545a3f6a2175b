/**
 * The error function in double precision, and in float32 with the roundings of the C library that PyTorch calls
 * (fdlibm's s_erf.c and s_erff.c): near the ends of a truncated normal distribution the roundings decide the result.
 *
 * @module
 */
import { ERF_OF_ONE, FAR, inFloat32, MIDDLE, NEAR_ONE, NEAR_ZERO, type Rational } from './erf-coefficients.js'

const f = Math.fround

const wordView = new DataView(new ArrayBuffer(8))

/** erf(x), within 1 unit in the last place. */
export function erf(x: number): number {
  const magnitude = Math.abs(x)
  if (magnitude < 0.84375) return x + x * quotient(NEAR_ZERO, x * x)
  if (magnitude >= 6) return Math.sign(x)
  if (magnitude < 1.25) return Math.sign(x) * (ERF_OF_ONE + quotient(NEAR_ONE, magnitude - 1))
  const q = quotient(magnitude < 1 / 0.35 ? MIDDLE : FAR, 1 / (x * x))
  // exp(-x^2) in two factors: z has so few bits that its square is exact
  const z = cutDouble(magnitude)
  const tail = Math.exp(-z * z - 0.5625) * Math.exp((z - magnitude) * (z + magnitude) + q)
  return Math.sign(x) * (1 - tail / magnitude)
}

function quotient({ above, below }: Rational, x: number): number {
  return polynomial(above, x) / polynomial(below, x)
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]
  for (let i = coefficients.length - 2; i >= 0; i--) sum = sum * x + coefficients[i]
  return sum
}

function cutDouble(x: number): number {
  wordView.setFloat64(0, x)
  wordView.setUint32(4, 0)
  return wordView.getFloat64(0)
}

const NEAR_ZERO_FLOAT = inFloat32(NEAR_ZERO)
const NEAR_ONE_FLOAT = inFloat32(NEAR_ONE)
const MIDDLE_FLOAT = inFloat32(MIDDLE)
const FAR_FLOAT = inFloat32(FAR)

/** `erff(x)` of a float32: every operation is rounded. */
export function erfFloat(x: number): number {
  const magnitude = Math.abs(x)
  if (magnitude < 0.84375) return f(x + f(x * quotientFloat(NEAR_ZERO_FLOAT, f(x * x))))
  if (magnitude >= 6) return Math.sign(x)
  if (magnitude < 1.25) return Math.sign(x) * f(f(ERF_OF_ONE) + quotientFloat(NEAR_ONE_FLOAT, f(magnitude - 1)))
  const q = quotientFloat(magnitude < f(1 / 0.35) ? MIDDLE_FLOAT : FAR_FLOAT, f(1 / f(x * x)))
  const z = cutFloat(magnitude)
  const tail = f(f(Math.exp(f(-z * z - 0.5625))) * f(Math.exp(f(f(f(z - magnitude) * f(z + magnitude)) + q))))
  return Math.sign(x) * f(1 - f(tail / magnitude))
}

function quotientFloat({ above, below }: Rational, x: number): number {
  return f(polynomialFloat(above, x) / polynomialFloat(below, x))
}

function polynomialFloat(coefficients: readonly number[], x: number): number {
  let sum = coefficients[coefficients.length - 1]
  for (let i = coefficients.length - 2; i >= 0; i--) sum = f(f(sum * x) + coefficients[i])
  return sum
}

function cutFloat(x: number): number {
  wordView.setFloat32(0, x)
  wordView.setUint32(0, wordView.getUint32(0) & 0xfffff000)
  return wordView.getFloat32(0)
}
