/**
 * Depthwise convolution by compiled kernels.
 *
 * @module
 */
import type { ConvAlgorithm, ConvKernel, ConvProblem } from '../../conv/algorithm.js'
import { multiplyAdds, resultShape } from '../../conv/spec.js'
import type { PixelPass } from '../../kernel/convolutionPlan.js'
import { planDepthwise, refuseDepthwise } from '../../kernel/depthwisePlan.js'
import { planDepthwiseWeightGradient, refuseDepthwiseWeightGradient } from '../../kernel/depthwiseWeightGradientPlan.js'
import { refuseEpilogue } from '../../kernel/epilogue.js'
import { contiguousData } from '../../tensor/copy.js'
import { allocateUnwritten } from '../../tensor/tensor.js'
import { BoundedCache } from '../boundedCache.js'
import { directConvolution } from '../portable/direct.js'
import { getNumThreads } from '../threads.js'
import { pixelLanesConvolution } from './direct.js'
import { inFormat } from './format.js'
import { once } from './once.js'
import { tooLarge } from './operands.js'
import { allFinite, packedWeights } from './packing.js'
import { convolutionPrecision } from './precision.js'
import { isParallel, refuseDtype, SPECIALISED_KEPT } from './problem.js'
import { emitNamed, type FloatArray, type RunProgram, type Target } from './target.js'

/** Nothing is used twice, so a product takes as long as so many of other convolutions. */
const LOADED_PRODUCTS = 4

function refuse(target: Target, problem: ConvProblem): string | null {
  const { dtype, pass, spec, epilogue } = problem
  const declined = refuseDtype(dtype)
  if (declined !== null) return declined
  if (multiplyAdds(spec) === 0) return 'needs something to compute'
  const machine = target.machine(convolutionPrecision(problem))
  const shape =
    pass === 'weightGradient' ? refuseDepthwiseWeightGradient(machine, spec) : refuseDepthwise(machine, spec, pass)
  return shape ?? tooLarge(target, spec, dtype) ?? (epilogue ? refuseEnd(target, problem) : null)
}

function refuseEnd(target: Target, problem: ConvProblem): string | null {
  if (problem.pass !== 'forward') return 'has an epilogue for the forward pass only'
  // the sums would be rounded after the epilogue, and not before it
  if (convolutionPrecision(problem) === 'widened') return 'has no epilogue where it sums float32 in float64'
  return refuseEpilogue(problem.epilogue!, problem.dtype) ?? withInfinities(target, problem).refuse(problem)
}

/** Who computes where weights are not finite: padding is multiplied, or, around gradients, looked at. */
function withInfinities(target: Target, problem: ConvProblem): ConvAlgorithm {
  const pixels = pixelLanesConvolution(target)
  return problem.pass === 'forward' && pixels.refuse({ ...problem, epilogue: null }) === null
    ? pixels
    : directConvolution
}

/** On machines of fewer registers, more rows of results under way leave room for so few columns that weights are loaded again and again. */
const FEW_REGISTERS = 16
const MOST_ROWS_OF_FEW = 3

function yieldTo(target: Target, problem: ConvProblem): string | null {
  const { vectors } = target.machine(convolutionPrecision(problem))
  const [, rows] = problem.spec.kernel
  if (problem.pass === 'weightGradient' || vectors >= FEW_REGISTERS || rows <= MOST_ROWS_OF_FEW) return null
  return `would keep ${rows} rows of results in ${vectors} registers, and load each weight for few columns`
}

function plan(target: Target, problem: ConvProblem, bias: boolean, threads: number) {
  const { spec, pass, epilogue } = problem
  const options = { bias, epilogue, wantedTasks: target.wantedTasks(threads, LOADED_PRODUCTS * multiplyAdds(spec)) }
  return planDepthwise(target.machine(convolutionPrecision(problem)), spec, pass as PixelPass, options)
}

function preparePixels(target: Target, problem: ConvProblem): ConvKernel {
  const { spec, pass, dtype, format } = problem
  const precision = convolutionPrecision(problem)
  const shape = resultShape(spec, pass)
  const parallel = isParallel(spec)
  const weights = packedWeights(target, precision, { packedLength: 0 }, null)
  const prepared = new BoundedCache<number, RunProgram>(SPECIALISED_KEPT)
  const infinite = once(() => withInfinities(target, problem).prepare(problem))
  return operands => {
    const { first, second, bias, residual } = operands
    const weight = weights.of(second)
    // padding is left out rather than multiplied, and multiplied with what stands beside a row: with infinities that shows
    if (!weight.finite) return infinite()(operands)
    const threads = parallel ? getNumThreads() : 1
    const key = bias ? threads : -threads
    const run = prepared.of(key, () =>
      target.compile(plan(target, problem, bias !== null, threads), precision, { results: { 3: 'whole' } }),
    )
    const input = contiguousData(first)
    const out = allocateUnwritten(shape, dtype)
    const tensors = [input, weight.operand, bias ? contiguousData(bias) : input, out.storage.data]
    run(residual ? [...tensors, contiguousData(residual)] : tensors, parallel, true)
    return inFormat(out, format)
  }
}

function prepareWeightGradient(target: Target, problem: ConvProblem): ConvKernel {
  const { spec, pass, dtype, format } = problem
  const shape = resultShape(spec, pass)
  const precision = convolutionPrecision(problem)
  const machine = target.machine(precision)
  const { program, sumsLength } = planDepthwiseWeightGradient(machine, spec)
  const run = target.compile(program, precision, { results: { 3: 'whole' } })
  const sums = { workspace: sumsLength * machine.bytes }
  const parallel = isParallel(spec)
  return operands => {
    const { first, second } = operands
    const out = allocateUnwritten(shape, dtype)
    const data = out.storage.data as FloatArray
    run([contiguousData(first), contiguousData(second), sums, data], parallel)
    // padding is left out rather than multiplied: with infinite gradients that shows
    if (!allFinite(data)) return directConvolution.prepare(problem)(operands)
    return inFormat(out, format)
  }
}

export function depthwiseConvolution(target: Target): ConvAlgorithm {
  const { emit } = target
  return {
    name: `${target.name}/depthwise`,
    refuse: problem => refuse(target, problem),
    yield: problem => yieldTo(target, problem),
    prepare(problem) {
      const own = target.current()
      return problem.pass === 'weightGradient' ? prepareWeightGradient(own, problem) : preparePixels(own, problem)
    },
    ...(emit && {
      code(problem: ConvProblem) {
        const own = target.current()
        const precision = convolutionPrecision(problem)
        if (problem.pass === 'weightGradient') {
          const { program } = planDepthwiseWeightGradient(own.machine(precision), problem.spec)
          return emitNamed(emit, { 'gradient of the weight': program }, precision)
        }
        const threads = isParallel(problem.spec) ? getNumThreads() : 1
        return emitNamed(emit, { convolution: plan(own, problem, true, threads) }, precision)
      },
    }),
  }
}
