/**
 * What is between the two directions of a two-dimensional transform.
 *
 * @module
 */
import type { Place, Vector, VectorMachine } from './machine.js'
import type { Operand } from './winogradTransforms.js'

/** Where there are so many registers, a transform's values between its directions stay in them. */
const REGISTERS_FOR_CELLS = 32

/** A grid that is filled by columns and read by rows: in registers where they suffice, else in memory. */
export class Cells {
  private readonly inRegisters: boolean
  private readonly values: Operand[][]

  /** @param place memory for `rows` x `columns` vectors */
  constructor(
    private readonly machine: VectorMachine,
    private readonly place: Place,
    rows: number,
    private readonly columns: number,
  ) {
    this.inRegisters = machine.vectors >= REGISTERS_FOR_CELLS
    this.values = Array.from({ length: rows }, () => [])
  }

  /** Adds a column, and takes over its registers. */
  put(column: readonly Vector[]): void {
    for (const [row, value] of column.entries()) {
      const cells = this.values[row]!
      if (this.inRegisters) {
        cells.push(value)
        continue
      }
      const index = row * this.columns + cells.length
      const offset = this.place.offset + index * this.machine.lanes * this.machine.bytes
      const place = { base: this.place.base, offset }
      this.machine.store(place, value)
      this.machine.release(value)
      cells.push(place)
    }
  }

  /** Lets the body read a row, and gives its registers back. */
  take(row: number, body: (values: readonly Operand[]) => void): void {
    const values = this.values[row]!
    body(values)
    for (const value of values) if ('vector' in value) this.machine.release(value)
  }
}
