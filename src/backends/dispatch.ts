/**
 * From a convolution to the kernel that serves it: plans are made once per problem and kept.
 *
 * @module
 */
import { type ConvAlgorithm, type ConvPlan, type ConvProblem, choose, problemKey } from '../conv/algorithm.js'
import { NotImplementedError, ValueError } from '../errors.js'
import { BACKENDS } from './registry.js'
import { forcedAlgorithm } from './settings.js'

/** A program that works on ever new sizes must not keep a plan for each. */
const PLANS_KEPT = 1024
const plans = new Map<string, ConvPlan>()

/** Every algorithm of every backend that can run here, best first. */
export function convolutionAlgorithms(): ConvAlgorithm[] {
  return BACKENDS.filter(backend => backend.unavailable() === null).flatMap(backend => backend.convolutions)
}

/** The plan for a problem, from the cache if it has been made before. */
export function planConvolution(problem: ConvProblem): ConvPlan {
  const name = forcedAlgorithm()
  const key = `${name ?? ''} ${problemKey(problem)}`
  const known = plans.get(key)
  if (known) return known
  const plan = choose(name === null ? convolutionAlgorithms() : [algorithmNamed(name, problem)], problem)
  if (plans.size >= PLANS_KEPT) plans.delete(plans.keys().next().value!)
  plans.set(key, plan)
  return plan
}

function algorithmNamed(name: string, problem: ConvProblem): ConvAlgorithm {
  const all = convolutionAlgorithms()
  const algorithm = all.find(candidate => candidate.name === name)
  if (!algorithm) {
    throw new ValueError(
      `no convolution algorithm '${name}'; there are: ${all.map(candidate => candidate.name).join(', ')}`,
    )
  }
  const refusal = algorithm.refuse(problem)
  if (refusal !== null)
    throw new NotImplementedError(`${name} was asked for and cannot serve ${problemKey(problem)}: it ${refusal}`)
  return algorithm
}
