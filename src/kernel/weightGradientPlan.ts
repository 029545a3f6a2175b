/**
 * The program of a weight's gradient.
 *
 * How the sum over samples and pixels is cut depends on the spec alone: so it is the same sum in the same order with any
 * number of threads.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { forwardWalk } from '../conv/walk.js'
import { numelOf } from '../tensor/layout.js'
import { BandPlan, type BandTask, type MachineShape } from './bandPlan.js'
import { cutRectangles, flattened, type Sides, sidesOf, tapCount, type Walks } from './convolutionPlan.js'
import { chooseGradientTile } from './gradientTile.js'
import { type InsideTaps, isWorthLeavingOut, tapRanges } from './insideTaps.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import { evenTile, type Part, parts } from './tiling.js'
import { writeWeightGradient } from './weightGradient.js'
import { sumCount, type WeightGradientShape, weightGradientScratchBytes } from './weightGradientShape.js'
import { type AddingShape, paddedChannels, writeWeightGradientSum } from './weightGradientSum.js'

export interface WeightGradientProgram {
  readonly program: KernelProgram
  /** Elements of the working memory for sums. */
  readonly sumsLength: number
  /** Elements of the check of the gradients, 0 if there is none. */
  readonly checkLength: number
}

export interface WeightGradientOptions {
  /** Bytes of a band that stay near the core while it is used. */
  readonly bandBytes: number
  /** Whether products with padding are left out, where that is worth it; gradients are checked then. Default: no. */
  readonly leavesOutPadding?: boolean
}

/** Sums over the same weights are cut for as many tasks as there may be threads, with some to spare. */
const TASKS = 16

/** Bytes of the sums of a task: with its band and gradients they should stay near the core. */
const SUMS_BYTES = 192 * 1024

/** The most vectors of output channels, and input channels, of a task. */
const MOST_VECTORS = 4
const MOST_CHANNELS = 256

export function planWeightGradient(
  machine: MachineShape,
  original: ConvSpec,
  { bandBytes, leavesOutPadding = false }: WeightGradientOptions,
): WeightGradientProgram {
  const spec = flattened(original)
  const sides = sidesOf(spec, 'forward')
  const walks: Walks = [forwardWalk(spec, 0), forwardWalk(spec, 1), forwardWalk(spec, 2)]
  const taps = tapCount(walks)
  const builder = new ProgramBuilder()
  const outputs = ranges(sides.resultChannels, MOST_VECTORS * machine.lanes)
  const perInput = taps * paddedChannels(machine, outputs[0]!.count) * machine.bytes
  const inputs = ranges(sides.sourceChannels, Math.min(MOST_CHANNELS, Math.max(1, Math.floor(SUMS_BYTES / perInput))))
  const blocks = Array.from({ length: sides.groups }, (_, group) =>
    outputs.flatMap(output => inputs.map(input => ({ group, output, input }))),
  ).flat()

  // the same pieces for all blocks, so that each finds its numbers in the same tables
  const widest = { ...sides, sourceChannels: inputs[0]!.count }
  const sampleBytes = sides.groups * sides.sourceChannels * numelOf(sides.source) * machine.storedBytes
  const cut = pieces(builder, machine, walks, widest, outputs[0]!.count, { bandBytes, sampleBytes })
  const slices = cutSlices(builder, cut, sides, Math.ceil(TASKS / blocks.length)).map(slice => ({
    ...slice,
    inside: leavesOutPadding ? insideOf(slice.kind) : null,
  }))
  const secondPhase: (() => void)[] = []
  let [sumsLength, checkLength] = [0, 0]
  for (const { group, output, input } of blocks) {
    const tile = chooseGradientTile(machine, input.count, taps, Math.ceil(output.count / machine.lanes))
    const elements = input.count * taps
    const resultChannelStride = sides.sourceChannels * taps * machine.storedBytes
    const adding = { parts: 1, partStride: 0, elements, channels: output.count, resultChannelStride }
    const finish = slices.length === 1 ? adding : null
    const firstOutput = group * sides.resultChannels + output.first
    const firstInput = group * sides.sourceChannels + input.first
    const result = (firstOutput * sides.sourceChannels + input.first) * taps * machine.storedBytes
    const start = sumsLength
    for (const { kind, table, count, inside } of slices) {
      const onePiece = count === 1
      const shape = { ...shapeOf(kind, input.count, output.count, tile), inside, onePiece, finish }
      builder.needScratch(weightGradientScratchBytes(machine, shape))
      builder.task(
        builder.kernel(`sums ${JSON.stringify(shape)}`, own => writeWeightGradient(own, shape)),
        [
          firstOutput * kind.plan.resultPlane,
          firstInput * kind.plan.sourcePlane,
          sumsLength * machine.bytes,
          table,
          count,
          result,
          checkLength * machine.bytes,
        ],
      )
      if (inside) checkLength += machine.lanes
      if (!finish) sumsLength += sumCount(machine, shape)
    }
    if (finish) continue
    const partStride = ((sumsLength - start) / slices.length) * machine.bytes
    const shape: AddingShape = { ...adding, parts: slices.length, partStride }
    secondPhase.push(() =>
      builder.task(
        builder.kernel(`adding ${JSON.stringify(shape)}`, own => writeWeightGradientSum(own, shape)),
        [start * machine.bytes, result],
      ),
    )
  }
  if (secondPhase.length > 0) builder.nextPhase()
  for (const add of secondPhase) add()
  return { program: builder.finish(), sumsLength, checkLength }
}

/** What the pixels of pieces that are whole maps see, where it is worth looking: others are large. */
function insideOf({ plan: { walks, rectangles } }: PieceKind): InsideTaps | null {
  const [, height, width] = walks
  const { rows, columns } = rectangles
  if (rows < height.count || columns < width.count || !isWorthLeavingOut(walks)) return null
  return { rows: tapRanges(height, 0, rows), columns: tapRanges(width, 0, columns) }
}

/** Equal ranges of at most so many, but for the last. */
function ranges(length: number, most: number): Part[] {
  return parts(length, evenTile(length, most))
}

/** With fewer pixels than this, a piece has several samples: loading and storing the sums must not be most of the work. */
const LEAST_PIXELS = 64

/** Pieces of results that one kernel serves: of the same size, with the same padding at the ends of their rows. */
interface PieceKind {
  /** The first sample of each, where the kind has all pieces of a sample (or of several). */
  readonly samples: readonly number[]
  readonly plan: BandPlan
  readonly columns: BandTask['columns']
  readonly pieces: BandTask[]
}

/** Cuts the results of a sample into pieces that do not overlap, since each counts once. */
function pieces(
  builder: ProgramBuilder,
  machine: MachineShape,
  walks: Walks,
  sides: Sides,
  outputs: number,
  { bandBytes, sampleBytes }: { bandBytes: number; sampleBytes: number },
): PieceKind[] {
  const [, height, width] = walks
  // the gradients of a piece need room as well as its band
  const room = {
    ...sides,
    sourceChannels: sides.sourceChannels + Math.ceil(outputs / (height.advance * width.advance)),
  }
  const { rows, columns } = cutRectangles(walks, room, bandBytes / machine.bytes, 1)
  const kinds = new Map<string, PieceKind>()
  for (const down of bySize(height.count, rows)) {
    for (const along of bySize(width.count, columns)) {
      const plan = new BandPlan(machine, walks, sides, {
        rows: down.size,
        columns: along.size,
        rowStarts: down.starts,
        columnStarts: along.starts,
      })
      for (const piece of plan.tasks(builder)) {
        const key = `${down.size} ${along.size} ${JSON.stringify(piece.columns)}`
        const kind = kinds.get(key)
        if (kind) kind.pieces.push(piece)
        else kinds.set(key, { plan, columns: piece.columns, pieces: [piece], samples: [...Array(sides.batch).keys()] })
      }
    }
  }
  const [only, ...others] = kinds.values()
  if (only?.pieces.length === 1 && others.length === 0) return severalSamples(builder, only, sampleBytes)
  return [...kinds.values()]
}

/** A kind of whole samples, as one of as many samples together as make enough pixels, and one of the samples left. */
function severalSamples(builder: ProgramBuilder, only: PieceKind, sampleBytes: number): PieceKind[] {
  const { machine, walks, sides, rectangles } = only.plan
  const together = Math.min(sides.batch, Math.ceil(LEAST_PIXELS / (rectangles.rows * rectangles.columns)))
  // row tables have 32 bits for an offset
  if (together === 1 || together * sampleBytes >= 2 ** 31) return [only]
  return bySize(sides.batch, together).map(({ size, starts }) => {
    const plan = new BandPlan(machine, walks, sides, rectangles, { samples: { count: size, stride: sampleBytes } })
    return { plan, columns: only.columns, pieces: plan.tasks(builder), samples: starts }
  })
}

/** The pieces of an axis by their size: the full ones, and what is left. */
function bySize(length: number, size: number): { size: number; starts: number[] }[] {
  const full = Math.floor(length / size)
  const all = [
    { size, starts: Array.from({ length: full }, (_, i) => i * size) },
    { size: length % size, starts: [full * size] },
  ]
  return all.filter(own => own.size > 0 && own.starts.length > 0)
}

/** What a task sums over. */
interface Slice {
  readonly kind: PieceKind
  /** Where the tables have the numbers of its pieces. */
  readonly table: number
  readonly count: number
}

/** Deals the pieces of all samples to about as many slices as wanted. */
function cutSlices(builder: ProgramBuilder, kinds: readonly PieceKind[], sides: Sides, wanted: number): Slice[] {
  const countOf = (kind: PieceKind) => kind.samples.length * kind.pieces.length
  const all = kinds.reduce((sum, kind) => sum + countOf(kind), 0)
  const inputSample = sides.groups * sides.sourceChannels * numelOf(sides.source)
  const outputSample = sides.groups * sides.resultChannels * numelOf(sides.result)
  return kinds.flatMap(kind => {
    const { storedBytes } = kind.plan.machine
    const own = kind.samples.flatMap(n =>
      kind.pieces.map(({ input, output, rowTable }) => [
        n * inputSample + input / storedBytes,
        n * outputSample + output / storedBytes,
        rowTable,
      ]),
    )
    const slices = Math.min(own.length, Math.max(1, Math.round((wanted * countOf(kind)) / all)))
    return ranges(own.length, Math.ceil(own.length / slices)).map(({ first, count }) => ({
      kind,
      table: builder.table(own.slice(first, first + count).flat()),
      count,
    }))
  })
}

function shapeOf(
  { plan, columns }: PieceKind,
  inputs: number,
  outputs: number,
  tile: WeightGradientShape['tile'],
): Omit<WeightGradientShape, 'inside' | 'onePiece' | 'finish'> {
  const { bytes } = plan.machine
  const band = plan.layOut(columns, 1, inputs)
  const { first, depth, height, resultStride } = plan.rowTaps(band)
  const columnTaps = plan.columnTaps()
  const { outputChannelStride, outputRowStride } = plan.outputStrides()
  return {
    band,
    firstTap: first + columnTaps[0]! * bytes,
    taps: [depth, height, { count: columnTaps.length, stride: ((columnTaps[1] ?? 0) - columnTaps[0]!) * bytes }],
    samples: plan.samples.count,
    bandSampleStride: plan.bandSample(band),
    gradientSampleStride: plan.sides.groups * plan.sides.resultChannels * plan.resultPlane,
    rows: plan.rectangles.rows,
    columns: plan.rectangles.columns,
    bandRowStride: resultStride,
    bandColumnStride: plan.walks[2].advance * bytes,
    channels: outputs,
    gradientChannelStride: outputChannelStride,
    gradientRowStride: outputRowStride,
    tile,
  }
}
