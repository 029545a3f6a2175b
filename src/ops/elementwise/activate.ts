/**
 * What activation functions share.
 *
 * @module
 */
import type { Formula } from '../../kernel/expression.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type ElementFunctions, mapElements } from './map.js'
import { checkTensor } from './operand.js'

type NumberFunction = (x: number) => number

/** A function of floats, computed in their dtype; `vector` is the same function once more. */
export function activate(
  name: string,
  loop: string,
  input: Tensor,
  f: NumberFunction,
  vector?: Formula,
  scalars?: readonly number[],
): Tensor {
  checkTensor(name, 'input', input)
  const functions: ElementFunctions = { number: f as (...x: number[]) => number, vector, scalars }
  return mapElements(loop, [input], functions, { compute: input.dtype, kinds: ['float'] })
}

/** A number that an activation takes besides its input. */
export function checkNumber(operation: string, argument: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`${operation}(): argument '${argument}' must be a number, but got ${argument}=${String(value)}`)
}

/** A gradient in one pass over the gradient of the result and what was saved; not itself differentiable. */
export function mapGradient(loop: string, gradient: Tensor, saved: Tensor, functions: ElementFunctions): Tensor {
  return mapElements(loop, [gradient, saved], functions, { compute: gradient.dtype })
}

/** 1 / (1 + e^-x) */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
