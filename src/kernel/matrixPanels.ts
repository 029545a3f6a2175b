/**
 * Packing the sides of a product of matrices into the order in which the microkernel reads them.
 *
 * Elements (the rows of a) are copied as they lie: along the sum with rows a fixed distance apart, or across the rows.
 * Vectors (the columns of b) become panels, [step][column]; where the steps are neighbours in memory, squares of them are
 * transposed in registers. Nothing beyond the matrices is read.
 *
 * @module
 */
import type { Pointer, Variable, VectorMachine } from './machine.js'
import { advanceBy, BlockEntry, Job, readNumber, repeatNumber } from './matrixJob.js'
import type { MatrixTile } from './matrixTile.js'

/** Steps of the sum that are taken together: panels and tiles of so many stay near the core. */
export const BLOCK_STEPS = 256

/** What packing is specialised for. */
export interface PackingShape {
  readonly tile: MatrixTile
  /** Whether rows or columns of a have their elements side by side in memory. */
  readonly a: 'rows' | 'columns'
  /** Likewise of b; or it has been packed before. */
  readonly b: 'rows' | 'columns' | 'packed'
  /** The steps of the sum where they are fewer than a vector has lanes. */
  readonly fewSteps: number | null
}

type Bytes = Pick<VectorMachine, 'bytes' | 'lanes'>

/** How far elements of a tile are apart, in bytes, and all of its bytes. */
export function elementStrides({ bytes, lanes }: Bytes, { tile, a }: PackingShape) {
  // rows begin in different sets of the cache
  const row = a === 'rows' ? (BLOCK_STEPS + 64 / bytes) * bytes : bytes
  const step = a === 'rows' ? bytes : tile.rows * bytes
  return { row, step, tile: a === 'rows' ? tile.rows * row : BLOCK_STEPS * step, slack: lanes * bytes }
}

/** Bytes of a step of a panel. */
export const panelRow = ({ bytes, lanes }: Bytes, { vectors }: MatrixTile): number => vectors * lanes * bytes

/** Packs the elements of a tile's rows for one block. The pointers are used up. */
export function packElements(
  machine: VectorMachine,
  shape: PackingShape,
  job: Variable,
  block: Variable,
  from: Pointer,
  to: Pointer,
): void {
  const { lanes, bytes, storedBytes } = machine
  const { tile, a, fewSteps } = shape
  const strides = elementStrides(machine, shape)
  const stride = machine.pointer()
  readNumber(machine, stride, job, Job.aStride)
  const vector = machine.vector()
  if (a === 'rows') {
    machine.repeat(
      tile.rows,
      () => {
        copySteps(machine, block, from, to, fewSteps)
        machine.advance(from, stride)
        machine.advance(to, strides.row)
      },
      { hot: true },
    )
  } else {
    repeatNumber(
      machine,
      block,
      BlockEntry.steps,
      () => {
        for (let i = 0; i < tile.rows; i += lanes) {
          machine.read(vector, { base: from, offset: i * storedBytes }, Math.min(lanes, tile.rows - i))
          machine.store({ base: to, offset: i * bytes }, vector)
        }
        machine.advance(from, stride)
        machine.advance(to, strides.step)
      },
      { atLeastOnce: true },
    )
  }
  machine.release(stride, vector)
}

/** Copies a block's elements of one row. */
function copySteps(machine: VectorMachine, block: Variable, from: Pointer, to: Pointer, fewSteps: number | null): void {
  const vector = machine.vector()
  if (fewSteps !== null) {
    machine.read(vector, { base: from, offset: 0 }, fewSteps)
    machine.store({ base: to, offset: 0 }, vector)
  } else {
    const [source, target] = [machine.pointer(), machine.pointer()]
    const copyHere = (): void => {
      machine.read(vector, { base: source, offset: 0 }, machine.lanes)
      machine.store({ base: target, offset: 0 }, vector)
    }
    machine.copy(source, from)
    machine.copy(target, to)
    repeatNumber(
      machine,
      block,
      BlockEntry.vectors,
      () => {
        copyHere()
        machine.advance(source, machine.lanes * machine.storedBytes)
        machine.advance(target, machine.lanes * machine.bytes)
      },
      { atLeastOnce: true },
    )
    // the last vector overlaps the one before it
    machine.copy(source, from)
    machine.copy(target, to)
    advanceBy(machine, source, block, BlockEntry.lastVector)
    advanceBy(machine, target, block, BlockEntry.lastElement)
    copyHere()
    machine.release(source, target)
  }
  machine.release(vector)
}

/** Packs a panel for one block, with zeros in the lanes beyond the last column. The pointers are used up. */
export function packPanel(
  machine: VectorMachine,
  shape: PackingShape,
  job: Variable,
  block: Variable,
  from: Pointer,
  to: Pointer,
): void {
  const { lanes, bytes, storedBytes } = machine
  const { tile, b } = shape
  const stride = machine.pointer()
  readNumber(machine, stride, job, Job.bStride)
  if (b === 'rows') {
    const vector = machine.vector()
    repeatNumber(
      machine,
      block,
      BlockEntry.steps,
      () => {
        for (let q = 0; q < tile.vectors; q++) {
          const source = { base: from, offset: q * lanes * storedBytes }
          machine.read(vector, source, q < tile.vectors - 1 ? lanes : tile.lastLanes)
          machine.store({ base: to, offset: q * lanes * bytes }, vector)
        }
        machine.advance(from, stride)
        machine.advance(to, panelRow(machine, tile))
      },
      { atLeastOnce: true },
    )
    machine.release(vector)
  } else {
    const isFull = tile.lastLanes === lanes
    machine.repeat(isFull ? tile.vectors : tile.vectors - 1, () => {
      transposeColumns(machine, shape, block, stride, from, to, lanes)
      machine.advance(to, lanes * bytes)
    })
    if (!isFull) transposeColumns(machine, shape, block, stride, from, to, tile.lastLanes)
  }
  machine.release(stride)
}

/** Packs a vector of columns, whose steps are neighbours in memory. `from` ends at the next columns. */
function transposeColumns(
  machine: VectorMachine,
  { tile, fewSteps }: PackingShape,
  block: Variable,
  stride: Pointer,
  from: Pointer,
  to: Pointer,
  columns: number,
): void {
  const { lanes, storedBytes } = machine
  const row = panelRow(machine, tile)
  const [column, source, target] = [machine.pointer(), machine.pointer(), machine.pointer()]
  const square = (steps: number): void => {
    machine.copy(column, source)
    const vectors = Array.from({ length: lanes }, (_, i) => {
      const vector = machine.vector()
      if (i < columns) {
        machine.read(vector, { base: column, offset: 0 }, steps)
        machine.advance(column, stride)
      } else machine.zero(vector)
      return vector
    })
    const bySteps = machine.transpose(vectors)
    for (let i = 0; i < steps; i++) machine.store({ base: target, offset: i * row }, bySteps[i]!)
    machine.release(...bySteps)
  }
  machine.copy(source, from)
  machine.copy(target, to)
  if (fewSteps !== null) square(fewSteps)
  else {
    repeatNumber(
      machine,
      block,
      BlockEntry.vectors,
      () => {
        square(lanes)
        machine.advance(source, lanes * storedBytes)
        machine.advance(target, lanes * row)
      },
      { atLeastOnce: true },
    )
    machine.copy(source, from)
    machine.copy(target, to)
    advanceBy(machine, source, block, BlockEntry.lastVector)
    advanceBy(machine, target, block, BlockEntry.lastRow)
    square(lanes)
  }
  for (let i = 0; i < columns; i++) machine.advance(from, stride)
  machine.release(column, source, target)
}
