/**
 * Max pooling of planes that are contiguous in memory: the maxima of a row of windows stand in the lanes.
 *
 * Where windows look is in tables, so that borders, strides and dilations are the same to the kernel, which is specialised
 * for the elements of a window alone. Windows that have fewer elements see their last one again.
 *
 * @module
 */
import type { ElementMachine, Lanes } from './elementMachine.js'
import type { Pointer, Vector } from './machine.js'
import { FIRST_TENSOR_SLOT } from './program.js'

export interface MaxPoolShape {
  /** Rows (in all planes of depth) and columns of a window. */
  readonly rows: number
  readonly columns: number
  /** Whether the places of the maxima are wanted. */
  readonly places: boolean
}

export const MaxPoolSlots = {
  tables: FIRST_TENSOR_SLOT,
  input: FIRST_TENSOR_SLOT + 1,
  output: FIRST_TENSOR_SLOT + 2,
  places: FIRST_TENSOR_SLOT + 3,
} as const

/** A task's record: its planes, and where the first begins in each tensor, in bytes. */
export const MaxPoolRecord = { job: 0 } as const

/**
 * A job: 32-bit numbers, by index. `first` and `second` are how many lanes of the two vectors that a row is read by lie in
 * the plane's row; tables are given by their bytes from the start of all tables.
 */
export const MaxPoolJob = {
  planes: 0,
  rows: 1,
  blocks: 2,
  rest: 3,
  first: 4,
  second: 5,
  rowTable: 6,
  blockTable: 7,
  input: 8,
  output: 9,
  inputPlane: 10,
  length: 11,
} as const

/** For each row of windows, each row of a window: where it begins in its plane, in bytes, and in elements as a float32. */
export const ROW_ENTRY = 8

/**
 * For each vector of windows in a row and each column of a window: where the first of two vectors begins in the row, in bytes;
 * for each lane, which element of the two it looks at, with the highest bit set where that is one of the second; and the
 * element's position in the row as a float32.
 */
export const blockEntry = (lanes: number): number => 4 * (1 + 2 * lanes)

/** Places are counted in float32. */
export const MOST_PLACES = 2 ** 24

export function writeMaxPool(machine: ElementMachine, shape: MaxPoolShape): void {
  new MaxPool(machine, shape).write()
}

class MaxPool {
  private readonly job: Pointer
  private readonly rowTable: Pointer
  private readonly blockTable: Pointer
  private readonly input: Pointer
  private readonly output: Pointer
  private readonly places: Pointer | null
  /** The lanes of the two vectors that a row is read by. */
  private readonly read: readonly [Lanes, Lanes]

  constructor(
    private readonly machine: ElementMachine,
    private readonly shape: MaxPoolShape,
  ) {
    this.job = this.argument(MaxPoolSlots.tables)
    const offset = machine.pointer()
    machine.parameter(offset, MaxPoolRecord.job)
    machine.advance(this.job, offset)
    machine.release(offset)
    this.rowTable = machine.pointer()
    this.blockTable = machine.pointer()
    this.input = this.argument(MaxPoolSlots.input, MaxPoolJob.input)
    this.output = this.argument(MaxPoolSlots.output, MaxPoolJob.output)
    this.places = shape.places ? this.argument(MaxPoolSlots.places, MaxPoolJob.output) : null
    const lanes = (which: number): Lanes => {
      const count = machine.pointer()
      this.number(count, which)
      const made = machine.lanesBelow(count)
      machine.release(count)
      return made
    }
    this.read = [lanes(MaxPoolJob.first), lanes(MaxPoolJob.second)]
  }

  private argument(slot: number, offset?: number): Pointer {
    const { machine } = this
    const to = machine.pointer()
    machine.argument(to, slot)
    if (offset !== undefined) this.advance(to, offset)
    return to
  }

  private number(to: Pointer, index: number): void {
    this.machine.loadInteger(to, { base: this.job, offset: 4 * index })
  }

  private advance(pointer: Pointer, by: number): void {
    const distance = this.machine.pointer()
    this.number(distance, by)
    this.machine.advance(pointer, distance)
    this.machine.release(distance)
  }

  private repeat(which: number, body: () => void): void {
    const count = this.machine.pointer()
    this.number(count, which)
    this.machine.repeatAny(count, body)
    this.machine.release(count)
  }

  private locate(to: Pointer, table: number): void {
    this.machine.argument(to, MaxPoolSlots.tables)
    this.advance(to, table)
  }

  write(): void {
    const { machine, shape } = this
    this.repeat(MaxPoolJob.planes, () => {
      this.locate(this.rowTable, MaxPoolJob.rowTable)
      this.repeat(MaxPoolJob.rows, () => {
        this.row()
        machine.advance(this.rowTable, shape.rows * ROW_ENTRY)
      })
      this.advance(this.input, MaxPoolJob.inputPlane)
    })
  }

  private row(): void {
    const { machine } = this
    this.locate(this.blockTable, MaxPoolJob.blockTable)
    this.repeat(MaxPoolJob.blocks, () => {
      this.block()
      this.stored(machine.lanes * machine.bytes)
      machine.advance(this.blockTable, this.shape.columns * blockEntry(machine.lanes))
    })
    const rest = machine.pointer()
    this.number(rest, MaxPoolJob.rest)
    machine.ifAny(rest, () => {
      const lanes = machine.lanesBelow(rest)
      this.block(lanes)
      machine.releaseLanes(lanes)
      for (let i = 0; i < machine.bytes; i++) this.stored(rest)
    })
    machine.release(rest)
  }

  private stored(bytes: number | Pointer): void {
    this.machine.advance(this.output, bytes)
    if (this.places) this.machine.advance(this.places, bytes)
  }

  private block(lanes?: Lanes): void {
    const { machine, shape } = this
    const [value, place] = [machine.vector(), machine.vector()]
    // begins with the first element, and looks at it once more
    this.look(0, 0, value, place)
    for (let row = 0; row < shape.rows; row++) {
      for (let column = 0; column < shape.columns; column++) {
        const [found, at] = [machine.vector(), machine.vector()]
        this.look(row, column, found, at)
        this.take(found, 'greater', value, found, value, at, place)
        this.take(found, 'unordered', found, found, value, at, place)
        machine.release(found, at)
      }
    }
    const stored = { element: 'float32', lanes } as const
    machine.storeStored({ base: this.output, offset: 0 }, value, stored)
    if (this.places) machine.storeIntegers({ base: this.places, offset: 0 }, place, lanes)
    machine.release(value, place)
  }

  /** The elements, and their places, at one position in the windows. */
  private look(row: number, column: number, to: Vector, place: Vector): void {
    const { machine } = this
    const { lanes, bytes } = machine
    const entry = column * blockEntry(lanes)
    const from = machine.pointer()
    const offset = machine.pointer()
    machine.loadInteger(from, { base: this.rowTable, offset: row * ROW_ENTRY })
    machine.loadInteger(offset, { base: this.blockTable, offset: entry })
    machine.advance(from, offset)
    machine.advance(from, this.input)
    machine.release(offset)
    const [second, indices] = [machine.vector(), machine.vector()]
    machine.loadStored(to, { base: from, offset: 0 }, { element: 'float32', lanes: this.read[0] })
    machine.loadStored(second, { base: from, offset: lanes * bytes }, { element: 'float32', lanes: this.read[1] })
    machine.load(indices, { base: this.blockTable, offset: entry + 4 })
    machine.pick(to, to, second, indices)
    machine.release(from, second, indices)
    if (!this.places) return
    machine.broadcast(place, { base: this.rowTable, offset: row * ROW_ENTRY + 4 })
    machine.add(place, place, { base: this.blockTable, offset: entry + 4 + 4 * lanes })
  }

  /** Where a comparison holds, the element found takes the place of the largest so far. */
  private take(
    a: Vector,
    comparison: 'greater' | 'unordered',
    b: Vector,
    found: Vector,
    value: Vector,
    at: Vector,
    place: Vector,
  ): void {
    // the places first: they are chosen by the values
    if (this.places) this.machine.select(place, comparison, a, b, at, place)
    this.machine.select(value, comparison, a, b, found, value)
  }
}
