/**
 * One pass of a spec, by an algorithm and by the reference.
 *
 * @module
 */

import { type ConvAlgorithm, type ConvProblem, choose } from '../../../src/conv/algorithm.js'
import {
  type ConvSpec,
  describeSpec,
  inputShape,
  outputShape,
  type Pass,
  resultShape,
  weightShape,
} from '../../../src/conv/spec.js'
import { backends, type DType, type Tensor } from '../../../src/index.js'
import { numbers, values } from '../../property/support/numbers.js'

export const PASSES: readonly Pass[] = ['forward', 'inputGradient', 'weightGradient']

const REFERENCE = backends.convolutionAlgorithms().find(algorithm => algorithm.name === 'reference')!

/** Every algorithm but the reference. */
export const FAST: readonly ConvAlgorithm[] = backends.convolutionAlgorithms().filter(own => own !== REFERENCE)

function operands(spec: ConvSpec, pass: Pass, dtype: DType, seed: number) {
  const [first, second] = {
    forward: [inputShape(spec), weightShape(spec)],
    inputGradient: [outputShape(spec), weightShape(spec)],
    weightGradient: [outputShape(spec), inputShape(spec)],
  }[pass]
  const channels = resultShape(spec, pass)[1]!
  return {
    first: numbers(seed, first!, { dtype }),
    second: numbers(seed + 1, second!, { dtype }),
    bias: pass === 'weightGradient' || seed % 2 === 0 ? null : numbers(seed + 2, [channels], { dtype }),
  }
}

/** Runs a pass by the algorithm and by the reference; throws where the plan is not the algorithm's or a number differs. */
export function compare(algorithm: ConvAlgorithm, spec: ConvSpec, pass: Pass, dtype: DType, seed: number): void {
  const problem: ConvProblem = { spec, pass, dtype, format: 'contiguous', reducedPrecision: false }
  const plan = choose([algorithm, REFERENCE], problem)
  const own = operands(spec, pass, dtype, seed)
  const where = `${pass} ${dtype} ${describeSpec(spec)}, seed ${seed}`
  if (plan.chosen.name !== algorithm.name) throw new Error(`${algorithm.name} did not serve ${where}`)
  differ(plan.kernel(own), REFERENCE.prepare(problem)(own), where)
}

/** Small whole numbers have exact sums: nothing but equality will do. */
function differ(found: Tensor, expected: Tensor, where: string): void {
  if (String(found.shape) !== String(expected.shape)) throw new Error(`${where}: shape [${found.shape}]`)
  const [a, b] = [values(found), values(expected)]
  const at = a.findIndex((value, i) => value !== b[i])
  if (at >= 0) throw new Error(`${where}: element ${at} is ${a[at]}, the reference has ${b[at]}`)
}
