/**
 * The gradient of a convolution's weight by compiled kernels.
 *
 * @module
 */
import type { ConvAlgorithm, ConvKernel, ConvProblem } from '../../conv/algorithm.js'
import { multiplyAdds, resultShape } from '../../conv/spec.js'
import { weightGradientBeyondReach } from '../../kernel/reach.js'
import { planWeightGradient } from '../../kernel/weightGradientPlan.js'
import { contiguousData } from '../../tensor/copy.js'
import { allocate, allocateUnwritten } from '../../tensor/tensor.js'
import { inFormat } from './format.js'
import { once } from './once.js'
import { tooLarge } from './operands.js'
import { convolutionPrecision } from './precision.js'
import { refuseDtype } from './problem.js'
import { emitNamed, type Operand, type Target } from './target.js'

export function weightGradientConvolution(target: Target): ConvAlgorithm {
  const { emit } = target
  return {
    name: `${target.name}/weight-gradient`,
    refuse({ dtype, pass, spec, epilogue }) {
      const declined = refuseDtype(dtype)
      if (declined !== null) return declined
      if (pass !== 'weightGradient') return 'computes gradients of weights, not pixels'
      if (epilogue) return 'has no epilogue'
      return weightGradientBeyondReach(spec, dtype === 'float64' ? 8 : 4) ?? tooLarge(target, spec, dtype)
    },
    prepare: problem => prepare(target.current(), problem),
    ...(emit && {
      code: ({ spec, dtype }: ConvProblem) => {
        if (multiplyAdds(spec) === 0) return []
        const { program, precision } = plan(target, { spec, dtype, leavesOutPadding: true })
        return emitNamed(emit, { 'gradient of the weight': program }, precision)
      },
    }),
  }
}

function prepare(target: Target, { spec, pass, dtype, format }: ConvProblem): ConvKernel {
  const shape = resultShape(spec, pass)
  if (multiplyAdds(spec) === 0) return () => allocate(shape, dtype, { memoryFormat: format })
  const usual = runner(target, { spec, dtype, leavesOutPadding: true })
  // an infinite gradient shows where it is multiplied with padding
  const withPadding = once(() => runner(target, { spec, dtype, leavesOutPadding: false }))
  return ({ first, second }) => {
    const operands = [contiguousData(first), contiguousData(second)] as const
    const out = allocateUnwritten(shape, dtype)
    if (!usual(operands, out.storage.data)) withPadding()(operands, out.storage.data)
    return inFormat(out, format)
  }
}

/** A function that computes, and says whether the result counts: not if gradients are found not to be finite, as they must be. */
function runner(target: Target, problem: PlannedProblem) {
  const { machine, precision, program, sumsLength, checkLength } = plan(target, problem)
  const checks = checkLength > 0
  const run = target.compile(program, precision, { results: checks ? { 3: 'whole', 4: 'whole' } : { 3: 'whole' } })
  const sums = { workspace: sumsLength * machine.bytes }
  const check = target.array(machine.element, checkLength)
  return (operands: readonly Operand[], result: Operand): boolean => {
    const all = [...operands, sums, result]
    run(checks ? [...all, check] : all, true, !checks)
    return check.every(sum => sum === 0)
  }
}

interface PlannedProblem extends Pick<ConvProblem, 'spec' | 'dtype'> {
  readonly leavesOutPadding: boolean
}

function plan(target: Target, { spec, dtype, leavesOutPadding }: PlannedProblem) {
  const precision = convolutionPrecision({ spec, dtype })
  const machine = target.machine(precision)
  const options = { bandBytes: target.caches().l2 / 4, leavesOutPadding }
  return { machine, precision, ...planWeightGradient(machine, spec, options) }
}
