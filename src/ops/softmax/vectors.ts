/**
 * Softmax and cross entropy on faster backends: see `softmax.ts` and `losses/crossEntropyLoops.ts` for the same in TypeScript. Each
 * function does all of its work, or nothing.
 *
 * @module
 */
import { elementwise, fold, type VectorOperand } from '../../backends/vectorOperations.js'
import { exponential, Formula, multiply, operand, subtract } from '../../kernel/expression.js'
import type { Shape } from '../../tensor/layout.js'

/** Scores in row-major order as [outer, length, inner]: a softmax is taken over each row of `length`. */
export interface ScoreShape {
  readonly outer: number
  readonly length: number
  readonly inner: number
}

/** For each row: its largest element, and the sum of e^(x - largest). */
export interface ScoreSums {
  readonly largest: Float32Array
  readonly totals: Float64Array
}

const [X, LARGEST, THIRD] = [operand(0), operand(1), operand(2)]
const POWER = exponential(subtract(X, LARGEST))
const ELEMENTS = new Formula('element', X)
const POWERS = new Formula('double', POWER)
const SCALED_POWERS = new Formula('double', multiply(POWER, THIRD))
const DIFFERENCES = new Formula('double', subtract(subtract(X, LARGEST), THIRD))

const shapeOf = ({ outer, length, inner }: ScoreShape): Shape => [outer, length, inner]

const ofElements = (data: Float32Array, { length, inner }: ScoreShape): VectorOperand => ({
  data,
  offset: 0,
  strides: [length * inner, inner, 1],
})

const ofRows = (data: Float32Array | Float64Array, { inner }: ScoreShape): VectorOperand => ({
  data,
  offset: 0,
  strides: [inner, 0, 1],
})

const KEPT = [true, false, true]

export function vectorScoreSums(x: Float32Array | Float64Array, shape: ScoreShape): ScoreSums | null {
  if (!(x instanceof Float32Array)) return null
  const [sizes, elements] = [shapeOf(shape), ofElements(x, shape)]
  const maxima = fold({ shape: sizes, kept: KEPT, operands: [elements], formula: ELEMENTS, operation: 'maximum' })
  if (maxima === null) return null
  // exact: they are elements
  const largest = new Float32Array(maxima)
  const operands = [elements, ofRows(largest, shape)]
  const totals = fold({ shape: sizes, kept: KEPT, operands, formula: POWERS, operation: 'add' })
  return totals && { largest, totals }
}

/** out = e^(x - largest) times a factor for each row. */
export function vectorPowers(
  out: Float32Array,
  x: Float32Array,
  shape: ScoreShape,
  largest: Float32Array,
  factors: Float64Array,
): boolean {
  return rowwise(out, x, shape, SCALED_POWERS, largest, factors)
}

/** out = x - largest - a number for each row. */
export function vectorDifferences(
  out: Float32Array,
  x: Float32Array,
  shape: ScoreShape,
  largest: Float32Array,
  numbers: Float64Array,
): boolean {
  return rowwise(out, x, shape, DIFFERENCES, largest, numbers)
}

function rowwise(
  out: Float32Array,
  x: Float32Array,
  shape: ScoreShape,
  formula: Formula,
  largest: Float32Array,
  numbers: Float64Array,
): boolean {
  const operands = [ofElements(x, shape), ofRows(largest, shape), ofRows(numbers, shape), ofElements(out, shape)]
  return elementwise({ shape: shapeOf(shape), operands, formula, into: [3] })
}
