/**
 * The program of a convolution by Winograd's F(4x4, 3x3).
 *
 * @module
 */
import { ZERO } from '../conv/axes.js'
import type { Epilogue } from '../conv/epilogue.js'
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import { bandColumns } from './band.js'
import { type PixelPass, phasesOf, type Sides, sidesOf, type Walks } from './convolutionPlan.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import { transformedPerVector, type WinogradShape, winogradScratchBytes, writeWinograd } from './winograd.js'
import type { Caches, Machine } from './winogradCost.js'
import { chooseTask, type Part, parts, type WinogradTask } from './winogradTasks.js'
import { TILE, TILE_INPUT } from './winogradTransforms.js'
import { planWeightTransform, type WeightTransform } from './winogradWeights.js'

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
  machine: Machine,
  spec: ConvSpec,
  pass: PixelPass,
  options: WinogradOptions,
): WinogradPlan {
  const [walks] = phasesOf(spec, pass)
  const plan = new Planner(machine, walks!, sidesOf(spec, pass), options)
  return {
    program: plan.program(),
    weights: planWeightTransform(machine, spec, pass, walks!, plan.task),
  }
}

/**
 * The parts in an order in which those that are worked on at the same time are far apart: a core that writes fetches the
 * next lines, which another one should not be writing.
 */
function apart(all: readonly Part[], threads: number): Part[] {
  const each = Math.ceil(all.length / threads)
  return Array.from({ length: each }, (_, i) => all.filter((_, j) => j % each === i)).flat()
}

class Planner {
  private readonly builder = new ProgramBuilder()
  private readonly down: number
  private readonly across: number
  readonly task: WinogradTask

  constructor(
    private readonly machine: Machine,
    private readonly walks: Walks,
    private readonly sides: Sides,
    private readonly options: WinogradOptions,
  ) {
    const [, height, width] = walks
    this.down = Math.ceil(height.count / TILE)
    this.across = Math.ceil(width.count / TILE)
    this.task = chooseTask(machine, sides, options.caches, options.threads).task
  }

  program(): KernelProgram {
    const { sides, task, builder } = this
    for (const samples of parts(sides.batch, task.samples)) {
      for (let group = 0; group < sides.groups; group++) {
        for (const rows of apart(parts(this.down, task.rows), this.options.threads)) {
          for (const columns of parts(this.across, task.columns)) this.addTasks(samples, group, rows, columns)
        }
      }
    }
    return builder.finish()
  }

  private addTasks(samples: Part, group: number, rows: Part, columns: Part): void {
    const { machine, sides, builder } = this
    const { bytes, lanes } = machine
    const [source, result] = [numelOf(sides.source), numelOf(sides.result)]
    const span = this.columnsAt(columns)
    const table = builder.table(this.rowTable(samples, rows))
    const key = builder.nextBand()
    const pixel = rows.first * TILE * sides.result[2] + columns.first * TILE
    const plane = samples.first * sides.groups + group
    const perVector = transformedPerVector(machine, sides.sourceChannels)
    const vectors = Math.ceil(sides.resultChannels / lanes)
    for (const range of parts(sides.resultChannels, this.task.channels)) {
      const shape = this.shape(samples, rows, columns, range.count)
      const kernel = builder.kernel(JSON.stringify(shape), own => writeWinograd(own, shape))
      builder.needScratch(winogradScratchBytes(machine, shape))
      builder.task(kernel, [
        (plane * sides.sourceChannels * source + span.from) * bytes,
        (group * vectors + range.first / lanes) * perVector * bytes,
        (group * sides.resultChannels + range.first) * bytes,
        ((plane * sides.resultChannels + range.first) * result + pixel) * bytes,
        table,
        key,
      ])
    }
  }

  /** The columns that a row of tiles shows, with those of the unused tile, from the first that is not padding. */
  private columnsAt({ first, count }: Part) {
    return bandColumns(Array.from({ length: TILE * (count + 1) }, (_, i) => sourceAt(this.walks[2], first * TILE + i)))
  }

  /** For each row of a tile, where each row of tiles finds it: in bytes from the first sample's plane, or -1 for zeros. */
  private rowTable(samples: Part, rows: Part): number[] {
    const { sides, machine } = this
    const sampleStride = sides.groups * sides.sourceChannels * numelOf(sides.source)
    const table: number[] = []
    for (let i = 0; i < TILE_INPUT; i++) {
      for (let sample = 0; sample < samples.count; sample++) {
        for (let row = 0; row < rows.count; row++) {
          const source = sourceAt(this.walks[1], (rows.first + row) * TILE + i)
          const offset = (sample * sampleStride + source * sides.source[2]) * machine.bytes
          table.push(source === ZERO ? ZERO : offset)
        }
      }
    }
    return table
  }

  private shape(samples: Part, rows: Part, columns: Part, channels: number): WinogradShape {
    const { machine, sides, walks } = this
    const { bytes } = machine
    const [, height, width] = walks
    const [source, result] = [numelOf(sides.source), numelOf(sides.result)]
    return {
      input: {
        channels: sides.sourceChannels,
        rows: samples.count * rows.count,
        columns: columns.count,
        bandColumns: this.columnsAt(columns).columns,
        inputChannelStride: source * bytes,
      },
      output: {
        samples: samples.count,
        rows: rows.count,
        lastRows: Math.min(TILE, height.count - (rows.first + rows.count - 1) * TILE),
        columns: columns.count,
        resultColumns: Math.min(columns.count * TILE, width.count - columns.first * TILE),
        sampleStride: sides.groups * sides.resultChannels * result * bytes,
        channelStride: result * bytes,
        rowStride: sides.result[2] * bytes,
      },
      channels,
      bias: this.options.bias,
      epilogue: this.options.epilogue ?? null,
      block: {
        rows: Math.min(this.task.block.rows, samples.count * rows.count),
        columns: Math.min(this.task.block.columns, columns.count),
        vectors: this.task.block.vectors,
      },
    }
  }
}

/** What the input shows at the `i`-th position that results read; a zero where only tiles that stick out read. */
function sourceAt({ taps, count, source }: Walks[number], i: number): number {
  const low = Math.min(...taps.map(({ start }) => start))
  return i < count + taps.length - 1 ? source(low + i) : ZERO
}
