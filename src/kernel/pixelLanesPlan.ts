/**
 * The program of a convolution with pixels in the lanes.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { type Band, columnOffset } from './band.js'
import { BandPlan, type BandTask, type MachineShape } from './bandPlan.js'
import {
  type ConvolutionProgram,
  cutRectangles,
  flattened,
  type PackedPhase,
  type PixelPass,
  type PlanOptions,
  phasesOf,
  sidesOf,
  tapCount,
  type Walks,
} from './convolutionPlan.js'
import { BAND_START } from './convolutionTask.js'
import { type PixelLanesPhase, type PixelLanesShape, writePixelLanes } from './pixelLanes.js'
import { choosePixelTile, type PixelTile } from './pixelTile.js'
import { ProgramBuilder } from './programBuilder.js'

export function planPixelLanes(
  machine: MachineShape,
  original: ConvSpec,
  pass: PixelPass,
  options: PlanOptions,
): ConvolutionProgram {
  const spec = flattened(original)
  const sides = sidesOf(spec, pass)
  const builder = new ProgramBuilder()
  const phases: PackedPhase[] = []
  let packedLength = 0
  const all = phasesOf(spec, pass)
  const common = sides.groups === 1 ? commonWalks(all) : null
  for (const together of common ? [all] : all.map(walks => [walks])) {
    const gathered = common ?? together[0]!
    const rectangles = cutRectangles(gathered, sides, options.bandBytes / machine.bytes, options.wantedTasks)
    const { tile } = choosePixelTile(machine, rectangles.rows, rectangles.columns, sides.resultChannels)
    const own = together.map((walks): OwnPhase => {
      const groupLength = sides.sourceChannels * tapCount(walks) * sides.resultChannels
      const packed = { walks, start: packedLength, blockChannels: tile.channels, groupLength }
      packedLength += sides.groups * groupLength
      phases.push(packed)
      return { plan: new BandPlan(machine, walks, sides, rectangles, { gathered }), packed }
    })
    addTasks(builder, own, tile, options)
  }
  return { program: builder.finish(), phases, packedLength, channelPadding: 1, leavesOutPadding: false }
}

/** A phase of the results, and how its weights are packed. */
interface OwnPhase {
  readonly plan: BandPlan
  readonly packed: PackedPhase
}

/** A task for each sample, rectangle and number of groups. */
function addTasks(builder: ProgramBuilder, phases: readonly OwnPhase[], tile: PixelTile, options: PlanOptions): void {
  const { plan, packed } = phases[0]!
  const { sides, machine } = plan
  const { batch, groups, sourceChannels, resultChannels } = sides
  const bands = plan.tasks(builder)
  const perTask = Math.ceil(groups / Math.min(groups, Math.ceil(options.wantedTasks / (batch * bands.length))))
  for (let n = 0; n < batch; n++) {
    for (const band of bands) {
      for (let group = 0; group < groups; group += perTask) {
        const shape = shapeOf(phases, band, Math.min(perTask, groups - group), tile, options)
        const plane = n * groups + group
        builder.needScratch(BAND_START + shape.band.byteLength)
        builder.task(
          builder.kernel(JSON.stringify(shape), own => writePixelLanes(own, shape)),
          [
            plane * sourceChannels * plan.sourcePlane + band.input,
            (packed.start + group * packed.groupLength) * machine.bytes,
            group * resultChannels * machine.storedBytes,
            plane * resultChannels * plan.resultPlane + band.output,
            band.rowTable,
          ],
        )
      }
    }
  }
}

function shapeOf(
  phases: readonly OwnPhase[],
  { columns }: BandTask,
  groups: number,
  tile: PixelTile,
  { bias, epilogue = null }: PlanOptions,
): PixelLanesShape {
  const { plan, packed } = phases[0]!
  const band = plan.layOut(columns, plan.walks[2].advance)
  return {
    band,
    groups,
    inputGroupStride: plan.sides.sourceChannels * plan.sourcePlane,
    phases: phases.map(own => ({
      ...tapsOf(own.plan, band),
      weights: (own.packed.start - packed.start) * plan.machine.bytes,
      output: own.plan.firstResult - plan.firstResult,
    })),
    rows: plan.rectangles.rows,
    columns: plan.rectangles.columns,
    bandRowStride: plan.rowTaps(band).resultStride,
    ...plan.outputStrides(),
    channels: plan.sides.resultChannels,
    bias,
    epilogue,
    tile,
  }
}

function tapsOf(plan: BandPlan, band: Band): Pick<PixelLanesPhase, 'firstTap' | 'taps' | 'columnTaps'> {
  const { first, depth, height } = plan.rowTaps(band)
  return {
    firstTap: first,
    taps: [depth, height],
    columnTaps: plan.columnTaps().map(position => columnOffset(band, position, plan.machine.bytes)),
  }
}

/**
 * What phases of the same results read together, as the taps of one; `null` if there is only one phase, they do not compute
 * rectangles of the same size, or they read much that is of no use to the others.
 */
function commonWalks(phases: readonly Walks[]): Walks | null {
  const [first] = phases
  if (phases.length === 1 || !first || phases.some(([depth]) => depth.first !== first[0].first)) return null
  const axes = ([1, 2] as const).map(axis => {
    const own = phases.map(walks => walks[axis])
    const starts = own.flatMap(({ taps }) => taps.map(({ start }) => start))
    const [low, high] = [Math.min(...starts), Math.max(...starts)]
    const isAlike = own.every(({ count, advance }) => count === own[0]!.count && advance === own[0]!.advance)
    const isNear = high - low <= Math.max(...own.map(({ taps }) => taps.length))
    if (!isAlike || !isNear) return null
    return { ...own[0]!, taps: Array.from({ length: high - low + 1 }, (_, index) => ({ index, start: low + index })) }
  })
  return axes[0] && axes[1] ? [first[0], axes[0], axes[1]] : null
}
