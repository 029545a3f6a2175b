/**
 * Winograd's F(4x4, 3x3) by compiled kernels.
 *
 * Its rounding errors are some times those of direct sums, so it serves only where reduced precision is allowed. An
 * infinity or a NaN in the input spreads to results that do not read it, if they lie in a 4x4 tile with one that does, and
 * an infinity becomes NaN; one in a weight makes all results of its channel NaN. oneDNN's Winograd does the same.
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
import { type ConvSpec, resultShape, weightShape } from '../../conv/spec.js'
import { type PixelPass, phasesOf, reachesAll, type Sides, sidesOf } from '../../kernel/convolutionPlan.js'
import { refuseEpilogue } from '../../kernel/epilogue.js'
import { directShare } from '../../kernel/insideTaps.js'
import type { Element } from '../../kernel/machine.js'
import { gibibytes, pixelsBeyondReach, REACH, TILE_CHANNELS } from '../../kernel/reach.js'
import { partsOf, type WinogradAxes, winogradAxes } from '../../kernel/winogradAxis.js'
import { planWinograd } from '../../kernel/winogradPlan.js'
import { estimatedGain } from '../../kernel/winogradTasks.js'
import { POSITIONS } from '../../kernel/winogradTransforms.js'
import type { WeightTransform } from '../../kernel/winogradWeights.js'
import { contiguousData } from '../../tensor/copy.js'
import { type DType, dtypeInfo } from '../../tensor/dtype.js'
import { numelOf } from '../../tensor/layout.js'
import { allocateUnwritten, type Tensor } from '../../tensor/tensor.js'
import { BoundedCache } from '../boundedCache.js'
import { PackedWeights } from '../packedWeights.js'
import { getNumThreads } from '../threads.js'
import { inFormat } from './format.js'
import { once } from './once.js'
import { tooLarge } from './operands.js'
import { PACKINGS_KEPT, refuseDtype, SPECIALISED_KEPT } from './problem.js'
import { emitNamed, type Kept, type Target } from './target.js'

/** So many channels of a vector's bytes are within the reach of an instruction. */
const MOST_PIXELS = 2 ** 24

/** Parts of a kernel, at most: each has code of its own, and 36 transformed weights for up to nine of the kernel's. */
const MOST_PARTS = 36

/** Transformed weights are four times those of a 3x3 kernel; of other kernels more, and they take their time. */
const USUAL_GROWTH = 4

/** Bytes of transformed weights, at most, unless it is asked for: with no more than the usual growth, and with more. */
const [MOST_BYTES, MOST_GROWN_BYTES] = [2 ** 28, 2 ** 27]

/** Channels to sum over below which transforms take what products save. */
const LEAST_CHANNELS = 8

/** Times faster than direct that makes up for the larger errors. */
const LEAST_GAIN = 1.3

/**
 * A batch reads the weights once: where they come from memory, it gains what a sample alone does not. So many times as fast
 * as direct must a sample be by estimate, if a batch is {@link LEAST_GAIN} times. Estimates are low there: 512 -> 512 at 7x7, of
 * which 0.62 is expected, was measured to be 1.2 times as fast as direct, and 2.2 times in a batch of 8. They are less so where
 * weights grow more than usual.
 */
const [LEAST_GAIN_ALONE, LEAST_GAIN_ALONE_GROWN] = [0.6, 0.8]
const BATCH = 8

function refuse(target: Target, { dtype, pass, spec, reducedPrecision, epilogue }: ConvProblem): string | null {
  if (!reducedPrecision)
    return 'has larger rounding errors than direct sums, which allowReducedPrecision(false) forbids'
  const declined = refuseDtype(dtype)
  if (declined !== null) return declined
  if (pass === 'weightGradient') return 'computes pixels, not the gradient of a weight'
  const { spatialRank, kernel } = spec
  if (spatialRank !== 2 || Math.min(kernel[1], kernel[2]) < 2) return 'is for kernels of several rows and columns'
  if (pass === 'inputGradient' && spec.paddingMode !== 'zeros')
    return 'sends no gradients through padding that is not zero'
  const { batch, groups, sourceChannels, source, resultChannels, result } = sidesOf(spec, pass)
  if (Math.min(batch, groups, sourceChannels, resultChannels, ...result) === 0) return 'needs something to compute'
  if (!reachesAll(phasesOf(spec, pass), result)) return 'leaves out what a stride beyond the kernel does not reach'
  if (Math.max(numelOf(source), numelOf(result)) > MOST_PIXELS) return `is for images of at most ${MOST_PIXELS} pixels`
  const phases = winogradAxes(spec, pass)
  const parts = Math.max(...phases.map(partsOf))
  if (parts > MOST_PARTS) return `is for kernels of at most ${MOST_PARTS} parts of 3x3 taps, but this one has ${parts}`
  const beyond =
    pixelsBeyondReach(spec, pass, dtypeInfo(dtype).bytes) ??
    tooLarge(target, spec, dtype) ??
    weightsTooLarge(target, sidesOf(spec, pass), weightBytes(spec, phases, dtype))
  if (beyond !== null || !epilogue) return beyond
  if (pass !== 'forward') return 'has an epilogue for the forward pass only'
  return refuseEpilogue(epilogue, dtype)
}

/** Bytes of the transformed weights. */
function weightBytes(spec: ConvSpec, phases: readonly WinogradAxes[], dtype: DType): number {
  const filters = (spec.inChannels / spec.groups) * spec.outChannels
  const parts = phases.reduce((sum, axes) => sum + partsOf(axes), 0)
  return POSITIONS * parts * filters * dtypeInfo(dtype).bytes
}

function weightsTooLarge({ mostBytes }: Target, { groups, resultChannels }: Sides, bytes: number): string | null {
  if (bytes > mostBytes) return `has no room for ${gibibytes(bytes)} of transformed weights`
  const ofBlock = (bytes / groups / resultChannels) * TILE_CHANNELS
  return ofBlock < REACH
    ? null
    : `reaches 2 GiB of transformed weights, but those of ${TILE_CHANNELS} channels take ${gibibytes(ofBlock)}`
}

/** It depends on one sample alone, so that a result does not depend on its batch. */
function yieldTo(target: Target, { spec, pass, dtype }: ConvProblem): string | null {
  const sides = sidesOf(spec, pass as PixelPass)
  const axes = winogradAxes(spec, pass as PixelPass)
  if (Math.max(...axes.map(partsOf)) * sides.sourceChannels < LEAST_CHANNELS)
    return `gains nothing with fewer than ${LEAST_CHANNELS} channels to sum over`
  const bytes = weightBytes(spec, axes, dtype)
  const isGrown = bytes > USUAL_GROWTH * numelOf(weightShape(spec)) * dtypeInfo(dtype).bytes
  if (bytes > (isGrown ? MOST_GROWN_BYTES : MOST_BYTES))
    return `would keep ${Math.round(bytes / 2 ** 20)} MiB of transformed weights`
  const machine = target.machine(dtype as Element)
  const walks = phasesOf(spec, pass as PixelPass)
  const phases = axes.map((own, i) => ({ axes: own, share: directShare(machine, walks[i]!) }))
  const gainOf = (batch: number) => estimatedGain(machine, sides, phases, target.caches(), batch)
  // neither the batch nor the threads decide: a result has the same rounding errors with any
  const gain = gainOf(1)
  const alone = isGrown ? LEAST_GAIN_ALONE_GROWN : LEAST_GAIN_ALONE
  if (gain >= LEAST_GAIN || (gain >= alone && gainOf(BATCH) >= LEAST_GAIN)) return null
  return `would take ${Math.round(100 / gain)} % of the time of direct sums by estimate, which is not worth its errors`
}

function plan(target: Target, { spec, pass, dtype, epilogue }: ConvProblem, bias: boolean, threads: number) {
  const options = { bias, epilogue, threads, caches: target.caches() }
  return planWinograd(target.machine(dtype as Element), spec, pass as PixelPass, options)
}

function prepare(target: Target, problem: ConvProblem): ConvKernel {
  const { format } = problem
  const run = prepareContiguous(target, problem)
  if (format === 'contiguous') return run
  return Object.assign((operands: ConvOperands) => inFormat(run(operands), format), { stages: run.stages })
}

/** As in `packing.ts`. */
const transforms = new BoundedCache<string, PackedWeights<Kept>>(PACKINGS_KEPT)

function transformedWeights(target: Target, element: Element, { program, length, text }: WeightTransform) {
  return transforms.of(`${target.name} ${target.variant()} ${element} ${length} ${text}`, () => {
    const transform = target.compile(program, element, { results: { 1: 'whole' } })
    return new PackedWeights<Kept>((weight, old) => {
      const own = old ?? { kept: target.array(element, length) }
      transform([contiguousData(weight), own], true, true)
      return own
    })
  })
}

/** The kernel, whose result is contiguous. */
function prepareContiguous(target: Target, problem: ConvProblem): ConvKernel {
  const { spec, pass, dtype } = problem
  const element = dtype as Element
  const shape = resultShape(spec, pass)
  const prepared = new BoundedCache<number, ReturnType<typeof specialise>>(SPECIALISED_KEPT)
  function specialise(bias: boolean, threads: number) {
    const planned = once(() => plan(target, problem, bias, threads))
    const run = once(() => target.compile(planned().program, element, { results: { 3: 'whole' } }))
    const transformed = once(() => transformedWeights(target, element, planned().weights))
    return { planned, run, transformed }
  }
  const specialisedFor = (bias: Tensor | null) => {
    const threads = getNumThreads()
    return prepared.of(bias ? threads : -threads, () => specialise(bias !== null, threads))
  }
  const run = ({ first, second, bias, residual }: ConvOperands): Tensor => {
    const own = specialisedFor(bias)
    const out = allocateUnwritten(shape, dtype)
    const input = contiguousData(first)
    const tensors = [input, own.transformed().of(second), bias ? contiguousData(bias) : input, out.storage.data]
    own.run()(residual ? [...tensors, contiguousData(residual)] : tensors, true, true)
    return out
  }
  const stages: ConvStage[] = [
    ({ bias }) => void specialisedFor(bias).planned(),
    ({ bias }) => void specialisedFor(bias).run(),
    ({ bias }) => void specialisedFor(bias).transformed(),
    ({ bias, second }) => void specialisedFor(bias).transformed().of(second),
  ]
  return Object.assign(run, { stages })
}

function code(target: Target, emit: NonNullable<Target['emit']>, problem: ConvProblem): EmittedKernel[] {
  const { program, weights } = plan(target, problem, true, getNumThreads())
  const named = { 'transform of the weight': weights.program, convolution: program }
  return emitNamed(emit, named, problem.dtype as Element)
}

export function winogradConvolution(target: Target): ConvAlgorithm {
  const { emit } = target
  return {
    name: `${target.name}/winograd`,
    refuse: problem => refuse(target, problem),
    yield: problem => yieldTo(target, problem),
    prepare: problem => prepare(target.current(), problem),
    ...(emit && { code: (problem: ConvProblem) => code(target.current(), emit, problem) }),
  }
}
