/**
 * The program of a product of matrices: tables, and tasks for all threads.
 *
 * @module
 */
import type { MachineShape } from './bandPlan.js'
import { BlockEntry, Job, PanelEntry, RowEntry } from './matrixJob.js'
import { BLOCK_STEPS, elementStrides, panelRow } from './matrixPanels.js'
import { type MatrixProductShape, rowsStart, UNROLLED_STEPS, writeMatrixProduct } from './matrixProduct.js'
import { chooseMatrixTile } from './matrixTile.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import { type Part, starts } from './tiling.js'

/** How a matrix lies in memory: elements between its rows and between its columns; one of them is 1. */
export interface MatrixStrides {
  readonly row: number
  readonly column: number
}

/** Matrices of one size, multiplied pair by pair. */
export interface MatrixProblem {
  readonly rows: number
  /** Columns of a, rows of b. */
  readonly steps: number
  readonly columns: number
  readonly a: MatrixStrides
  /** `'packed'`: by {@link planPanels}. */
  readonly b: MatrixStrides | 'packed'
  /** Columns lie side by side, or are all the same number. */
  readonly bias: MatrixStrides | null
  /** For each pair, elements from the arguments to its matrices. */
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly bias: number }[]
}

export interface MatrixPlanOptions {
  readonly wantedTasks: number
  /** Bytes that stay near the core: for a task's rows, and for its sums. */
  readonly nearBytes: number
}

/** A program, and a text that is the same for programs with the same kernel. */
export interface MatrixProgram {
  readonly program: KernelProgram
  readonly kernel: string
}

export function planMatrixProduct(
  machine: MachineShape,
  problem: MatrixProblem,
  options: MatrixPlanOptions,
): MatrixProgram {
  const { storedBytes, lanes } = machine
  const { rows, steps, columns, a, b, bias, pairs } = problem
  const tile = chooseMatrixTile(machine, rows, columns)
  const shape: MatrixProductShape = {
    tile,
    a: a.column === 1 ? 'rows' : 'columns',
    b: b === 'packed' ? b : b.column === 1 ? 'rows' : 'columns',
    fewSteps: steps < lanes ? steps : null,
    bias: bias === null ? 'none' : bias.column === 1 ? 'elements' : 'perRow',
    isBlocked: steps > BLOCK_STEPS,
  }
  const blocks = cutSteps(steps)
  const rowStarts = starts(rows, tile.rows)
  const panelStarts = starts(columns, Math.min(columns, tile.vectors * lanes))
  const panelBytes = panelRow(machine, tile)
  const builder = new ProgramBuilder()
  const table = (entries: readonly (readonly number[])[]): number => builder.table(entries.flat())
  const packed = (start: number, i: number) =>
    b === 'packed' ? i * steps * panelBytes : start * b.column * storedBytes
  const rowTable = table(
    rowStarts.map(start =>
      [start * a.row, start * (bias?.row ?? 0), start * columns].map(elements => elements * storedBytes),
    ),
  )
  const panelTable = table(
    panelStarts.map((start, i) => [packed(start, i), start * (bias?.column ?? 0) * storedBytes, start * storedBytes]),
  )
  const blockTable = table(
    blocks.map(({ first, count }, i) =>
      blockEntry(machine, { first, count }, i === 0, i === blocks.length - 1, {
        a: a.column * storedBytes,
        b: b === 'packed' ? panelBytes : b.row * storedBytes,
        panel: panelBytes,
      }),
    ),
  )
  const strides = elementStrides(machine, shape)
  const tileBytes = tile.rows * panelBytes
  const parts = cutParts(
    { rows: rowStarts.length, panels: panelStarts.length, pairs: pairs.length },
    {
      rows: Math.max(1, Math.floor(options.nearBytes / strides.tile)),
      sums: shape.isBlocked ? Math.max(1, Math.floor(options.nearBytes / tileBytes)) : Number.POSITIVE_INFINITY,
    },
    { rows, columns: shape.b === 'packed' ? 0 : shape.b === 'columns' ? 3 * columns : columns },
    options.wantedTasks,
  )
  const jobs: number[] = []
  for (const own of ranges(rowStarts.length, parts.rows)) {
    const sums = rowsStart(machine, shape) + own.count * strides.tile + strides.slack
    for (const panels of ranges(panelStarts.length, parts.panels)) {
      builder.needScratch(sums + (shape.isBlocked ? own.count * panels.count * tileBytes : 0))
      const job = new Array<number>(Job.length).fill(0)
      job[Job.rows] = rowTable + 4 * RowEntry.length * own.first
      job[Job.rowCount] = own.count
      job[Job.panels] = panelTable + 4 * PanelEntry.length * panels.first
      job[Job.panelCount] = panels.count
      job[Job.blocks] = blockTable
      job[Job.blockCount] = blocks.length
      job[Job.aStride] = (shape.a === 'rows' ? a.row : a.column) * storedBytes
      job[Job.bStride] = b === 'packed' ? 0 : (shape.b === 'rows' ? b.row : b.column) * storedBytes
      job[Job.biasStride] = (bias?.row ?? 0) * storedBytes
      job[Job.resultStride] = columns * storedBytes
      job[Job.sums] = sums
      jobs.push(builder.table(job))
    }
  }
  const kernel = JSON.stringify(shape)
  const index = builder.kernel(kernel, own => writeMatrixProduct(own, shape))
  for (const [i, pair] of pairs.entries()) {
    const at = [pair.a, pair.b, pair.bias, i * rows * columns].map(elements => elements * storedBytes)
    for (const job of jobs) builder.task(index, [job, ...at])
  }
  return { program: builder.finish(), kernel }
}

/** So many ranges, as equal as possible. */
function ranges(length: number, parts: number): Part[] {
  return Array.from({ length: parts }, (_, i) => {
    const first = Math.floor((i * length) / parts)
    return { first, count: Math.floor(((i + 1) * length) / parts) - first }
  })
}

/** The blocks of a sum: as its length alone has them, so that they are the same in every product. */
export function cutSteps(steps: number): Part[] {
  const units = Math.ceil(steps / UNROLLED_STEPS)
  return ranges(units, Math.ceil(steps / BLOCK_STEPS)).map(({ first, count }) => ({
    first: first * UNROLLED_STEPS,
    count: Math.min(count * UNROLLED_STEPS, steps - first * UNROLLED_STEPS),
  }))
}

/** @param strides bytes from a step to the next, in the matrices and in a panel */
export function blockEntry(
  { bytes, storedBytes, lanes }: MachineShape,
  { first, count }: Part,
  isFirst: boolean,
  isLast: boolean,
  strides: { a: number; b: number; panel: number },
): number[] {
  const entry = new Array<number>(BlockEntry.length).fill(0)
  const last = Math.max(0, count - lanes)
  entry[BlockEntry.a] = first * strides.a
  entry[BlockEntry.b] = first * strides.b
  entry[BlockEntry.steps] = count
  entry[BlockEntry.eights] = Math.floor(count / UNROLLED_STEPS)
  entry[BlockEntry.rest] = count % UNROLLED_STEPS
  entry[BlockEntry.vectors] = Math.floor(count / lanes)
  entry[BlockEntry.lastVector] = last * storedBytes
  entry[BlockEntry.lastElement] = last * bytes
  entry[BlockEntry.lastRow] = last * strides.panel
  entry[BlockEntry.isFirst] = isFirst ? -1 : 0
  entry[BlockEntry.isLast] = isLast ? -1 : 0
  return entry
}

/**
 * Into how many ranges rows and panels are cut: into as many tasks as wanted where there are enough tiles, so that packing
 * is done over and over as little as possible.
 *
 * @param most tiles of rows, and tiles in all, of a task
 * @param packing the cost of packing all rows, and all columns
 */
function cutParts(
  count: { rows: number; panels: number; pairs: number },
  most: { rows: number; sums: number },
  packing: { rows: number; columns: number },
  wanted: number,
): { rows: number; panels: number } {
  let best = { rows: count.rows, panels: count.panels, tasks: 0, cost: Number.POSITIVE_INFINITY }
  for (let rows = Math.ceil(count.rows / most.rows); rows <= count.rows; rows++) {
    const perTask = Math.max(1, Math.floor(most.sums / Math.ceil(count.rows / rows)))
    const wantedPanels = Math.max(Math.ceil(count.panels / perTask), Math.ceil(wanted / (count.pairs * rows)))
    const panels = Math.min(count.panels, wantedPanels)
    const tasks = Math.min(wanted, rows * panels * count.pairs)
    const cost = panels * packing.rows + rows * packing.columns
    if (tasks > best.tasks || (tasks === best.tasks && cost < best.cost)) best = { rows, panels, tasks, cost }
  }
  return best
}
