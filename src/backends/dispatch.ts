/**
 * From an operation to the kernel that serves it. Plans of convolutions are made once per problem and kept.
 *
 * @module
 */
import { type ConvAlgorithm, type ConvPlan, type ConvProblem, choose, planBy, problemKey } from '../conv/algorithm.js'
import { describeEpilogue, isSameEpilogue } from '../conv/epilogue.js'
import type { ConvSpec } from '../conv/spec.js'
import { NotImplementedError, ValueError } from '../errors.js'
import { BoundedCache } from './boundedCache.js'
import type { MatrixAlgorithm, MatrixOperands } from './matrixProduct.js'
import { eachBackend, servingKey, usedBackends } from './registry.js'
import { forcedAlgorithms } from './settings.js'

const plans = new BoundedCache<string, ConvPlan>(1024)

/** Every algorithm of every backend that is in use and can run here, best first. */
export function convolutionAlgorithms(): ConvAlgorithm[] {
  return usedBackends().flatMap(backend => backend.convolutions)
}

/** Passes, types and settings of one spec: what comes after so many takes the place of the last. */
const MOST_OF_A_SPEC = 16

/** The plans of a spec that is still the same object: those of a layer that is called again. */
const plansOfSpecs = new WeakMap<ConvSpec, { plan: ConvPlan; who: string }[]>()

/** The plan for a problem, from the cache if it has been made before. */
export function planConvolution(problem: ConvProblem): ConvPlan {
  const found = planned(problem)
  if (found) return found
  const [who, own] = [whoServes(), plansOfSpecs.get(problem.spec)]
  const plan = planByText(problem, who)
  if (own) own.splice(MOST_OF_A_SPEC - 1, own.length, { plan, who })
  else plansOfSpecs.set(problem.spec, [{ plan, who }])
  return plan
}

/** The plan for a problem, if it has been made for this spec; to make one takes as long as a small layer. */
export function planned(problem: ConvProblem): ConvPlan | undefined {
  const who = whoServes()
  const found = plansOfSpecs.get(problem.spec)?.find(entry => entry.who === who && isSame(entry.plan.problem, problem))
  return found?.plan
}

function whoServes(): string {
  const forced = forcedAlgorithms()
  return forced ? `${forced} of ${servingKey()}` : servingKey()
}

/**
 * The plan for a problem with an epilogue, by the algorithm that would serve it without one: the sums are the same to the
 * bit. `null` where that one refuses the epilogue, which is then left to operations of their own.
 */
export function planFused(problem: ConvProblem): ConvPlan | null {
  const plain = planConvolution({ ...problem, epilogue: null })
  const end = describeEpilogue(problem.epilogue!)
  const known = fusedPlans.get(plain)?.get(end)
  if (known !== undefined) return known
  // that it is the best has been found out
  const plan = plain.chosen.refuse(problem) === null ? planBy(plain.chosen, problem, plain.verdicts) : null
  fusedPlans.set(plain, new Map(fusedPlans.get(plain)).set(end, plan))
  return plan
}

/** For each plan, by their epilogues, those of the same problem with one: a refusal takes as long as a small layer to find out. */
const fusedPlans = new WeakMap<ConvPlan, ReadonlyMap<string, ConvPlan | null>>()

function isSame(a: ConvProblem, b: ConvProblem): boolean {
  return (
    a.pass === b.pass &&
    a.dtype === b.dtype &&
    a.format === b.format &&
    a.reducedPrecision === b.reducedPrecision &&
    isSameEpilogue(a.epilogue, b.epilogue)
  )
}

function planByText(problem: ConvProblem, who: string): ConvPlan {
  const names = forcedAlgorithms()
  const key = `${who} ${problemKey(problem)}`
  return plans.of(key, () =>
    choose(names === null ? convolutionAlgorithms() : algorithmsNamed(names, problem), problem),
  )
}

/** The algorithms with these names that can serve the problem; one at least. */
function algorithmsNamed(names: readonly string[], problem: ConvProblem): ConvAlgorithm[] {
  const all = convolutionAlgorithms()
  const refusals: string[] = []
  const able = names.flatMap(name => {
    const algorithm = all.find(candidate => candidate.name === name)
    if (!algorithm) {
      throw new ValueError(
        `no convolution algorithm '${name}'; there are: ${all.map(candidate => candidate.name).join(', ')}`,
      )
    }
    const refusal = algorithm.refuse(problem)
    if (refusal === null) return [algorithm]
    refusals.push(`${name} was asked for and cannot serve ${problemKey(problem)}: it ${refusal}`)
    return []
  })
  if (able.length === 0) throw new NotImplementedError(refusals.join('; '))
  // what was asked for is not passed over in favour of another
  return able.map(({ name, refuse, prepare, code }) => ({ name, refuse, prepare, code }))
}

/** The best algorithm in use that can serve; `null` if there is none, so that loops must do. */
export function matrixAlgorithm(operands: MatrixOperands): MatrixAlgorithm | null {
  return eachBackend(({ matrixProduct }) => (matrixProduct?.refuse(operands) === null ? matrixProduct : null))
}
