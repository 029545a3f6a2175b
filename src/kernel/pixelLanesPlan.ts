/**
 * The program of a convolution with pixels in the lanes.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { columnOffset } from './band.js'
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
} from './convolutionPlan.js'
import { BAND_START } from './convolutionTask.js'
import { type PixelLanesShape, writePixelLanes } from './pixelLanes.js'
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
  for (const walks of phasesOf(spec, pass)) {
    const rectangles = cutRectangles(walks, sides, options.bandBytes / machine.bytes, options.wantedTasks)
    const plan = new BandPlan(machine, walks, sides, rectangles)
    const { tile } = choosePixelTile(machine, rectangles.rows, rectangles.columns, sides.resultChannels)
    const phase = {
      walks,
      start: packedLength,
      blockChannels: tile.channels,
      groupLength: sides.sourceChannels * tapCount(walks) * sides.resultChannels,
    }
    addTasks(builder, plan, tile, phase, options)
    phases.push(phase)
    packedLength += sides.groups * phase.groupLength
  }
  return { program: builder.finish(), phases, packedLength, channelPadding: 1, leavesOutPadding: false }
}

/** A task for each sample, rectangle and number of groups. */
function addTasks(
  builder: ProgramBuilder,
  plan: BandPlan,
  tile: PixelTile,
  phase: PackedPhase,
  options: PlanOptions,
): void {
  const { sides, machine } = plan
  const { batch, groups, sourceChannels, resultChannels } = sides
  const bands = plan.tasks(builder)
  const together = Math.ceil(groups / Math.min(groups, Math.ceil(options.wantedTasks / (batch * bands.length))))
  for (let n = 0; n < batch; n++) {
    for (const band of bands) {
      for (let group = 0; group < groups; group += together) {
        const shape = shapeOf(plan, band, Math.min(together, groups - group), tile, options)
        const plane = n * groups + group
        builder.needScratch(BAND_START + shape.band.byteLength)
        builder.task(
          builder.kernel(JSON.stringify(shape), own => writePixelLanes(own, shape)),
          [
            plane * sourceChannels * plan.sourcePlane + band.input,
            (phase.start + group * phase.groupLength) * machine.bytes,
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
  plan: BandPlan,
  { columns }: BandTask,
  groups: number,
  tile: PixelTile,
  { bias, epilogue = null }: PlanOptions,
): PixelLanesShape {
  const { bytes } = plan.machine
  const band = plan.layOut(columns, plan.walks[2].advance)
  const { first, depth, height, resultStride } = plan.rowTaps(band)
  return {
    band,
    groups,
    inputGroupStride: plan.sides.sourceChannels * plan.sourcePlane,
    firstTap: first,
    taps: [depth, height],
    columnTaps: plan.columnTaps().map(position => columnOffset(band, position, bytes)),
    rows: plan.rectangles.rows,
    columns: plan.rectangles.columns,
    bandRowStride: resultStride,
    ...plan.outputStrides(),
    channels: plan.sides.resultChannels,
    bias,
    epilogue,
    tile,
  }
}
