/**
 * Random programs of direct convolutions, compared with those of other algorithms.
 *
 * @module
 */
import { directConvolution } from '../../../src/backends/portable/direct.js'
import { referenceConvolution } from '../../../src/backends/reference/convolution.js'
import type { ConvOperands } from '../../../src/conv/algorithm.js'
import { describeEpilogue } from '../../../src/conv/epilogue.js'
import { type ConvSpec, describeSpec, multiplyAdds, type Pass, resultShape } from '../../../src/conv/spec.js'
import type { MachineShape } from '../../../src/kernel/bandPlan.js'
import { planChannelLanes } from '../../../src/kernel/channelLanesPlan.js'
import { type PixelPass, phasesOf, reachesAll, sidesOf } from '../../../src/kernel/convolutionPlan.js'
import { planDepthwise, refuseDepthwise } from '../../../src/kernel/depthwisePlan.js'
import {
  planDepthwiseWeightGradient,
  refuseDepthwiseWeightGradient,
} from '../../../src/kernel/depthwiseWeightGradientPlan.js'
import { planFreshWeights } from '../../../src/kernel/freshWeightsPlan.js'
import type { Element, Precision } from '../../../src/kernel/machine.js'
import { planPixelLanes } from '../../../src/kernel/pixelLanesPlan.js'
import type { KernelProgram } from '../../../src/kernel/program.js'
import { planWeightGradient, type WeightGradientProgram } from '../../../src/kernel/weightGradientPlan.js'
import { contiguousData, toFloat64 } from '../../../src/tensor/copy.js'
import { numelOf } from '../../../src/tensor/layout.js'
import type { Tensor } from '../../../src/tensor/tensor.js'
import { drawOperands } from '../../differential/support/operands.js'
import { integer, pick, type Random } from '../../differential/support/specs.js'
import { numbers } from '../../property/support/numbers.js'
import { type Case, type CaseTarget, type FloatArray, garbage, NO_BIAS, type Operand, read, write } from './case.js'
import { randomEnd } from './epilogues.js'
import { packWeight } from './packWeight.js'

const PLANS = { 'channel-lanes': planChannelLanes, 'pixel-lanes': planPixelLanes } as const
type DirectKernel = keyof typeof PLANS | 'fresh-weights' | 'depthwise' | 'depthwise-weight-gradient' | 'weight-gradient'

/** What the kernels' cases have in common. */
interface Problem extends ConvOperands {
  readonly spec: ConvSpec
  readonly text: string
  readonly precision: Precision
  /** Of tensors. */
  readonly element: Element
  readonly machine: MachineShape
  readonly bandBytes: number
  readonly wantedTasks: number
  readonly seed: number
  readonly expected: Float64Array
}

export function convolution(
  next: Random,
  target: CaseTarget,
  kernel: DirectKernel,
  spec: ConvSpec,
  pass: Pass,
): Case | null {
  const precision = pick(next, ['float32', 'float64', 'widened'] as const)
  const element = precision === 'widened' ? 'float32' : precision
  const machine = target.machine(precision)
  // from bands of one row on, and from as few tasks as possible to more than there can be
  const bandBytes = pick(next, [64, 1000, 5000, 30_000, 250_000])
  const wantedTasks = pick(next, [1, 1, 3, 8, 20, 200])
  const bias = pass !== 'weightGradient' && next() < 0.5
  const seed = integer(next, 0, 2 ** 30)
  const operands = drawOperands(spec, pass, seed, (own, shape) => numbers(own, shape, { dtype: element }), bias)
  const plain = { spec, pass, dtype: element, format: 'contiguous', reducedPrecision: false } as const
  const truth = multiplyAdds(spec) < 200_000 ? referenceConvolution : directConvolution
  const expected = toFloat64(truth.prepare(plain)(operands))
  const text = `${kernel} ${target.name} ${pass} ${precision}, ${bandBytes} bytes, ${wantedTasks} tasks${bias ? ', bias' : ''}: ${describeSpec(spec)}`
  const problem = { ...operands, spec, text, precision, element, machine, bandBytes, wantedTasks, seed, expected }
  if (kernel === 'weight-gradient')
    return weightGradient(problem, planWeightGradient(machine, spec, { bandBytes, leavesOutPadding: next() < 0.5 }))
  if (kernel === 'depthwise-weight-gradient') {
    if (refuseDepthwiseWeightGradient(machine, spec) !== null) return null
    return weightGradient(problem, { checkLength: 0, ...planDepthwiseWeightGradient(machine, spec) })
  }
  if (kernel === 'fresh-weights') return freshWeights(next, problem, pass as PixelPass)
  return kernel === 'depthwise'
    ? depthwise(next, problem, pass as PixelPass)
    : pixels(next, problem, kernel, pass as PixelPass)
}

const readTensor = (name: string, tensor: Tensor): Operand => read(name, contiguousData(tensor))
const biasOf = ({ bias }: Problem): Operand => (bias ? readTensor('bias', bias) : NO_BIAS)

function weightGradient(problem: Problem, { program, sumsLength, checkLength }: WeightGradientProgram): Case {
  const { text, precision, element, machine, first, second, expected } = problem
  const sums = write('sums', garbage(machine.element, sumsLength))
  const result = write('result', garbage(element, expected.length))
  const tensors = [readTensor('gradient', first), readTensor('input', second), sums]
  if (checkLength === 0) return { text, precision, program, operands: [...tensors, result], expected }
  const check = write('check', garbage(machine.element, checkLength))
  return { text, precision, program, operands: [...tensors, check, result], order: [0, 1, 2, 4, 3], expected }
}

function depthwise(next: Random, problem: Problem, pass: PixelPass): Case | null {
  const { spec, precision, element, machine, wantedTasks, first, second, bias, expected } = problem
  if (refuseDepthwise(machine, spec, pass) !== null) return null
  const end = precision !== 'widened' && next() < 0.5 ? randomEnd(next) : null
  const program = planDepthwise(machine, spec, pass, { bias: bias !== null, epilogue: end?.epilogue, wantedTasks })
  const output = write('output', garbage(element, expected.length))
  const operands = [readTensor('input', first), readTensor('weight', second), biasOf(problem), output]
  return ended(problem, pass, program, operands, end)
}

/** Weights as they are, which tasks pack themselves. */
function freshWeights(next: Random, problem: Problem, pass: PixelPass): Case | null {
  const { spec, text, precision, element, machine, wantedTasks, first, second, bias, expected } = problem
  const leavesOutPadding = next() < 0.5
  const options = { bias: bias !== null, leavesOutPadding, wantedTasks, bandBytes: 2 ** 18, leastBytes: 0 }
  const planned = planFreshWeights(machine, spec, pass, options)
  if (planned === null) return null
  const operands = [
    readTensor('input', first),
    readTensor('weight', second),
    biasOf(problem),
    write('check', garbage(machine.element, planned.checkLength)),
    write('output', startOf(spec, pass, element, bias)),
  ]
  return { text, precision, program: planned.program, operands, order: [0, 1, 2, 4, 3], expected }
}

function pixels(next: Random, problem: Problem, kernel: keyof typeof PLANS, pass: PixelPass): Case {
  const { spec, precision, element, machine, bandBytes, wantedTasks, first, second, bias } = problem
  const isWhole = reachesAll(phasesOf(spec, pass), sidesOf(spec, pass).result)
  const end = precision !== 'widened' && isWhole && next() < 0.5 ? randomEnd(next) : null
  const leavesOutPadding = next() < 0.5
  const options = { bias: bias !== null, leavesOutPadding, wantedTasks, bandBytes, epilogue: end?.epilogue }
  const planned = PLANS[kernel](machine, spec, pass, options)
  const operands = [
    readTensor('input', first),
    read('weight', packWeight(machine.element, spec, pass, second, planned)),
    biasOf(problem),
    write('output', startOf(spec, pass, element, bias)),
  ]
  return ended(problem, pass, planned.program, operands, end)
}

/** The case of a program with this epilogue, whose residual is behind the other operands. */
function ended(
  { spec, text, precision, element, seed, expected }: Problem,
  pass: PixelPass,
  program: KernelProgram,
  operands: readonly Operand[],
  end: ReturnType<typeof randomEnd> | null,
): Case {
  if (end === null) return { text, precision, program, operands, expected }
  const residual = end.epilogue.residual ? numbers(seed + 3, resultShape(spec, pass), { dtype: element }) : null
  const added = residual && toFloat64(residual)
  return {
    text: `${text}, ${describeEpilogue(end.epilogue)}`,
    precision,
    program,
    operands: residual ? [...operands, readTensor('residual', residual)] : operands,
    expected: expected.map((sum, i) => end.activate(sum + (added?.[i] ?? 0))),
  }
}

/** What the output holds before: garbage, unless there are results that no tap reaches. */
function startOf(spec: ConvSpec, pass: PixelPass, element: Element, bias: Tensor | null): FloatArray {
  const { result, resultChannels, groups } = sidesOf(spec, pass)
  const plane = numelOf(result)
  const channels = resultChannels * groups
  const data = garbage(element, spec.batch * channels * plane)
  if (reachesAll(phasesOf(spec, pass), result)) return data
  const values = bias && contiguousData(bias)
  return data.map((_, i) => Number(values?.[Math.floor(i / plane) % channels] ?? 0))
}
