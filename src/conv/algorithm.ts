/**
 * What an algorithm for convolutions is, and how one is chosen.
 *
 * @module
 */
import type { DType } from '../tensor/dtype.js'
import type { MemoryFormat } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { timed } from '../tensor/timed.js'
import { describeEpilogue, type Epilogue } from './epilogue.js'
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
  /** What is done to the results before they are stored; honoured or refused. Default: nothing. */
  readonly epilogue?: Epilogue | null
}

/** The tensors of a pass, in the order of the table in `spec.ts`. */
export interface ConvOperands {
  readonly first: Tensor
  readonly second: Tensor
  /** Added to each channel of the result; not for `weightGradient`. */
  readonly bias: Tensor | null
  /** Of the result's shape and dtype; only where the epilogue adds one. */
  readonly residual?: Tensor
}

/** Computes one problem; made once, called often. */
export interface ConvKernel {
  (operands: ConvOperands): Tensor
  /** What the first call with such operands does before it computes, in parts that may be done one by one before it. */
  readonly stages?: readonly ConvStage[]
}

export type ConvStage = (operands: ConvOperands) => void

/** One way of computing convolutions. */
export interface ConvAlgorithm {
  /** Backend and algorithm, e.g. `portable/direct`. */
  readonly name: string
  /** `null` if it can serve this problem, else a sentence that says why not. */
  refuse(problem: ConvProblem): string | null
  /** If it can serve this problem but another algorithm is likely to do so faster, a sentence that says why. */
  yield?(problem: ConvProblem): string | null
  prepare(problem: ConvProblem): ConvKernel
  /**
   * The machine code that serves this problem, with a bias where its pass has one; nothing of it is run. Only for problems
   * that it does not refuse. Default: it emits none.
   */
  code?(problem: ConvProblem): readonly EmittedKernel[]
}

/** A kernel as machine code. */
export interface EmittedKernel {
  /** What it does, e.g. `convolution`. */
  readonly name: string
  /** The instructions, and the constants behind them. */
  readonly bytes: Uint8Array
  /** Bytes of the instructions. */
  readonly length: number
}

/** A candidate and its answer. */
export interface Verdict {
  readonly algorithm: ConvAlgorithm
  /** Why it cannot serve, or `null`. */
  readonly refusal: string | null
  /** Why another one is better, or `null`. */
  readonly yields: string | null
}

/** The outcome of a choice, kept so that `explain` can tell it. */
export interface ConvPlan {
  readonly problem: ConvProblem
  readonly chosen: ConvAlgorithm
  readonly verdicts: readonly Verdict[]
  readonly kernel: ConvKernel
  readonly stages: readonly ConvStage[]
}

/**
 * Takes the first candidate that neither refuses nor yields; if there is none, the first that does not refuse. The last
 * one must accept everything.
 */
export const choose = timed('convolution plan', chooseBest)

function chooseBest(candidates: readonly ConvAlgorithm[], problem: ConvProblem): ConvPlan {
  const verdicts = candidates.map((algorithm): Verdict => {
    const refusal = algorithm.refuse(problem)
    return { algorithm, refusal, yields: refusal === null ? (algorithm.yield?.(problem) ?? null) : null }
  })
  const able = verdicts.filter(verdict => verdict.refusal === null)
  const chosen = (able.find(verdict => verdict.yields === null) ?? able[0])?.algorithm
  if (!chosen)
    throw new Error(`no algorithm accepts ${problemKey(problem)}: the reference must be among the candidates`)
  return planBy(chosen, problem, verdicts)
}

/** The plan by an algorithm that has been chosen, and does not refuse. */
export function planBy(chosen: ConvAlgorithm, problem: ConvProblem, verdicts: readonly Verdict[]): ConvPlan {
  const prepared = chosen.prepare(problem)
  const kernel = timed(`aten::convolution (${problem.pass})`, prepared, chosen.name)
  return { problem, chosen, verdicts, kernel, stages: prepared.stages ?? [] }
}

/** A text that is equal for equal problems. */
export function problemKey({ spec, pass, dtype, format, reducedPrecision, epilogue }: ConvProblem): string {
  const end = epilogue ? `, ${describeEpilogue(epilogue)}` : ''
  return `${pass} ${dtype} ${format}${reducedPrecision ? ' reduced' : ''}: ${describeSpec(spec)}${end}`
}
