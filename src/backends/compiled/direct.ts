/**
 * Direct convolution by compiled kernels: forward pass and input gradient, with channels or with pixels in the lanes.
 *
 * @module
 */
import type {
  ConvAlgorithm,
  ConvKernel,
  ConvOperands,
  ConvProblem,
  ConvStage,
  EmittedKernel,
} from '../../conv/algorithm.js'
import { multiplyAdds, resultShape } from '../../conv/spec.js'
import { planChannelLanes } from '../../kernel/channelLanesPlan.js'
import { type PixelPass, phasesOf, reachesAll, sidesOf } from '../../kernel/convolutionPlan.js'
import { refuseEpilogue } from '../../kernel/epilogue.js'
import { planFreshWeights } from '../../kernel/freshWeightsPlan.js'
import { laneWork } from '../../kernel/lanes.js'
import { isPacked, planPackWeight } from '../../kernel/packWeight.js'
import { planPixelLanes } from '../../kernel/pixelLanesPlan.js'
import { pixelsBeyondReach } from '../../kernel/reach.js'
import { contiguousData, convert, toFloat64 } from '../../tensor/copy.js'
import { numelOf } from '../../tensor/layout.js'
import { mayLeaveSteps } from '../../tensor/pendingWork.js'
import { allocate, allocateUnwritten, type Tensor } from '../../tensor/tensor.js'
import { BoundedCache } from '../boundedCache.js'
import { foldPadding, withoutPadding } from '../foldPadding.js'
import { directConvolution } from '../portable/direct.js'
import { getNumThreads } from '../threads.js'
import { inFormat } from './format.js'
import { freshWeights } from './freshWeights.js'
import { once } from './once.js'
import { tooLarge } from './operands.js'
import { packedWeights, type Weights } from './packing.js'
import { convolutionPrecision } from './precision.js'
import { isParallel, planOptions, refuseDtype, SPECIALISED_KEPT, type Variant, variantKey } from './problem.js'
import { emitNamed, type Operand, type RunProgram, type Target } from './target.js'

function refuse(target: Target, { dtype, pass, spec, epilogue }: ConvProblem): string | null {
  const declined = refuseDtype(dtype)
  if (declined !== null) return declined
  if (pass === 'weightGradient') return 'computes pixels, not the gradient of a weight'
  const own = pass === 'inputGradient' && spec.paddingMode !== 'zeros' ? withoutPadding(spec) : spec
  const beyond = pixelsBeyondReach(own, pass, dtype === 'float64' ? 8 : 4) ?? tooLarge(target, own, dtype)
  if (beyond !== null || !epilogue) return beyond
  if (pass !== 'forward') return 'has an epilogue for the forward pass only'
  if (multiplyAdds(spec) === 0) return 'has an epilogue for sums only, and here is nothing to sum over'
  // the sums would be rounded after the epilogue, and not before it
  if (convolutionPrecision({ spec, dtype }) === 'widened') return 'has no epilogue where it sums float32 in float64'
  return refuseEpilogue(epilogue, dtype)
}

/** What is made for a problem at its first call, each part when it is needed. */
interface Specialised {
  planned(): ReturnType<typeof planPrograms>
  run(): RunProgram
  weights(): Weights
}

type Plan = typeof planChannelLanes

/** The programs of an algorithm: for packed weights, and for those that tasks pack, where there is one. */
interface Plans {
  readonly plan: Plan
  readonly planFresh?: typeof planFreshWeights
}

function prepareWith(target: Target, plans: Plans, problem: ConvProblem): ConvKernel {
  const { spec, pass, dtype, format } = problem
  if (pass === 'inputGradient' && spec.paddingMode !== 'zeros') {
    const padded = withoutPadding(spec)
    const run = prepareContiguous(target, plans, { ...problem, spec: padded }, false)
    return ({ first, second, bias }) => {
      const wide = run({ first, second, bias: null })
      return convert(foldPadding(spec, wide, bias && toFloat64(bias)), dtype, format)
    }
  }
  const run = prepareContiguous(target, plans, problem, true)
  if (format === 'contiguous') return run
  return Object.assign((operands: ConvOperands) => inFormat(run(operands), format), { stages: run.stages })
}

/** The programs of a problem whose result is contiguous; `pack` gives `null` for weights that are in order as they are. */
function planPrograms(target: Target, plan: Plan, { spec, pass, dtype, epilogue }: ConvProblem, variant: Variant) {
  const machine = target.machine(convolutionPrecision({ spec, dtype }))
  const own = pass as PixelPass
  const planned = plan(machine, spec, own, { ...planOptions(target, spec, variant), epilogue })
  const pack = () => (isPacked(machine, spec, own, planned) ? null : planPackWeight(machine, spec, own, planned))
  return { planned, pack }
}

function codeWith(
  target: Target,
  emit: NonNullable<Target['emit']>,
  plan: Plan,
  problem: ConvProblem,
): EmittedKernel[] {
  const { pass } = problem
  const folds = pass === 'inputGradient' && problem.spec.paddingMode !== 'zeros'
  const spec = folds ? withoutPadding(problem.spec) : problem.spec
  if (multiplyAdds(spec) === 0) return []
  const threads = isParallel(spec) ? getNumThreads() : 1
  const { planned, pack } = planPrograms(
    target,
    plan,
    { ...problem, spec },
    { bias: !folds, threads, leavesOutPadding: true },
  )
  const named = { 'packing of the weight': pack()?.program ?? null, convolution: planned.program }
  return emitNamed(emit, named, convolutionPrecision({ ...problem, spec }))
}

/**
 * The kernel, whose result is contiguous.
 *
 * @param isLast see {@link RunProgram}
 */
function prepareContiguous(
  target: Target,
  { plan, planFresh }: Plans,
  problem: ConvProblem,
  isLast: boolean,
): ConvKernel {
  const { spec, pass, dtype } = problem
  const precision = convolutionPrecision(problem)
  const shape = resultShape(spec, pass)
  const own = pass as PixelPass
  const empty = multiplyAdds(spec) === 0
  const complete = !empty && reachesAll(phasesOf(spec, own), sidesOf(spec, own).result)
  const prepared = new BoundedCache<number, Specialised>(SPECIALISED_KEPT)

  const parallel = isParallel(spec)
  const threadsNow = () => (parallel ? getNumThreads() : 1)
  const results = { 3: complete ? 'whole' : 'part' } as const
  const fresh = planFresh && !problem.epilogue ? freshWeights(target, planFresh, problem, results) : null

  const specialise = (variant: Variant): Specialised => {
    const planned = once(() => planPrograms(target, plan, problem, variant))
    return {
      planned,
      run: once(() => target.compile(planned().planned.program, precision, { results })),
      weights: once(() => packedWeights(target, precision, planned().planned, planned().pack())),
    }
  }

  const variantOf = (bias: Tensor | null) => ({ bias: bias !== null, threads: threadsNow(), leavesOutPadding: true })
  const specialised = (variant: Variant) => prepared.of(variantKey(variant), () => specialise(variant))
  const specialisedFor = (bias: Tensor | null) => specialised(variantOf(bias))

  const run = (operands: ConvOperands): Tensor => {
    const { first, second, bias, residual } = operands
    const out = complete ? allocateUnwritten(shape, dtype) : allocate(shape, dtype)
    if (bias && !complete) fillChannels(out, bias)
    if (empty) return out
    const input = contiguousData(first)
    const tensorsWith = (weight: Operand) => [input, weight, bias ? contiguousData(bias) : input, out.storage.data]
    const variant = variantOf(bias)
    const usual = specialised(variant)
    const weights = usual.weights()
    // it does not give way to others, as its check is looked at
    if (fresh && !mayLeaveSteps() && weights.changesEachCall(second)) {
      const run = fresh(variant)
      if (run) weights.useUnpacked(second)
      if (run?.(tensorsWith(contiguousData(second)), parallel)) return out
    }
    const weight = weights.of(second)
    // an infinite weight shows where it is multiplied with padding; but around gradients there is nothing, and no product
    if (pass === 'inputGradient' && !weight.finite) return directConvolution.prepare(problem)(operands)
    const serves = weight.finite || !usual.planned().planned.leavesOutPadding
    const ready = serves ? usual : specialised({ ...variant, leavesOutPadding: false })
    const tensors = tensorsWith(weight.operand)
    ready.run()(residual ? [...tensors, contiguousData(residual)] : tensors, parallel, isLast)
    return out
  }
  const stages: ConvStage[] = [
    ({ bias }) => void specialisedFor(bias).planned(),
    ({ bias }) => void specialisedFor(bias).run(),
    ({ bias }) => void specialisedFor(bias).weights(),
    ({ bias, second }) => void specialisedFor(bias).weights().of(second),
  ]
  return Object.assign(run, { stages: empty ? [] : stages })
}

/** Gives all elements of a channel its bias: what no tap reaches has nothing else. */
function fillChannels(out: Tensor, bias: Tensor): void {
  const values = contiguousData(bias)
  const plane = numelOf(out.shape.slice(2))
  const data = out.storage.dataToWrite as Float32Array
  for (let i = 0; i < data.length; i += plane) data.fill(values[(i / plane) % values.length] as number, i, i + plane)
}

/** Estimates are no better than this; channels in the lanes read and write memory in longer runs. */
const NEARLY = 1.05

/** How the work of the two kinds of lanes compares. */
function work(target: Target, problem: ConvProblem) {
  const { spec, pass } = problem
  return laneWork(target.machine(convolutionPrecision(problem)), spec, pass as PixelPass)
}

/** What both kinds have in common. */
function algorithmWith(target: Target, plans: Plans) {
  const { emit } = target
  return {
    refuse: (problem: ConvProblem) => refuse(target, problem),
    prepare: (problem: ConvProblem) => prepareWith(target.current(), plans, problem),
    ...(emit && { code: (problem: ConvProblem) => codeWith(target.current(), emit, plans.plan, problem) }),
  }
}

export const channelLanesConvolution = (target: Target): ConvAlgorithm => ({
  name: `${target.name}/channel-lanes`,
  ...algorithmWith(target, { plan: planChannelLanes, planFresh: planFreshWeights }),
  yield(problem) {
    const { channels, pixels } = work(target, problem)
    if (channels <= NEARLY * pixels) return null
    return `would fill its lanes with channels: ${(channels / pixels).toFixed(1)} times the work of pixels in the lanes`
  },
})

export const pixelLanesConvolution = (target: Target): ConvAlgorithm => ({
  name: `${target.name}/pixel-lanes`,
  ...algorithmWith(target, { plan: planPixelLanes }),
  yield(problem) {
    const { channels, pixels } = work(target, problem)
    if (NEARLY * pixels < channels) return null
    return `would fill its lanes with pixels: ${(pixels / channels).toFixed(1)} times the work of channels in the lanes`
  },
})
