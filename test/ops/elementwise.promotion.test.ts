import { describe, expect, test } from 'vitest'
import { add } from '../../src/ops/elementwise/arithmetic.js'
import { eq } from '../../src/ops/elementwise/comparison.js'
import { div } from '../../src/ops/elementwise/division.js'
import { promote } from '../../src/ops/elementwise/operand.js'
import { type DType, promoteTypes } from '../../src/tensor/dtype.js'
import type { Scalar } from '../../src/tensor/scalar.js'
import { allocate } from '../../src/tensor/tensor.js'
import { readFixture } from './elementwise.fixture.js'

/** [torch.result_type, dtype of x + y, dtype of x / y]; `null` where this PyTorch has no such loop. */
type Entry = [DType, DType | null, DType | null]

interface Table {
  dtypes: DType[]
  promoteTypes: DType[][]
  numbers: Scalar[]
  tensorTensor: Entry[][]
  tensorZeroDimensional: Entry[][]
  zeroDimensionalZeroDimensional: Entry[][]
  tensorNumber: Entry[][]
  zeroDimensionalNumber: Entry[][]
}

const table = readFixture<Table>('promotion')

/** PyTorch has a 16-bit complex dtype; here complex numbers are at least complex64. */
const known = (dtype: string | null) => (dtype === 'complex32' ? 'complex64' : dtype)

const COMBINATIONS = {
  tensorTensor: { shapes: [[2], [2]], others: table.dtypes },
  tensorZeroDimensional: { shapes: [[2], []], others: table.dtypes },
  zeroDimensionalZeroDimensional: { shapes: [[], []], others: table.dtypes },
  tensorNumber: { shapes: [[2], []], others: table.numbers },
  zeroDimensionalNumber: { shapes: [[], []], others: table.numbers },
} as const

describe('promotion is PyTorch’s', () => {
  test('of dtypes', () => {
    const ours = table.dtypes.map(a => table.dtypes.map(b => promoteTypes(a, b)))
    expect(ours).toEqual(table.promoteTypes.map(row => row.map(known)))
  })

  for (const [name, { shapes, others }] of Object.entries(COMBINATIONS)) {
    test(`of operands: ${name}`, () => {
      table.dtypes.forEach((dtype, i) => {
        others.forEach((other, j) => {
          const x = allocate(shapes[0], dtype)
          const y = typeof other === 'string' ? allocate(shapes[1], other) : other
          const [type, sum, quotient] = table[name as keyof typeof COMBINATIONS][i]![j]!
          const label = `${dtype} with ${JSON.stringify(other)}`
          expect(promote([x, y]), label).toBe(known(type))
          expect(promote([y, x]), `${label}, swapped`).toBe(known(type))
          if (sum) expect(add(x, y).dtype, `sum of ${label}`).toBe(known(sum))
          expect(eq(x, y).dtype).toBe('bool')
          const whole = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8']
          if (quotient && !whole.includes(type)) expect(div(x, y).dtype, `quotient of ${label}`).toBe(known(quotient))
          if (whole.includes(type)) expect(div(x, y).dtype, `quotient of ${label}`).toBe('float32')
        })
      })
    })
  }
})
