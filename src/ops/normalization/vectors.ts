/**
 * The loops of normalisations on faster backends: see `loops.ts`, `groups.ts` and
 * `gradientLoops.ts` for the same in TypeScript. Each function does all of its work, or nothing.
 *
 * @module
 */
import { elementwise, fold, type VectorOperand } from '../../backends/vectorOperations.js'
import { add, Formula, multiply, operand, subtract } from '../../kernel/expression.js'
import type { Floats } from '../pooling/planes.js'
import type { Grouping, Moments } from './groups.js'
import type { Affine } from './loops.js'
import { Workspace } from './workspace.js'

const [X, SECOND, THIRD, FOURTH, FIFTH] = [operand(0), operand(1), operand(2), operand(3), operand(4)]

const FROM_SHIFT = subtract(X, SECOND)
const SUMS_FROM_SHIFT = new Formula('double', FROM_SHIFT, multiply(FROM_SHIFT, FROM_SHIFT))

/** Elements as [outer, groups, inner]. */
const elementsOf = (data: Floats, groups: number, inner: number): VectorOperand => ({
  data,
  offset: 0,
  strides: [groups * inner, inner, 1],
})

/** One number for each group, from one of an array on. */
const ofGroups = (data: Float64Array, offset = 0): VectorOperand => ({ data, offset, strides: OF_GROUPS })

const OF_GROUPS = [0, 1, 0]
const KEPT = [false, true, false]

const room = new Workspace()

/**
 * Mean and variance of each group in one pass: the sums of the distances from one of its elements, and of their squares
 * (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983, section 3). With one of n elements as the
 * shift, the variance is exact to about n roundings of a double.
 */
export function vectorMoments(x: Floats, { outer, groups, sub, run }: Grouping): Moments | null {
  const inner = sub * run
  // loops, since `from` and `map` take longer for small images than the kernels
  const shift = room.doubles(groups)
  for (let g = 0; g < groups; g++) shift[g] = x[g * inner]!
  const sums = fold({
    shape: [outer, groups, inner],
    kept: KEPT,
    operands: [elementsOf(x, groups, inner), ofGroups(shift)],
    formula: SUMS_FROM_SHIFT,
    operation: 'add',
  })
  if (sums === null) return null
  const count = outer * inner
  const mean = new Float64Array(groups)
  const variance = new Float64Array(groups)
  for (let g = 0; g < groups; g++) {
    const distance = sums[g]!
    const own = Math.max(0, sums[groups + g]! - (distance * distance) / count) / count
    mean[g] = shift[g]! + distance / count
    variance[g] = own
    // infinite elements are infinite distances, which leave no mean
    if (!Number.isFinite(mean[g]) || !Number.isFinite(own)) return null
  }
  return { mean, variance }
}

const SCALED = new Formula('double', add(multiply(X, SECOND), THIRD))
const CENTRED = new Formula('double', add(multiply(multiply(subtract(X, SECOND), THIRD), FOURTH), FIFTH))

/** See `normalizeInto`. */
export function vectorNormalize(y: Floats, x: Floats, grouping: Grouping, affine: Affine): boolean {
  const { outer, groups, sub, run, channels } = grouping
  const { mean, inverse, weight, bias } = affine
  if (run === 1 && sub > 1) {
    if (outer !== 1 || channels !== sub) return false
    const rows = (data: Float64Array): VectorOperand => ({ data, offset: 0, strides: [1, 0] })
    const columns = (data: Floats, step = 0): VectorOperand => ({ data, offset: 0, strides: [step, 1] })
    const operands = [columns(x, sub), rows(mean), rows(inverse), columns(weight), columns(bias), columns(y, sub)]
    return elementwise({ shape: [groups, sub], operands, formula: CENTRED, into: [5] })
  }
  const runs = groups * sub
  // the factors of all runs, and behind them what is added
  const numbers = room.doubles(2 * runs)
  writeScales(numbers, grouping, affine)
  const means = perRun(grouping, mean)
  for (let i = 0; i < runs; i++) numbers[runs + i] = bias[i % channels]! - means[i]! * numbers[i]!
  const operands = [elementsOf(x, runs, run), ofGroups(numbers), ofGroups(numbers, runs), elementsOf(y, runs, run)]
  return elementwise({ shape: [outer, runs, run], operands, formula: SCALED, into: [3] })
}

/** What each run is multiplied by. */
function writeScales(
  scales: Float64Array,
  { groups, sub, channels }: Grouping,
  { inverse, weight }: Pick<Affine, 'inverse' | 'weight'>,
): void {
  for (let g = 0, i = 0; g < groups; g++)
    for (let s = 0; s < sub; s++, i++) scales[i] = inverse[g]! * weight[i % channels]!
}

/** Each group's number for each of its runs. */
function perRun({ groups, sub }: Grouping, values: Float64Array): Float64Array {
  if (sub === 1) return values
  const result = new Float64Array(groups * sub)
  for (let g = 0; g < groups; g++) result.fill(values[g]!, g * sub, (g + 1) * sub)
  return result
}

const SUMS_OF_GRADIENT = new Formula('double', X, multiply(X, subtract(SECOND, THIRD)))

/** For each run of each group (number group * sub + run), the sums of g, and behind all of these those of g (x - mean). */
export function vectorGradientSums(g: Floats, x: Floats, grouping: Grouping, mean: Float64Array): Float64Array | null {
  const { outer, groups, sub, run } = grouping
  if (run === 1 && sub > 1) return null
  const runs = groups * sub
  return fold({
    shape: [outer, runs, run],
    kept: KEPT,
    operands: [elementsOf(g, runs, run), elementsOf(x, runs, run), ofGroups(perRun(grouping, mean))],
    formula: SUMS_OF_GRADIENT,
    operation: 'add',
  })
}

const GRADIENT = new Formula('double', add(add(multiply(THIRD, X), multiply(FOURTH, SECOND)), FIFTH))

/** out = a g + b x + c with `a` for each run of a group, `b` and `c` for each group. */
export function vectorGradient(
  out: Floats,
  g: Floats,
  x: Floats,
  grouping: Grouping,
  affine: Affine,
  slopes: Float64Array,
  shifts: Float64Array,
): boolean {
  const { outer, groups, sub, run } = grouping
  if (run === 1 && sub > 1) return false
  const runs = groups * sub
  const scales = room.doubles(runs)
  writeScales(scales, grouping, affine)
  const operands = [
    elementsOf(g, runs, run),
    elementsOf(x, runs, run),
    ofGroups(scales),
    ofGroups(perRun(grouping, slopes)),
    ofGroups(perRun(grouping, shifts)),
    elementsOf(out, runs, run),
  ]
  return elementwise({ shape: [outer, runs, run], operands, formula: GRADIENT, into: [5] })
}
