/**
 * Division and what is left over.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import * as kernel from '../../kernel/expression.js'
import { checkOptions } from '../../options.js'
import { type DType, isDifferentiable } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { divideComplex } from './complexMath.js'
import { type ElementFunctions, type Float32Run, mapElements, promoteFloat, savedIf, taped, zerosLike } from './map.js'
import { checkOperand, type Operand, promote } from './operand.js'
import { rounder } from './rounder.js'

/** How the quotient is made whole: towards zero, or towards minus infinity. */
export type RoundingMode = 'trunc' | 'floor'

/** Options of {@link div}. */
export interface DivOptions {
  /** `null`: true division. Default: `null`. */
  roundingMode?: RoundingMode | null
}

const float32Div: Float32Run = (out, a, b, [o, i, j], [so, si, sj], length) => {
  for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) out[p] = a[q]! / b[r]!
}

const VECTOR_QUOTIENT = new kernel.Formula('element', kernel.divide(kernel.operand(0), kernel.operand(1)))

/**
 * `input / other`. True division of integers gives float32; with a rounding mode integers stay integers, and an
 * integer divided by zero is refused.
 */
export function div(input: Operand, other: Operand, options: DivOptions = {}): Tensor {
  const { roundingMode = null } = checkOptions('div', options, ['roundingMode'])
  checkOperands('div', input, other)
  if (roundingMode !== null) return roundedDiv('div', input, other, roundingMode)
  const [a, b] = [taped(input), taped(other)]
  const functions: ElementFunctions = {
    number: (x, y) => x! / y!,
    float32: float32Div,
    vector: VECTOR_QUOTIENT,
    complex: divideComplex,
  }
  const out = mapElements('div_cpu', [input, other], functions, { compute: promoteFloat([input, other]) })
  return record(out, 'DivBackward0', [a, b], [savedIf(b.requiresGrad, a), b], (g, { saved: [x, y], needs }) => [
    needs[0] ? div(g, y!.conj()) : null,
    needs[1] ? g.mul(div(div(x!, y!), y!).conj()).neg() : null,
  ])
}

/** The quotient rounded towards minus infinity: `div(input, other, { roundingMode: 'floor' })`. */
export function floorDivide(input: Operand, other: Operand): Tensor {
  checkOperands('floor_divide', input, other)
  return roundedDiv('floor_divide', input, other, 'floor')
}

function roundedDiv(operation: string, input: Operand, other: Operand, mode: RoundingMode): Tensor {
  if (mode !== 'trunc' && mode !== 'floor') {
    throw new RuntimeError(
      `${operation} expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${String(mode)}'`,
    )
  }
  const compute = promote([input, other])
  const functions = mode === 'trunc' ? truncatedQuotient(compute) : flooredQuotient(compute)
  const out = mapElements(`div_${mode}_cpu`, [input, other], functions, { compute, kinds: ['int', 'float'] })
  return record(out, 'DivBackward2', [taped(input), taped(other)], [], g => [zerosLike(g), zerosLike(g)])
}

function truncatedQuotient(compute: DType): ElementFunctions {
  // a quotient just below a whole number may round up to it, which changes its floor
  const round = rounder(compute)
  return {
    number: isDifferentiable(compute) ? (x, y) => Math.trunc(round(x! / y!)) : (x, y) => Math.trunc(x! / nonZero(y!)),
    bigint: (x, y) => x! / nonZero(y!),
  }
}

/** As Python divides floats: from the exact remainder, so that `floor(x / y) * y + remainder == x`. */
function flooredQuotient(compute: DType): ElementFunctions {
  const round = rounder(compute)
  const float = (x: number, y: number): number => {
    if (y === 0) return x / y
    const left = x % y
    let quotient = round(round(x - left) / y)
    if (left !== 0 && left < 0 !== y < 0) quotient = round(quotient - 1)
    if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0
    const floor = Math.floor(quotient)
    return quotient - floor > 0.5 ? round(floor + 1) : floor
  }
  return {
    number: isDifferentiable(compute) ? (float as (...x: number[]) => number) : (x, y) => Math.floor(x! / nonZero(y!)),
    bigint: (x, y) => {
      const quotient = x! / nonZero(y!)
      return x! % y! !== 0n && x! < 0n !== y! < 0n ? quotient - 1n : quotient
    },
  }
}

/** Python's modulus: what is left over has the sign of `other`. */
export function remainder(input: Operand, other: Operand): Tensor {
  checkOperands('remainder', input, other)
  return leftOver('remainder', input, other, 'floor', {
    number: (x, y) => {
      const left = x! % y!
      return left !== 0 && left < 0 !== y! < 0 ? left + y! : left
    },
    bigint: (x, y) => {
      const left = x! % nonZero(y!)
      return left !== 0n && left < 0n !== y! < 0n ? left + y! : left
    },
  })
}

/** C's modulus: what is left over has the sign of `input`. */
export function fmod(input: Operand, other: Operand): Tensor {
  checkOperands('fmod', input, other)
  return leftOver('fmod', input, other, 'trunc', { number: (x, y) => x! % y!, bigint: (x, y) => x! % nonZero(y!) })
}

/** `input - other * quotient`, for a quotient rounded in this mode. */
function leftOver(
  name: 'remainder' | 'fmod',
  input: Operand,
  other: Operand,
  roundingMode: RoundingMode,
  { number, bigint }: Required<Pick<ElementFunctions, 'number' | 'bigint'>>,
): Tensor {
  const [a, b] = [taped(input), taped(other)]
  const compute = promote([input, other])
  const functions: ElementFunctions = {
    number: isDifferentiable(compute) ? number : (x, y) => number(x!, nonZero(y!)),
    bigint,
  }
  const out = mapElements(`${name}_cpu`, [input, other], functions, { compute, kinds: ['int', 'float'] })
  const needed = b.requiresGrad
  const node = `${name === 'fmod' ? 'Fmod' : 'Remainder'}Backward${other === b ? 1 : 0}`
  return record(out, node, [a, b], [savedIf(needed, a), savedIf(needed, b)], (g, { saved: [x, y], needs }) => [
    g,
    needs[1] ? g.mul(div(x!, y!, { roundingMode })).neg() : null,
  ])
}

/** An integer divisor. */
function nonZero<T extends number | bigint>(divisor: T): T {
  if (divisor === 0 || divisor === 0n) throw new RuntimeError('ZeroDivisionError')
  return divisor
}

function checkOperands(operation: string, input: unknown, other: unknown): void {
  checkOperand(operation, 'input', input)
  checkOperand(operation, 'other', other)
}
