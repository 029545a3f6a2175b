/**
 * The program of a convolution whose weights are new at each call, as in training: each task packs those of its channels,
 * multiplies them with the pixels of all samples, and forgets them. So they come from memory once, and no packed copy of them
 * goes there and back, which would take longer than the products where maps are a few pixels.
 *
 * The sums are those of `channelLanesPlan.ts`, to the bit.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import { BandPlan, type MachineShape } from './bandPlan.js'
import { CACHE_LINE } from './cacheLine.js'
import { type ChannelLanesShape, writeChannelLanes } from './channelLanes.js'
import { channelRanges, coverFor, resolved, samplesTogether, shapeOf } from './channelLanesPlan.js'
import {
  flattened,
  type PixelPass,
  type PlanOptions,
  phasesOf,
  type Sides,
  sidesOf,
  tapCount,
  type Walks,
} from './convolutionPlan.js'
import { BAND_START } from './convolutionTask.js'
import { packShape } from './packWeight.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'

export interface FreshWeightsProgram {
  readonly program: KernelProgram
  /** Elements of the check of the weights, as that of `packWeight.ts`; its tensor is behind the result. */
  readonly checkLength: number
}

/** Without an epilogue: where there is one, there are no gradients, and weights are the same from call to call as a rule. */
interface Options extends Omit<PlanOptions, 'epilogue'> {
  /** Weights of fewer bytes stay near when they are packed. Default: 256 KiB. */
  readonly leastBytes?: number
}

const LEAST_BYTES = 256 * 1024

/** With more pixels of all samples, there is more to compute than to pack. */
const MOST_PIXELS = 256

/** The band and the packed weights of a block may take so many times what a band takes as a rule: twice the core's cache. */
const MOST_SCRATCH = 8

/** `null` where weights are packed sooner for all tasks. */
export function planFreshWeights(
  machine: MachineShape,
  original: ConvSpec,
  pass: PixelPass,
  options: Options,
): FreshWeightsProgram | null {
  const spec = flattened(original)
  const sides = sidesOf(spec, pass)
  const weights = sides.sourceChannels * sides.resultChannels * numelOf(spec.kernel)
  if (weights * machine.bytes < (options.leastBytes ?? LEAST_BYTES)) return null
  const builder = new ProgramBuilder()
  let tasks = 0
  for (const walks of phasesOf(spec, pass)) {
    const plan = planPhase(machine, walks, sides)
    if (plan === null) return null
    tasks = addTasks(builder, plan, spec, pass, resolved(options, walks), tasks)
  }
  const program = builder.finish()
  if (program.scratchBytes > MOST_SCRATCH * options.bandBytes) return null
  return { program, checkLength: tasks * machine.lanes }
}

/** A phase whose maps are one band, of all samples. */
function planPhase(machine: MachineShape, walks: Walks, sides: Sides): BandPlan | null {
  const [depth, height, width] = walks
  const { batch, groups, sourceChannels, resultChannels, source, result } = sides
  if (depth.count > 1 || batch * height.count * width.count > MOST_PIXELS) return null
  const stride = groups * sourceChannels * numelOf(source) * machine.storedBytes
  // row tables and displacements have 32 bits for an offset
  if (batch * Math.max(stride, groups * resultChannels * numelOf(result) * machine.storedBytes) >= 2 ** 31) return null
  const rectangles = { rows: height.count, columns: width.count, rowStarts: [0], columnStarts: [0] }
  return new BandPlan(machine, walks, sides, rectangles, { samples: { count: batch, stride } })
}

/** A task for each group and range of channels, numbered from `first` on; gives the number of the next one. */
function addTasks(
  builder: ProgramBuilder,
  plan: BandPlan,
  spec: ConvSpec,
  pass: PixelPass,
  options: Options,
  first: number,
): number {
  const { machine, walks, sides } = plan
  const { groups, sourceChannels, resultChannels } = sides
  const { bytes, storedBytes, lanes } = machine
  const groupWeights = sourceChannels * resultChannels * numelOf(spec.kernel) * storedBytes
  const cover = coverFor(plan)
  const samples = samplesTogether(plan)
  const blockChannels = cover.tile.vectors * lanes
  const [band] = plan.tasks(builder)
  let task = first
  for (let group = 0; group < groups; group++) {
    const key = builder.nextBand()
    for (const range of channelRanges(resultChannels, blockChannels, options.wantedTasks / groups)) {
      const usual = shapeOf(plan, band!, range.count, cover, options)
      const packs = blocksOf(range.count, blockChannels).map(channels => {
        const padded = Math.ceil(channels / lanes) * lanes
        return packShape(machine, spec, pass, walks, channels, padded)
      })
      const packedAt = Math.ceil((BAND_START + usual.band.byteLength) / CACHE_LINE) * CACHE_LINE
      const shape: ChannelLanesShape = { ...usual, samples, ownWeights: { packs, packedAt } }
      builder.needScratch(packedAt + sourceChannels * tapCount(walks) * blockChannels * bytes)
      builder.task(
        builder.kernel(JSON.stringify(shape), own => writeChannelLanes(own, shape)),
        [
          group * sourceChannels * plan.sourcePlane + band!.input,
          group * groupWeights + range.first * packs[0]!.channelStride,
          (group * resultChannels + range.first) * storedBytes,
          (group * resultChannels + range.first) * plan.resultPlane + band!.output,
          band!.rowTable,
          key,
          task * lanes * bytes,
        ],
      )
      task++
    }
  }
  return task
}

/** The sizes that blocks of so many channels have. */
function blocksOf(channels: number, blockChannels: number): number[] {
  const full = channels >= blockChannels ? [blockChannels] : []
  return channels % blockChannels > 0 ? [...full, channels % blockChannels] : full
}
