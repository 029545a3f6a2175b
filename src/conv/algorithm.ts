/**
 * What an algorithm for convolutions is, and how one is chosen.
 *
 * @module
 */
import type { DType } from '../tensor/dtype.js'
import type { MemoryFormat } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { type ConvSpec, describeSpec, type Pass } from './spec.js'

/** A convolution to be computed: everything that a choice of algorithm may depend on. */
export interface ConvProblem {
  readonly spec: ConvSpec
  readonly pass: Pass
  readonly dtype: DType
  /** The memory format of the result. */
  readonly format: MemoryFormat
  /** Whether an algorithm with a larger error than direct float32 may serve. */
  readonly reducedPrecision: boolean
}

/** The tensors of a pass, in the order of the table in `spec.ts`. */
export interface ConvOperands {
  readonly first: Tensor
  readonly second: Tensor
  /** Added to each channel of the result; not for `weightGradient`. */
  readonly bias: Tensor | null
}

/** Computes one problem; made once, called often. */
export type ConvKernel = (operands: ConvOperands) => Tensor

/** One way of computing convolutions. */
export interface ConvAlgorithm {
  /** Backend and algorithm, e.g. `portable/direct`. */
  readonly name: string
  /** `null` if it can serve this problem, else a sentence that says why not. */
  refuse(problem: ConvProblem): string | null
  prepare(problem: ConvProblem): ConvKernel
}

/** A candidate and its answer. */
export interface Verdict {
  readonly algorithm: ConvAlgorithm
  readonly refusal: string | null
}

/** The outcome of a choice, kept so that `explain` can tell it. */
export interface ConvPlan {
  readonly problem: ConvProblem
  readonly chosen: ConvAlgorithm
  readonly verdicts: readonly Verdict[]
  readonly kernel: ConvKernel
}

/** Takes the first candidate that does not refuse. The last one must accept everything. */
export function choose(candidates: readonly ConvAlgorithm[], problem: ConvProblem): ConvPlan {
  const verdicts: Verdict[] = candidates.map(algorithm => ({ algorithm, refusal: algorithm.refuse(problem) }))
  const chosen = verdicts.find(verdict => verdict.refusal === null)?.algorithm
  if (!chosen)
    throw new Error(`no algorithm accepts ${problemKey(problem)}: the reference must be among the candidates`)
  return { problem, chosen, verdicts, kernel: chosen.prepare(problem) }
}

/** A text that is equal for equal problems. */
export function problemKey({ spec, pass, dtype, format, reducedPrecision }: ConvProblem): string {
  return `${pass} ${dtype} ${format}${reducedPrecision ? ' reduced' : ''}: ${describeSpec(spec)}`
}
