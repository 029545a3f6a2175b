/**
 * Convolutions whose weights change from call to call, by tasks that pack them themselves (`kernel/freshWeightsPlan.ts`).
 *
 * @module
 */
import type { ConvProblem } from '../../conv/algorithm.js'
import type { PixelPass } from '../../kernel/convolutionPlan.js'
import type { planFreshWeights } from '../../kernel/freshWeightsPlan.js'
import { BoundedCache } from '../boundedCache.js'
import { convolutionPrecision } from './precision.js'
import { planOptions, SPECIALISED_KEPT, type Variant, variantKey } from './problem.js'
import type { CompileOptions, Operand, Target } from './target.js'

/** Computes with weights as they are, and says whether the result counts: not if they are found not to be finite. */
export type RunFresh = (operands: readonly Operand[], parallel: boolean) => boolean

/**
 * Gives the program of a variant; `null` where weights are packed sooner for all tasks.
 *
 * @param results as those of the program for packed weights
 */
export function freshWeights(
  target: Target,
  plan: typeof planFreshWeights,
  problem: ConvProblem,
  results: CompileOptions['results'],
): (variant: Variant) => RunFresh | null {
  const { spec, pass } = problem
  const precision = convolutionPrecision(problem)
  const machine = target.machine(precision)
  const prepared = new BoundedCache<number, { readonly run: RunFresh | null }>(SPECIALISED_KEPT)

  const prepare = (variant: Variant): RunFresh | null => {
    const planned = plan(machine, spec, pass as PixelPass, planOptions(target, spec, variant))
    if (planned === null) return null
    const run = target.compile(planned.program, precision, { results: { ...results, 4: 'whole' } })
    const check = target.array(machine.element, planned.checkLength)
    return (operands, parallel) => {
      run([...operands, check], parallel)
      return check.every(sum => sum === 0)
    }
  }
  return variant => prepared.of(variantKey(variant), () => ({ run: prepare(variant) })).run
}
