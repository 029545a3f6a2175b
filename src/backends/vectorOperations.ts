/**
 * Elementwise operations and reductions on faster backends: whoever has a loop in plain TypeScript asks here first.
 *
 * @module
 */
import type { Formula } from '../kernel/expression.js'
import type { FoldOperation } from '../kernel/fold.js'
import type { TypedArray } from '../tensor/dtype.js'
import type { Strided } from '../tensor/iterate.js'
import { numelOf, type Shape } from '../tensor/layout.js'
import type { Target } from './compiled/target.js'
import { eachBackend } from './registry.js'
import { areLoopsForced } from './settings.js'

/** A tensor as loops see it, with the strides of the call's shape: 0 where it is broadcast. */
export interface VectorOperand extends Strided {
  readonly data: TypedArray
}

/** One pass over operands of one shape. */
export interface ElementwiseCall {
  readonly shape: Shape
  readonly operands: readonly VectorOperand[]
  readonly formula: Formula
  /**
   * For each value of the formula, the operand that it is stored over. Memory that is stored to is no other operand's, or
   * exactly that operand's. The last operand's order in memory is that of the walk.
   */
  readonly into: readonly number[]
  /** The formula's scalars. Default: none. */
  readonly scalars?: readonly number[]
  /** Whether it is the last that its operation does: then it may be interrupted while others have their turn. Default: no. */
  readonly isLast?: boolean
}

/** Sums or maxima over some dimensions of a shape. */
export interface FoldCall {
  readonly shape: Shape
  /** Whether each dimension is kept. */
  readonly kept: readonly boolean[]
  /** Read only. The first operand's order in memory is that of the walk. */
  readonly operands: readonly VectorOperand[]
  /** What is put together: several values are several results. */
  readonly formula: Formula
  /** `maximum` takes no notice of NaN, and of nothing makes -Infinity. */
  readonly operation: FoldOperation
}

/** What a backend computes besides convolutions. Each method does all of its work, or returns false and has done nothing. */
export interface VectorOperations {
  elementwise(call: ElementwiseCall): boolean
  /**
   * The results of each value behind those of the one before, row-major over the dimensions that are kept, or `null`. Computed
   * in float64; the result does not depend on the number of threads.
   */
  fold(call: FoldCall): Float64Array | null
  /** What kernels run on that an operation brings itself, so that only programs with it have them. Default: nothing. */
  readonly target?: Target
}

/** Shorter work is done sooner than a call. */
const FEWEST_ELEMENTS = 1024

let served = 0

/** How many calls a backend has served: for tests, which want to know that there is something to test. */
export const servedCalls = (): number => served

/** Whether a backend is asked about so many elements. */
export const isWorthVectors = (elements: number): boolean => elements >= FEWEST_ELEMENTS && !areLoopsForced()

/** The result of the first backend that has one for so many elements, or `null`. */
export function serve<Result>(elements: number, run: (operations: VectorOperations) => Result | null): Result | null {
  if (!isWorthVectors(elements)) return null
  const result = eachBackend(({ vectors }) => (vectors ? run(vectors) : null))
  if (result !== null) served++
  return result
}

/** Does an elementwise pass, unless it returns false. */
export function elementwise(call: ElementwiseCall): boolean {
  return serve(numelOf(call.shape), vectors => vectors.elementwise(call) || null) !== null
}

/** Sums or maxima, unless it returns `null`. */
export function fold(call: FoldCall): Float64Array | null {
  return serve(numelOf(call.shape), vectors => vectors.fold(call))
}
