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
import { tooLarge } from './operands.js'
import { convolutionPrecision } from './precision.js'
import { refuseDtype } from './problem.js'
import { emitNamed, type Target } from './target.js'

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
        const { program, precision } = plan(target, { spec, dtype })
        return emitNamed(emit, { 'gradient of the weight': program }, precision)
      },
    }),
  }
}

function prepare(target: Target, { spec, pass, dtype, format }: ConvProblem): ConvKernel {
  const shape = resultShape(spec, pass)
  if (multiplyAdds(spec) === 0) return () => allocate(shape, dtype, { memoryFormat: format })
  const { machine, precision, program, sumsLength } = plan(target, { spec, dtype })
  const run = target.compile(program, precision, { results: { 3: 'whole' } })
  const sums = { workspace: sumsLength * machine.bytes }
  return ({ first, second }) => {
    const out = allocateUnwritten(shape, dtype)
    run([contiguousData(first), contiguousData(second), sums, out.storage.data], true, true)
    return inFormat(out, format)
  }
}

function plan(target: Target, { spec, dtype }: Pick<ConvProblem, 'spec' | 'dtype'>) {
  const precision = convolutionPrecision({ spec, dtype })
  const machine = target.machine(precision)
  return { machine, precision, ...planWeightGradient(machine, spec, target.caches().l2 / 4) }
}
