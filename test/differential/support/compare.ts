/**
 * One pass of a spec, by an algorithm and by the reference.
 *
 * @module
 */

import { type ConvAlgorithm, type ConvProblem, choose } from '../../../src/conv/algorithm.js'
import { type ConvSpec, describeSpec, type Pass } from '../../../src/conv/spec.js'
import { backends, type DType, type Tensor } from '../../../src/index.js'
import { numbers, values } from '../../property/support/numbers.js'
import { drawOperands } from './operands.js'

export const PASSES: readonly Pass[] = ['forward', 'inputGradient', 'weightGradient']

const REFERENCE = backends.convolutionAlgorithms().find(algorithm => algorithm.name === 'reference')!

/** Every algorithm but the reference, and but those whose errors are larger than those of direct sums. */
export const FAST: readonly ConvAlgorithm[] = backends
  .convolutionAlgorithms()
  .filter(own => own !== REFERENCE && !own.name.endsWith('/winograd'))

/** Whether an algorithm takes a pass of a spec. */
export function accepts(algorithm: ConvAlgorithm, spec: ConvSpec, pass: Pass, dtype: DType): boolean {
  return algorithm.refuse({ spec, pass, dtype, format: 'contiguous', reducedPrecision: false }) === null
}

/** Runs a pass by the algorithm and by the reference; throws where the plan is not the algorithm's or a number differs. */
export function compare(algorithm: ConvAlgorithm, spec: ConvSpec, pass: Pass, dtype: DType, seed: number): void {
  const problem: ConvProblem = { spec, pass, dtype, format: 'contiguous', reducedPrecision: false }
  const plan = choose([algorithm], problem)
  const own = drawOperands(spec, pass, seed, (one, shape) => numbers(one, shape, { dtype }))
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
