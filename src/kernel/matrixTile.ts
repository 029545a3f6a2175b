/**
 * Choosing a tile for products of matrices.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'
import { operandRegisters } from './tile.js'
import { evenTile } from './tiling.js'

/** Sums in registers: rows of the result by vectors of its columns. */
export interface MatrixTile {
  readonly rows: number
  readonly vectors: number
  /** Columns in the last vector: fewer than its lanes only where one tile has all columns. */
  readonly lastLanes: number
}

type Registers = Pick<VectorMachine, 'lanes' | 'vectors' | 'broadcastsInProducts'>

/** Two vectors share each broadcast, which keeps the loads below the products. */
const MOST_VECTORS = 2

/** More rows do not make the loads fewer where a tile has but one vector. */
const MOST_ROWS = 16

/** Tiles of the same size cover the result; the last ones overlap those before them, so none is larger than the result. */
export function chooseMatrixTile(machine: Registers, rows: number, columns: number): MatrixTile {
  const { lanes } = machine
  const vectors = Math.min(MOST_VECTORS, Math.ceil(columns / lanes))
  const most = Math.min(MOST_ROWS, Math.floor((machine.vectors - operandRegisters(machine, vectors)) / vectors))
  const lastLanes = Math.min(lanes, columns - (vectors - 1) * lanes)
  return { rows: evenTile(rows, most), vectors, lastLanes }
}
