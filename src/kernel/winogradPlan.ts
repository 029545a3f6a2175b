/**
 * The program of a convolution by Winograd's F(4x4, 3x3).
 *
 * With a dilated kernel, results whose rows have the same remainder divided by the dilation, and whose columns too, are a
 * convolution without dilation, of the pixels with such remainders. Each of these phases has tiles of its own. A larger kernel,
 * or a strided one, is a sum of several; see `winogradAxis.ts`. The gradient of a stride is several convolutions, which differ
 * in their taps.
 *
 * @module
 */
import { ZERO } from '../conv/axes.js'
import type { Epilogue } from '../conv/epilogue.js'
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import { bandColumns } from './band.js'
import { type PixelPass, type Sides, sidesOf } from './convolutionPlan.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import type { Registers } from './tile.js'
import { type Part, parts } from './tiling.js'
import { transformedPerVector, type WinogradShape, winogradScratchBytes, writeWinograd } from './winograd.js'
import { ofPhase, partsOf, sourceAt, type WinogradAxes, winogradAxes } from './winogradAxis.js'
import { coverTiles } from './winogradBlocks.js'
import type { Caches } from './winogradCost.js'
import { chooseTask, type WinogradTask } from './winogradTasks.js'
import { TILE, TILE_INPUT } from './winogradTransforms.js'
import { planWeightTransform, type WeightPhase, type WeightTransform } from './winogradWeights.js'

export interface WinogradPlan {
  readonly program: KernelProgram
  readonly weights: WeightTransform
}

export interface WinogradOptions {
  readonly bias: boolean
  /** What is done to the sums before they are stored. Default: nothing. */
  readonly epilogue?: Epilogue | null
  readonly threads: number
  readonly caches: Caches
}

export function planWinograd(
  machine: Registers,
  spec: ConvSpec,
  pass: PixelPass,
  options: WinogradOptions,
): WinogradPlan {
  const builder = new ProgramBuilder()
  const sides = sidesOf(spec, pass)
  let weightStart = 0
  const phases = winogradAxes(spec, pass).map((axes): WeightPhase => {
    const plan = new Planner(builder, machine, axes, sides, weightStart, options)
    plan.addAll()
    weightStart += plan.weightLength
    return { axes, task: plan.task }
  })
  return { program: builder.finish(), weights: planWeightTransform(machine, spec, pass, phases) }
}

/**
 * The parts in an order in which those that are worked on at the same time are far apart: a core that writes fetches the
 * next lines, which another one should not be writing.
 */
function apart<Own extends Part>(all: readonly Own[], threads: number): Own[] {
  const each = Math.ceil(all.length / threads)
  return Array.from({ length: each }, (_, i) => all.filter((_, j) => j % each === i)).flat()
}

/** The tasks of the results that have the same taps. */
class Planner {
  readonly task: WinogradTask
  /** Elements of transformed weights: for a vector of result channels, and in all. */
  private readonly perVector: number
  readonly weightLength: number

  constructor(
    private readonly builder: ProgramBuilder,
    private readonly machine: Registers,
    private readonly axes: WinogradAxes,
    private readonly sides: Sides,
    /** Elements of transformed weights before these. */
    private readonly weightStart: number,
    private readonly options: WinogradOptions,
  ) {
    this.task = chooseTask(machine, sides, axes, options.caches, options.threads).task
    this.perVector = transformedPerVector(machine, partsOf(axes) * sides.sourceChannels)
    this.weightLength = sides.groups * Math.ceil(sides.resultChannels / machine.lanes) * this.perVector
  }

  addAll(): void {
    const { sides, task } = this
    for (const samples of parts(sides.batch, task.samples)) {
      for (let group = 0; group < sides.groups; group++) {
        for (const rows of apart(this.rowParts(), this.options.threads)) {
          for (const columns of parts(this.axes[1].tiles, task.columns)) this.addTasks(samples, group, rows, columns)
        }
      }
    }
  }

  /** The rows of tiles of each phase, in parts. */
  private rowParts(): RowPart[] {
    const [down] = this.axes
    return Array.from({ length: down.phases }, (_, phase) => {
      const results = ofPhase(down, phase)
      return parts(Math.ceil(results / TILE), this.task.rows).map(part => ({ ...part, phase, results }))
    }).flat()
  }

  private addTasks(samples: Part, group: number, rows: RowPart, columns: Part): void {
    const { machine, sides, builder, axes } = this
    const { bytes, lanes } = machine
    const [down, across] = axes
    const [source, result] = [numelOf(sides.source), numelOf(sides.result)]
    const columnParts = this.columnsAt(columns)
    const table = builder.table(this.rowTable(samples, rows))
    const key = builder.nextBand()
    const firstRow = rows.phase + rows.first * TILE * down.spacing
    const row = down.walk.first + firstRow * down.walk.step
    const column = across.walk.first + columns.first * TILE * across.spacing * across.walk.step
    const pixel = row * sides.result[2] + column
    const plane = samples.first * sides.groups + group
    const vectors = Math.ceil(sides.resultChannels / lanes)
    for (const range of parts(sides.resultChannels, this.task.channels)) {
      const shape = this.shape(samples, rows, columns, columnParts, range.count)
      const kernel = builder.kernel(JSON.stringify(shape), own => writeWinograd(own, shape))
      builder.needScratch(winogradScratchBytes(machine, shape))
      builder.task(kernel, [
        (plane * sides.sourceChannels * source + columnParts[0]![0]!.from) * bytes,
        (this.weightStart + (group * vectors + range.first / lanes) * this.perVector) * bytes,
        (group * sides.resultChannels + range.first) * bytes,
        ((plane * sides.resultChannels + range.first) * result + pixel) * bytes,
        table,
        key,
      ])
    }
  }

  /**
   * For each part of the kernel and each phase, the columns that a row of tiles shows, with those of the unused tile, from
   * the first that is not padding.
   */
  private columnsAt({ first, count }: Part): ReturnType<typeof bandColumns>[][] {
    const [, across] = this.axes
    return across.parts.map(part =>
      Array.from({ length: across.phases }, (_, phase) => {
        const sources = Array.from({ length: TILE * (count + 1) }, (_, i) =>
          sourceAt(across, part, phase, first * TILE + i),
        )
        return bandColumns(sources, across.step)
      }),
    )
  }

  /**
   * For each part of the kernel and each row of a tile, where each row of tiles finds it: in bytes from the first sample's
   * plane, or -1 for zeros.
   */
  private rowTable(samples: Part, rows: RowPart): number[] {
    const { sides, machine, axes } = this
    const [down] = axes
    const sampleStride = sides.groups * sides.sourceChannels * numelOf(sides.source)
    const table: number[] = []
    for (const part of down.parts) {
      for (let i = 0; i < TILE_INPUT; i++) {
        for (let sample = 0; sample < samples.count; sample++) {
          for (let row = 0; row < rows.count; row++) {
            const source = sourceAt(down, part, rows.phase, (rows.first + row) * TILE + i)
            const offset = (sample * sampleStride + source * sides.source[2]) * machine.bytes
            table.push(source === ZERO ? ZERO : offset)
          }
        }
      }
    }
    return table
  }

  private shape(
    samples: Part,
    rows: RowPart,
    columns: Part,
    columnParts: ReturnType<Planner['columnsAt']>,
    channels: number,
  ): WinogradShape {
    const { machine, sides, axes } = this
    const [down, across] = axes
    const { bytes } = machine
    const [source, result] = [numelOf(sides.source), numelOf(sides.result)]
    const allRows = samples.count * rows.count * across.phases
    const width = TILE * across.spacing
    const origin = columnParts[0]![0]!.from
    return {
      input: {
        channels: sides.sourceChannels,
        rowParts: down.parts.length,
        rows: allRows,
        columns: columns.count,
        columnParts: columnParts.map(phases =>
          phases.map(own => ({ from: (own.from - origin) * bytes, columns: own.columns })),
        ),
        inputChannelStride: source * bytes,
      },
      output: {
        samples: samples.count,
        rows: rows.count,
        lastRows: Math.min(TILE, rows.results - (rows.first + rows.count - 1) * TILE),
        phases: across.phases,
        columns: columns.count,
        resultColumns: Math.min(columns.count * width, across.walk.count - columns.first * width),
        sampleStride: sides.groups * sides.resultChannels * result * bytes,
        channelStride: result * bytes,
        rowStride: down.spacing * down.walk.step * sides.result[2] * bytes,
        columnStride: across.walk.step * bytes,
      },
      channels,
      bias: this.options.bias,
      epilogue: this.options.epilogue ?? null,
      cover: coverTiles(machine, allRows, columns.count, this.task.vectors),
      blocks: this.task.blocks,
    }
  }
}

/** Rows of tiles of a phase, and how many results the whole phase has. */
interface RowPart extends Part {
  readonly phase: number
  readonly results: number
}
