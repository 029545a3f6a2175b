/**
 * Entries of the table of operations: a function and tensors to differentiate it at.
 *
 * @module
 */
import '../../../src/ops/tensor.js'
import type { Tensor } from '../../../src/ops/tensor.js'
import { wrapArray } from '../../../src/tensor/tensor.js'

type Results = Tensor | readonly Tensor[]

/** A function of tensors, and where to differentiate it. */
export interface Check {
  readonly f: (...inputs: Tensor[]) => Results
  readonly inputs: readonly Tensor[]
  readonly options: CheckOptions
}

export interface CheckOptions {
  /** The step, for functions that round to float32 on the way. */
  eps?: number
  atol?: number
  /** The function asks for this memory layout, so it is not tried with others. */
  layout?: 'contiguous'
}

/** Makes an entry; the function sees as many tensors as are given. */
export function check<Inputs extends Tensor[]>(
  f: (...inputs: Inputs) => Results,
  inputs: readonly [...Inputs],
  options: CheckOptions = {},
): Check {
  return { f: f as Check['f'], inputs, options }
}

/** By the public name of an operation, its entries. */
export type Table = Readonly<Record<string, readonly Check[]>>

let drawn = 0

/** Numbers in [0, 1) that fill it evenly and never repeat, so that no two elements of a table tie. */
function next(): number {
  drawn++
  return (drawn * 0.6180339887498949) % 1
}

function filled(shape: readonly number[], dtype: 'float64' | 'complex128', value: () => number): Tensor {
  const length = shape.reduce((n, size) => n * size, dtype === 'complex128' ? 2 : 1)
  return wrapArray(Float64Array.from({ length }, value), shape, dtype).requiresGrad_()
}

/** Numbers of both signs, between 0.3 and 2.2 in size: off the kinks that most functions have at 0. */
export const real = (...shape: number[]): Tensor =>
  filled(shape, 'float64', () => (0.3 + 1.9 * next()) * (next() < 0.5 ? -1 : 1))

/** Numbers between 0.3 and 2.2. */
export const positive = (...shape: number[]): Tensor => filled(shape, 'float64', () => 0.3 + 1.9 * next())

/** Complex numbers in all four quadrants. */
export const complexOf = (...shape: number[]): Tensor =>
  filled(shape, 'complex128', () => (0.2 + 0.9 * next()) * (next() < 0.5 ? -1 : 1))
