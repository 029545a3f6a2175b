/**
 * What the algorithms of this folder ask of a problem alike.
 *
 * @module
 */
import { type ConvSpec, multiplyAdds } from '../../conv/spec.js'
import type { PlanOptions } from '../../kernel/convolutionPlan.js'
import type { DType } from '../../tensor/dtype.js'
import type { Target } from './target.js'

/** The sentence with which a dtype is declined; else `null`. */
export function refuseDtype(dtype: DType): string | null {
  return dtype === 'float32' || dtype === 'float64' ? null : `has float32 and float64 in its vectors, not ${dtype}`
}

/** With fewer products than this, waking another thread takes longer than they do. */
const LEAST_PARALLEL_PRODUCTS = 500_000

/** Whether a convolution is worth the other threads. */
export const isParallel = (spec: ConvSpec): boolean => multiplyAdds(spec) >= LEAST_PARALLEL_PRODUCTS

/** What programs of a problem differ by. */
export interface Variant {
  readonly bias: boolean
  readonly threads: number
  /** Whether products with padding are left out: only where weights are finite. */
  readonly leavesOutPadding: boolean
}

/** A number for each variant. */
export const variantKey = ({ bias, threads, leavesOutPadding }: Variant): number =>
  4 * threads + (bias ? 2 : 0) + (leavesOutPadding ? 1 : 0)

/** What direct convolutions are planned with. */
export function planOptions(target: Target, spec: ConvSpec, { bias, threads, leavesOutPadding }: Variant): PlanOptions {
  const wantedTasks = target.wantedTasks(threads, multiplyAdds(spec))
  return { bias, leavesOutPadding, wantedTasks, bandBytes: target.caches().l2 / 4 }
}

/** Ways in which weights are packed that are kept, with the weights: many more than a network has. */
export const PACKINGS_KEPT = 256

/** Programs kept of a problem: with and without a bias, for few numbers of threads. */
export const SPECIALISED_KEPT = 8
