/**
 * Powers.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { powerFormula } from '../../kernel/powers.js'
import { type DType, isDifferentiable } from '../../tensor/dtype.js'
import { isComplexScalar } from '../../tensor/scalar.js'
import { Tensor } from '../../tensor/tensor.js'
import { powComplex } from './complexMath.js'
import { type ElementFunctions, mapElements, savedIf, taped, zerosLike } from './map.js'
import { checkOperand, checkTensor, type Operand, promote } from './operand.js'
import { rounder } from './rounder.js'

/**
 * `input ** exponent`; either may be a number. Integers stay integers and wrap around; a negative whole number as the
 * exponent of integers is refused, while a tensor of exponents gives 0 there (1 and -1 have inverses).
 */
export function pow(input: Operand, exponent: Operand): Tensor {
  checkOperand('pow', 'input', input)
  checkOperand('pow', 'exponent', exponent)
  const compute = promote([input, exponent])
  if (!(exponent instanceof Tensor) && !isDifferentiable(compute) && (exponent as number) < 0) {
    throw new RuntimeError('Integers to negative integer powers are not allowed.')
  }
  const functions: ElementFunctions = {
    number: isDifferentiable(compute) ? floatPower(exponent, rounder(compute)) : integerPower,
    bigint: bigPower,
    complex: powComplex,
    ...(typeof exponent === 'number' && powerByVectors(compute === 'float64' ? exponent : Math.fround(exponent))),
  }
  const [a, b] = [taped(input), taped(exponent)]
  const out = mapElements('pow', [input, exponent], functions, { compute, kinds: ['int', 'float', 'complex'] })
  if (!(exponent instanceof Tensor)) {
    return record(out, 'PowBackward0', [a], [a], (g, { saved: [x] }) => [powerGradient(g, x!, exponent)])
  }
  return record(
    out,
    input instanceof Tensor ? 'PowBackward1' : 'PowBackward2',
    [a, b],
    [a, b, savedIf(b.requiresGrad, out)],
    (g, { saved: [x, e, y], needs }) => [
      needs[0] ? g.mul(e!.mul(pow(x!, e!.sub(1))).conj()).where(e!.ne(0), 0) : null,
      // d(x^e)/de = x^e log x; at x = 0 the limit is 0, and log 0 must not get in its way
      needs[1] ? g.mul(y!.mul(x!.to(y!.dtype).log()).conj()).where(x!.ne(0).logicalOr(isNegative(e!)), 0) : null,
    ],
  )
}

/** With the exponent in the precision that is computed in: in float32, 1e-50 is 0. */
const powerByVectors = (exponent: number): Pick<ElementFunctions, 'vector' | 'scalars'> => ({
  vector: powerFormula(exponent),
  scalars: [exponent],
})

/** Where 0 ** e is infinite rather than 0 or 1. */
function isNegative(exponent: Tensor): Tensor {
  return (isDifferentiable(exponent.dtype) ? exponent.real() : exponent).lt(0)
}

/** d(x^e)/dx = e x^(e - 1), and 0 for e = 0, also at x = 0. */
function powerGradient(g: Tensor, x: Tensor, e: Exclude<Operand, Tensor>): Tensor {
  if (isComplexScalar(e))
    return g.mul(
      pow(x, { re: e.re - 1, im: e.im })
        .mul(e)
        .conj(),
    )
  const exponent = Number(e)
  return exponent === 0
    ? zerosLike(g)
    : g.mul(
        pow(x, exponent - 1)
          .mul(exponent)
          .conj(),
      )
}

/** C's pow, which differs from JavaScript's where the base is 1 (or -1, to an infinite power): the result is 1. */
function floatPower(exponent: Operand, round: (x: number) => number): (...x: number[]) => number {
  if (exponent === 0.5) return x => Math.sqrt(x!)
  if (exponent === -0.5) return x => 1 / round(Math.sqrt(x!))
  if (exponent === 2) return x => x! * x!
  if (exponent === 3) return x => round(x! * x!) * x!
  if (exponent === -1) return x => 1 / x!
  if (exponent === -2) return x => 1 / round(x! * x!)
  return (x, e) => (x === 1 || (x === -1 && Math.abs(e!) === Number.POSITIVE_INFINITY) ? 1 : x! ** e!)
}

/** By squaring, modulo 2^32; the array rounds that down to its own size. */
function integerPower(...[x, e]: number[]): number {
  let base = x!
  if (e! < 0) return base === 1 ? 1 : base === -1 ? (e! % 2 ? -1 : 1) : 0
  let power = 1
  for (let left = e!; left > 0; left = Math.floor(left / 2)) {
    if (left % 2) power = Math.imul(power, base)
    base = Math.imul(base, base)
  }
  return power
}

function bigPower(...[x, e]: bigint[]): bigint {
  let base = x!
  if (e! < 0n) return base === 1n ? 1n : base === -1n ? (e! % 2n ? -1n : 1n) : 0n
  let power = 1n
  for (let left = e!; left > 0n; left >>= 1n) {
    if (left & 1n) power = BigInt.asIntN(64, power * base)
    base = BigInt.asIntN(64, base * base)
  }
  return power
}

/** `input * input`; bool gives int64, as `pow(input, 2)` does. */
export function square(input: Tensor): Tensor {
  checkTensor('square', 'input', input)
  const compute: DType = input.dtype === 'bool' ? 'int64' : input.dtype
  const functions: ElementFunctions = {
    number: compute === 'int32' ? x => Math.imul(x!, x!) : x => x! * x!,
    vector: powerFormula(2),
    bigint: x => x! * x!,
    complex: (re, im, _c, _d, out) => {
      out[0] = re * re - im * im
      out[1] = 2 * re * im
    },
  }
  const out = mapElements('pow', [input], functions, { compute })
  return record(out, 'PowBackward0', [input], [input], (g, { saved: [x] }) => [g.mul(x!.mul(2).conj())])
}
