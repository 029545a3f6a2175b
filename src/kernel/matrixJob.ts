/**
 * What a product of matrices is told when it runs, and loops over it.
 *
 * Kernels are specialised for tiles, not for sizes: those stand in tables of 32-bit numbers. So a new size of batch needs no
 * new machine code.
 *
 * @module
 */
import type { Pointer, Variable, VectorMachine } from './machine.js'
import { FIRST_TENSOR_SLOT, TABLES_SLOT } from './program.js'

export const MatrixSlots = {
  a: FIRST_TENSOR_SLOT,
  b: FIRST_TENSOR_SLOT + 1,
  bias: FIRST_TENSOR_SLOT + 2,
  result: FIRST_TENSOR_SLOT + 3,
} as const

/** A task's record: where its job begins in the tables, and bytes from the arguments to its matrices. */
export const MatrixRecord = { job: 0, a: 1, b: 2, bias: 3, result: 4 } as const

/** A job, by index. `rows`, `panels` and `blocks` are where the tables of {@link RowEntry} etc. begin, in bytes. */
export const Job = {
  rows: 0,
  rowCount: 1,
  panels: 2,
  panelCount: 3,
  blocks: 4,
  blockCount: 5,
  /** Bytes between the rows of a, or its columns where these are its neighbours in memory; likewise of b. */
  aStride: 6,
  bStride: 7,
  biasStride: 8,
  resultStride: 9,
  /** Where the sums of several blocks stand, in bytes of the scratch memory. */
  sums: 10,
  length: 11,
} as const

/** A tile's rows: bytes from the first row. */
export const RowEntry = { a: 0, bias: 1, result: 2, length: 3 } as const

/** A panel: the columns of a tile. Bytes from the first column. */
export const PanelEntry = { b: 0, bias: 1, result: 2, length: 3 } as const

/** A block of steps along the sum. */
export const BlockEntry = {
  /** Bytes from the first step. */
  a: 0,
  b: 1,
  steps: 2,
  /** The same steps as eights and what is left, */
  eights: 3,
  rest: 4,
  /** and as full vectors, of which the last begins here: in the matrix, in packed elements, in a panel. */
  vectors: 5,
  lastVector: 6,
  lastElement: 7,
  lastRow: 8,
  /** Negative where it is so. */
  isFirst: 9,
  isLast: 10,
  length: 11,
} as const

/** to = a number of the entry that the variable points to. */
export function readNumber(machine: VectorMachine, to: Pointer, entry: Variable, index: number): void {
  machine.recall(to, entry)
  machine.loadInteger(to, { base: to, offset: 4 * index })
}

/** pointer += a number of the entry. */
export function advanceBy(machine: VectorMachine, pointer: Pointer, entry: Variable, index: number): void {
  const distance = machine.pointer()
  readNumber(machine, distance, entry, index)
  machine.advance(pointer, distance)
  machine.release(distance)
}

/** Points a variable to the task's job. */
export function findJob(machine: VectorMachine): Variable {
  const job = machine.variable()
  const [pointer, offset] = [machine.pointer(), machine.pointer()]
  machine.argument(pointer, TABLES_SLOT)
  machine.parameter(offset, MatrixRecord.job)
  machine.advance(pointer, offset)
  machine.keep(job, pointer)
  machine.release(pointer, offset)
  return job
}

/** Runs the body for each entry of a table; there is at least one. */
export function forEachEntry(
  machine: VectorMachine,
  job: Variable,
  { at, count, length }: { at: number; count: number; length: number },
  body: (entry: Variable) => void,
): void {
  const [entry, remaining] = [machine.variable(), machine.variable()]
  const pointer = machine.pointer()
  readNumber(machine, pointer, job, count)
  machine.keep(remaining, pointer)
  machine.argument(pointer, TABLES_SLOT)
  advanceBy(machine, pointer, job, at)
  machine.keep(entry, pointer)
  machine.release(pointer)
  machine.repeatVariable(remaining, () => {
    body(entry)
    const next = machine.pointer()
    machine.recall(next, entry)
    machine.advance(next, 4 * length)
    machine.keep(entry, next)
    machine.release(next)
  })
}

export const ROWS = { at: Job.rows, count: Job.rowCount, length: RowEntry.length } as const
export const PANELS = { at: Job.panels, count: Job.panelCount, length: PanelEntry.length } as const
export const BLOCKS = { at: Job.blocks, count: Job.blockCount, length: BlockEntry.length } as const

/** Runs the body as often as the entry's number says, maybe never. */
export function repeatNumber(
  machine: VectorMachine,
  entry: Variable,
  index: number,
  body: () => void,
  { atLeastOnce = false }: { atLeastOnce?: boolean } = {},
): void {
  const count = machine.pointer()
  readNumber(machine, count, entry, index)
  if (atLeastOnce) machine.repeatDynamic(count, body)
  else {
    machine.advance(count, -1)
    machine.ifNegative(
      count,
      () => undefined,
      () => {
        machine.advance(count, 1)
        machine.repeatDynamic(count, body)
      },
    )
  }
  machine.release(count)
}
