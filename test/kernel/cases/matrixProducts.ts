/**
 * Random products of matrices, with the numbers that they should give.
 *
 * @module
 */
import type { Element } from '../../../src/kernel/machine.js'
import { type MatrixStrides, planMatrixProduct } from '../../../src/kernel/matrixProductPlan.js'
import { integer, pick, type Random } from '../../differential/support/specs.js'
import {
  type Case,
  type CaseTarget,
  type Drawn,
  type FloatArray,
  floats,
  garbage,
  NO_BIAS,
  read,
  write,
} from './case.js'

/** A matrix that ends with its last element, of small whole numbers, so that all sums are exact. */
function drawMatrix(next: Random, rows: number, columns: number, strides: MatrixStrides) {
  const length = (rows - 1) * strides.row + (columns - 1) * strides.column + 1
  const data = Float64Array.from({ length }, () => integer(next, -4, 4))
  return { data, at: (i: number, j: number) => data[i * strides.row + j * strides.column]! }
}

/** By rows or by columns, with or without a gap. */
function drawStrides(next: Random, rows: number, columns: number): MatrixStrides {
  const gap = integer(next, 0, 3)
  return next() < 0.5 ? { row: columns + gap, column: 1 } : { row: 1, column: rows + gap }
}

/** One product, also widened. */
export function randomProduct(next: Random, target: CaseTarget): Case {
  const precision = pick(next, ['float32', 'float64', 'widened'] as const)
  const size = () => pick(next, [integer(next, 1, 9), integer(next, 1, 70)])
  const [rows, columns] = [size(), size()]
  const steps = next() < 0.2 ? integer(next, 257, 700) : size()
  const [aStrides, bStrides] = [drawStrides(next, rows, steps), drawStrides(next, steps, columns)]
  const biasStrides = pick(next, [null, { row: columns, column: 1 }, { row: 0, column: 1 }, { row: 1, column: 0 }])
  const [a, b] = [drawMatrix(next, rows, steps, aStrides), drawMatrix(next, steps, columns, bStrides)]
  const bias = biasStrides && drawMatrix(next, rows, columns, biasStrides)
  const wantedTasks = pick(next, [1, 3, 20])
  const nearBytes = pick(next, [1000, 30_000, 250_000])
  const { program } = planMatrixProduct(
    target.machine(precision),
    { rows, steps, columns, a: aStrides, b: bStrides, bias: biasStrides, pairs: [{ a: 0, b: 0, bias: 0 }] },
    { wantedTasks, nearBytes },
  )
  const stored = (data: Float64Array) => (precision === 'float64' ? data : Float32Array.from(data))
  const expected = Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns]
    let sum = bias ? bias.at(i, j) : 0
    for (let k = 0; k < steps; k++) sum += a.at(i, k) * b.at(k, j)
    return sum
  })
  return {
    text: `${target.name} ${precision} ${JSON.stringify({ rows, steps, columns, aStrides, bStrides, biasStrides, wantedTasks, nearBytes })}`,
    precision,
    program,
    operands: [
      read('a', stored(a.data)),
      read('b', stored(b.data)),
      bias ? read('bias', stored(bias.data)) : NO_BIAS,
      write('result', stored(expected.map(() => Number.NaN))),
    ],
    expected,
  }
}

/** Strides of a matrix, with gaps between its rows, or its columns; and where its last element is. */
function strided(next: Random, rows: number, columns: number): { strides: MatrixStrides; extent: number } {
  const gap = pick(next, [0, 0, 1, 5])
  const strides = next() < 0.5 ? { row: columns + gap, column: 1 } : { row: 1, column: rows + gap }
  return { strides, extent: (rows - 1) * strides.row + (columns - 1) * strides.column + 1 }
}

const whole = (next: Random, element: Element, length: number): FloatArray =>
  floats(element, length).map(() => integer(next, -9, 9))

/** Several products of one shape. */
export function matrixProduct({ next, element, machine }: Drawn): Case {
  const size = () => pick(next, [1, 2, 3, integer(next, 4, 20), integer(next, 17, 70)])
  const [rows, columns] = [size(), size()]
  const steps = pick(next, [size(), size(), integer(next, 200, 700)])
  const count = pick(next, [1, 1, 2, 3])
  const [a, b] = [strided(next, rows, steps), strided(next, steps, columns)]
  const bias = pick(next, [null, { row: 0, column: 1 }, { row: columns, column: 1 }, { row: 1, column: 0 }])
  const biasExtent = bias ? (rows - 1) * bias.row + (columns - 1) * bias.column + 1 : 0
  const pairs = Array.from({ length: count }, (_, i) => ({ a: i * a.extent, b: i * b.extent, bias: i * biasExtent }))
  const problem = { rows, steps, columns, a: a.strides, b: b.strides, bias, pairs }
  const options = { wantedTasks: pick(next, [1, 4, 30]), nearBytes: pick(next, [1000, 30_000, 2 ** 18]) }
  const { program } = planMatrixProduct(machine, problem, options)
  const [x, y, z] = [a.extent, b.extent, biasExtent].map(extent => whole(next, element, count * extent)) as [
    FloatArray,
    FloatArray,
    FloatArray,
  ]
  const expected = floats(element, count * rows * columns)
  let at = 0
  for (const pair of pairs)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let sum = bias ? z[pair.bias + i * bias.row + j * bias.column]! : 0
        for (let k = 0; k < steps; k++)
          sum +=
            x[pair.a + i * a.strides.row + k * a.strides.column]! *
            y[pair.b + k * b.strides.row + j * b.strides.column]!
        expected[at++] = sum
      }
  const result = write('result', garbage(element, expected.length))
  return {
    text: `${count} products ${rows} x ${steps} x ${columns} ${element}, ${JSON.stringify(problem)}, ${JSON.stringify(options)}`,
    precision: element,
    program,
    operands: [read('a', x), read('b', y), bias ? read('bias', z) : NO_BIAS, result],
    expected,
  }
}
