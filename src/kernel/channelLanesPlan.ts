/**
 * The program of a convolution with result channels in the lanes.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import type { BandColumns } from './band.js'
import { BandPlan, type BandTask, type MachineShape } from './bandPlan.js'
import { type ChannelLanesShape, writeChannelLanes } from './channelLanes.js'
import { chooseTiles, samplesInTile } from './channelLanesTiles.js'
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
import type { Cover, Position } from './cover.js'
import { type InsideTaps, isWorthLeavingOut, tapRanges } from './insideTaps.js'
import { isWorthPanels, panelColumn, panelRuns } from './pixelPanels.js'
import { ProgramBuilder } from './programBuilder.js'
import { evenTile, type Part, parts, starts } from './tiling.js'

export function planChannelLanes(
  machine: MachineShape,
  original: ConvSpec,
  pass: PixelPass,
  options: PlanOptions,
): ConvolutionProgram {
  const spec = flattened(original)
  const sides = sidesOf(spec, pass)
  const builder = new ProgramBuilder()
  const phases: PackedPhase[] = []
  const paddedChannels = Math.ceil(sides.resultChannels / machine.lanes) * machine.lanes
  let [packedLength, leavesOutPadding] = [0, false]
  for (const walks of phasesOf(spec, pass)) {
    const rectangles = cutRectangles(walks, sides, options.bandBytes / machine.bytes, options.wantedTasks)
    const stride = sides.groups * sides.sourceChannels * numelOf(sides.source) * machine.storedBytes
    const count = samplesTogether({ machine, walks, sides, rectangles })
    const plan = new BandPlan(machine, walks, sides, rectangles, { samples: { count, stride } })
    const cover = coverFor(plan)
    const perChannel = sides.sourceChannels * tapCount(walks)
    const phase = {
      walks,
      start: packedLength,
      blockChannels: cover.tile.vectors * machine.lanes,
      groupLength: perChannel * paddedChannels,
    }
    const own = resolved(options, walks)
    leavesOutPadding ||= own.leavesOutPadding
    addTasks(builder, plan, cover, phase, own)
    phases.push(phase)
    packedLength += sides.groups * phase.groupLength
  }
  return { program: builder.finish(), phases, packedLength, channelPadding: machine.lanes, leavesOutPadding }
}

/** The options, with what is worth it. */
export function resolved<Options extends PlanOptions>(options: Options, walks: Walks) {
  return { ...options, leavesOutPadding: Boolean(options.leavesOutPadding) && isWorthLeavingOut(walks) }
}

/** The tiles of a rectangle of results. */
export function coverFor({ machine, walks, sides, rectangles }: BandPlan): Cover {
  const { rows, columns } = rectangles
  const taps = tapCount(walks)
  const weightBytes = sides.sourceChannels * taps * machine.lanes * machine.bytes
  return chooseTiles(machine, rows, columns, sides.resultChannels, { joined: walks[2].step === 1, taps, weightBytes })
    .cover
}

/** How many samples a task has in each of its tiles; more than one where a whole sample's results are a few pixels. */
export function samplesTogether({
  machine,
  walks: [depth, height, width],
  sides: { batch, groups, sourceChannels, source, resultChannels, result },
  rectangles: { rows, columns },
}: Pick<BandPlan, 'machine' | 'walks' | 'sides' | 'rectangles'>): number {
  if (depth.count > 1 || rows < height.count || columns < width.count || width.step > 1) return 1
  const count = evenTile(batch, samplesInTile(machine, rows, columns, resultChannels))
  // row tables and displacements have 32 bits for an offset
  const elements = groups * Math.max(sourceChannels * numelOf(source), resultChannels * numelOf(result))
  return count * elements * machine.bytes < 2 ** 31 ? count : 1
}

/** A task for each sample, group, rectangle and range of channels. */
function addTasks(
  builder: ProgramBuilder,
  plan: BandPlan,
  cover: Cover,
  phase: PackedPhase,
  options: PlanOptions,
): void {
  const { sides, machine } = plan
  const { batch, groups, sourceChannels, resultChannels } = sides
  const bands = plan.tasks(builder)
  const weightsPerChannel = sides.sourceChannels * tapCount(plan.walks)
  // the last samples may be computed twice, with the same bits
  const samples = starts(batch, plan.samples.count)
  const planes = samples.flatMap(n => Array.from({ length: groups }, (_, group) => n * groups + group))
  const ranges = channelRanges(
    resultChannels,
    phase.blockChannels,
    options.wantedTasks / (planes.length * bands.length),
  )
  const kernels = bands.map(band =>
    ranges.map(({ count }) => {
      const shape = shapeOf(plan, band, count, cover, options)
      if (!shape.inPlace) builder.needScratch(BAND_START + shape.band.byteLength)
      return builder.kernel(JSON.stringify(shape), own => writeChannelLanes(own, shape))
    }),
  )
  for (const plane of planes) {
    const group = plane % groups
    for (const [b, band] of bands.entries()) {
      const key = builder.nextBand()
      for (const [r, { first }] of ranges.entries()) {
        builder.task(kernels[b]![r]!, [
          plane * sourceChannels * plan.sourcePlane + band.input,
          (phase.start + group * phase.groupLength + first * weightsPerChannel) * machine.bytes,
          (group * resultChannels + first) * machine.storedBytes,
          (plane * resultChannels + first) * plan.resultPlane + band.output,
          band.rowTable,
          key,
        ])
      }
    }
  }
}

/** Ranges of channels, of whole blocks: at least this many, where there are so many blocks. */
export function channelRanges(channels: number, blockChannels: number, wanted: number): Part[] {
  const blocks = Math.ceil(channels / blockChannels)
  const perRange = Math.ceil(blocks / Math.min(blocks, Math.ceil(wanted))) * blockChannels
  return parts(channels, perRange)
}

/** With so many blocks of channels, which all read the same pixels, these are read sooner where they were gathered. */
const MOST_BLOCKS_IN_PLACE = 32

/**
 * Whether elements of a long row are read in the source: where products read their elements themselves. Measured: 1.03 to 1.1
 * times as fast on AVX-512, 0.94 to 1 on AVX2, the same as WebAssembly.
 */
function isInPlace({ machine, sides }: BandPlan, { tile }: Cover): boolean {
  const blocks = sides.resultChannels / (tile.vectors * machine.lanes)
  return machine.bytes === machine.storedBytes && machine.broadcastsInProducts && blocks <= MOST_BLOCKS_IN_PLACE
}

/** Whether the results read a long row of the source, one element of each channel for each. */
function isRow({ walks, samples, sides }: BandPlan, { lead, tail, step }: BandColumns): boolean {
  const { source, result } = sides
  const isPoint = tapCount(walks) === 1 && walks.every(({ taps, advance }) => taps[0]!.start === 0 && advance === 1)
  const isWhole = source[2] === numelOf(source) && source[2] === numelOf(result) && step === 1
  return isPoint && isWhole && lead.length === 0 && tail.length === 0 && samples.count === 1
}

/** What the results of a task see. */
function insideOf({ walks, rectangles }: BandPlan, { row, column }: Position): InsideTaps {
  const [, height, width] = walks
  return { rows: tapRanges(height, row, rectangles.rows), columns: tapRanges(width, column, rectangles.columns) }
}

/** What the kernel of a task is specialised for, of so many channels; its weights are packed. */
export function shapeOf(
  plan: BandPlan,
  { columns, first: at }: BandTask,
  channels: number,
  cover: Cover,
  { bias, epilogue = null, leavesOutPadding }: PlanOptions,
): ChannelLanesShape {
  const { bytes } = plan.machine
  const ofRow = isRow(plan, columns)
  const inPlace = ofRow && isInPlace(plan, cover)
  const { sourceChannels } = plan.sides
  const panels = ofRow && !inPlace && isWorthPanels(plan.machine, sourceChannels, cover) ? panelRuns(cover) : null
  const gathered = plan.layOut(columns, 1)
  const pitch = panels ? panelColumn(plan.machine, sourceChannels, panels) : plan.walks[2].advance * bytes
  const byteLength = Math.max(gathered.byteLength, plan.rectangles.columns * pitch)
  const band = { ...gathered, byteLength, ...(inPlace && { channelPitch: plan.sourcePlane }) }
  const { first, depth, height, resultStride } = plan.rowTaps(band)
  const columnTaps = plan.columnTaps()
  return {
    band,
    inPlace,
    panels,
    firstTap: first + columnTaps[0]! * bytes,
    taps: [depth, height, { count: columnTaps.length, stride: ((columnTaps[1] ?? 0) - columnTaps[0]!) * bytes }],
    samples: plan.samples.count,
    allSamples: plan.samples.count,
    ownWeights: null,
    bandSampleStride: plan.bandSample(band),
    outputSampleStride: plan.sides.groups * plan.sides.resultChannels * plan.resultPlane,
    rows: plan.rectangles.rows,
    columns: plan.rectangles.columns,
    bandRowStride: resultStride,
    bandColumnStride: pitch,
    ...plan.outputStrides(),
    channels,
    bias,
    epilogue,
    cover,
    inside: leavesOutPadding ? insideOf(plan, at) : null,
  }
}
