/**
 * Products of matrices, and a bias: result = a b + bias.
 *
 * A task computes some tiles of rows by some panels of columns. Block by block along the sum, it packs its rows of a and
 * one panel of b after the other into scratch memory, and adds the products of each tile. What a block adds is summed up
 * in registers from zero; with several blocks, the sums so far wait in scratch memory. So each element of the result is
 * the same sum in the same order, whatever is computed beside it and by whom.
 *
 * @see Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), for the loops
 * @module
 */
import { BAND_START } from './convolutionTask.js'
import type { Pointer, Variable, Vector, VectorMachine } from './machine.js'
import {
  advanceBy,
  BLOCKS,
  BlockEntry,
  findJob,
  forEachEntry,
  Job,
  MatrixRecord,
  MatrixSlots,
  PANELS,
  PanelEntry,
  ROWS,
  RowEntry,
  readNumber,
  repeatNumber,
} from './matrixJob.js'
import { BLOCK_STEPS, elementStrides, type PackingShape, packElements, packPanel, panelRow } from './matrixPanels.js'
import { accumulate } from './outerProduct.js'

/** Everything that this kernel is specialised for. */
export interface MatrixProductShape extends PackingShape {
  /** What is added: nothing, or a matrix whose rows are neighbours in memory or have one number each. */
  readonly bias: 'none' | 'elements' | 'perRow'
  /** Whether there is more than one block. */
  readonly isBlocked: boolean
}

/** Steps that are unrolled. */
export const UNROLLED_STEPS = 8

/** Where the packed rows begin in scratch memory: behind the panel. */
export function rowsStart(machine: Pick<VectorMachine, 'bytes' | 'lanes'>, { tile, b }: PackingShape): number {
  return BAND_START + (b === 'packed' ? 0 : BLOCK_STEPS * panelRow(machine, tile))
}

/** Where things are, as variables. */
interface Places {
  readonly job: Variable
  readonly block: Variable
  readonly row: Variable
  readonly panel: Variable
  /** The panel's packed vectors, the packed elements of a tile, its waiting sums. */
  readonly vectors: Variable
  readonly elements: Variable
  readonly sums: Variable
}

export function writeMatrixProduct(machine: VectorMachine, shape: MatrixProductShape): void {
  const job = findJob(machine)
  const [vectors, elements, sums] = [machine.variable(), machine.variable(), machine.variable()]
  forEachEntry(machine, job, BLOCKS, block => {
    packRows(machine, shape, job, block)
    if (shape.isBlocked) {
      const pointer = machine.pointer()
      machine.scratch(pointer)
      advanceBy(machine, pointer, job, Job.sums)
      machine.keep(sums, pointer)
      machine.release(pointer)
    }
    forEachEntry(machine, job, PANELS, panel => {
      findPanel(machine, shape, job, block, panel, vectors)
      const first = machine.pointer()
      machine.scratch(first)
      machine.advance(first, rowsStart(machine, shape))
      machine.keep(elements, first)
      machine.release(first)
      forEachEntry(machine, job, ROWS, row => {
        writeTile(machine, shape, { job, block, row, panel, vectors, elements, sums })
      })
    })
  })
}

/** Packs all of the task's rows for one block. */
function packRows(machine: VectorMachine, shape: MatrixProductShape, job: Variable, block: Variable): void {
  const target = machine.variable()
  const [from, to] = [machine.pointer(), machine.pointer()]
  machine.scratch(to)
  machine.advance(to, rowsStart(machine, shape))
  machine.keep(target, to)
  forEachEntry(machine, job, ROWS, row => {
    machine.argument(from, MatrixSlots.a)
    addParameter(machine, from, MatrixRecord.a)
    advanceBy(machine, from, block, BlockEntry.a)
    advanceBy(machine, from, row, RowEntry.a)
    machine.recall(to, target)
    packElements(machine, shape, job, block, from, to)
    machine.recall(to, target)
    machine.advance(to, elementStrides(machine, shape).tile)
    machine.keep(target, to)
  })
  machine.release(from, to)
}

/** Packs a panel, or finds where it has been packed before. */
function findPanel(
  machine: VectorMachine,
  shape: MatrixProductShape,
  job: Variable,
  block: Variable,
  panel: Variable,
  vectors: Variable,
): void {
  const from = machine.pointer()
  machine.argument(from, MatrixSlots.b)
  addParameter(machine, from, MatrixRecord.b)
  advanceBy(machine, from, block, BlockEntry.b)
  advanceBy(machine, from, panel, PanelEntry.b)
  if (shape.b === 'packed') machine.keep(vectors, from)
  else {
    const to = machine.pointer()
    machine.scratch(to)
    machine.advance(to, BAND_START)
    machine.keep(vectors, to)
    packPanel(machine, shape, job, block, from, to)
    machine.release(to)
  }
  machine.release(from)
}

function addParameter(machine: VectorMachine, pointer: Pointer, parameter: number): void {
  const offset = machine.pointer()
  machine.parameter(offset, parameter)
  machine.advance(pointer, offset)
  machine.release(offset)
}

type Sums = readonly (readonly Vector[])[]

/** A block's products of one tile. */
function writeTile(machine: VectorMachine, shape: MatrixProductShape, places: Places): void {
  const { tile } = shape
  const sums = Array.from({ length: tile.rows }, () => Array.from({ length: tile.vectors }, () => machine.vector()))
  for (const sum of sums.flat()) machine.zero(sum)
  addProducts(machine, shape, places, sums)
  if (shape.isBlocked) {
    const pointer = machine.pointer()
    readNumber(machine, pointer, places.block, BlockEntry.isFirst)
    machine.ifNegative(
      pointer,
      () => undefined,
      () => addWaiting(machine, places, sums),
    )
    readNumber(machine, pointer, places.block, BlockEntry.isLast)
    machine.ifNegative(
      pointer,
      () => storeResult(machine, shape, places, sums),
      () => storeWaiting(machine, places, sums),
    )
    machine.recall(pointer, places.sums)
    machine.advance(pointer, tile.rows * panelRow(machine, tile))
    machine.keep(places.sums, pointer)
    machine.release(pointer)
  } else storeResult(machine, shape, places, sums)
  machine.release(...sums.flat())
}

function addProducts(machine: VectorMachine, shape: MatrixProductShape, places: Places, sums: Sums): void {
  const { tile, fewSteps } = shape
  const { lanes, bytes } = machine
  const strides = elementStrides(machine, shape)
  const [elements, vectors] = [machine.pointer(), machine.pointer()]
  machine.recall(elements, places.elements)
  machine.recall(vectors, places.vectors)
  const steps = (count: number): void => {
    accumulate(machine, sums, elements, vectors, {
      elementOffsets: sums.map((_, p) => p * strides.row),
      vectorOffsets: Array.from({ length: tile.vectors }, (_, q) => q * lanes * bytes),
      axes: [{ count, elementStride: strides.step, vectorStride: panelRow(machine, tile) }],
    })
    machine.advance(elements, count * strides.step)
    machine.advance(vectors, count * panelRow(machine, tile))
  }
  if (fewSteps !== null) steps(fewSteps)
  else {
    repeatNumber(machine, places.block, BlockEntry.eights, () => steps(UNROLLED_STEPS))
    repeatNumber(machine, places.block, BlockEntry.rest, () => steps(1))
  }
  machine.recall(elements, places.elements)
  machine.advance(elements, strides.tile)
  machine.keep(places.elements, elements)
  machine.release(elements, vectors)
}

/** Calls with each sum and where it waits. */
function forEachWaiting(
  machine: VectorMachine,
  places: Places,
  sums: Sums,
  visit: (sum: Vector, at: { base: Pointer; offset: number }) => void,
): void {
  const base = machine.pointer()
  machine.recall(base, places.sums)
  for (const [i, sum] of sums.flat().entries()) visit(sum, { base, offset: i * machine.lanes * machine.bytes })
  machine.release(base)
}

function addWaiting(machine: VectorMachine, places: Places, sums: Sums): void {
  forEachWaiting(machine, places, sums, (sum, at) => machine.add(sum, sum, at))
}

function storeWaiting(machine: VectorMachine, places: Places, sums: Sums): void {
  forEachWaiting(machine, places, sums, (sum, at) => machine.store(at, sum))
}

/** Adds the bias, and stores. */
function storeResult(machine: VectorMachine, shape: MatrixProductShape, places: Places, sums: Sums): void {
  const { tile, bias } = shape
  const { lanes, storedBytes } = machine
  const [to, stride] = [machine.pointer(), machine.pointer()]
  machine.argument(to, MatrixSlots.result)
  addParameter(machine, to, MatrixRecord.result)
  advanceBy(machine, to, places.row, RowEntry.result)
  advanceBy(machine, to, places.panel, PanelEntry.result)
  readNumber(machine, stride, places.job, Job.resultStride)
  if (bias !== 'none') {
    const [from, step] = [machine.pointer(), machine.pointer()]
    machine.argument(from, MatrixSlots.bias)
    addParameter(machine, from, MatrixRecord.bias)
    advanceBy(machine, from, places.row, RowEntry.bias)
    advanceBy(machine, from, places.panel, PanelEntry.bias)
    readNumber(machine, step, places.job, Job.biasStride)
    const added = machine.vector()
    for (const row of sums) {
      if (bias === 'perRow') machine.readBroadcast(added, { base: from, offset: 0 })
      for (const [q, sum] of row.entries()) {
        const count = q < tile.vectors - 1 ? lanes : tile.lastLanes
        if (bias === 'elements') machine.read(added, { base: from, offset: q * lanes * storedBytes }, count)
        machine.add(sum, sum, added)
      }
      machine.advance(from, step)
    }
    machine.release(from, step, added)
  }
  for (const row of sums) {
    for (const [q, sum] of row.entries()) {
      const count = q < tile.vectors - 1 ? lanes : tile.lastLanes
      machine.round(sum)
      machine.write({ base: to, offset: q * lanes * storedBytes }, sum, 0, count)
    }
    machine.advance(to, stride)
  }
  machine.release(to, stride)
}
