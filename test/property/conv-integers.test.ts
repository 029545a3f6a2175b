import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backends, nn, type Shape, type Tensor, tensor } from '../../src/index.js'
import { ALGORITHM_SETS } from '../algorithmSets.js'
import { type ConvCase, convCases, convolve, inputShape, MODES, type Rank, weightShape } from './support/convCase.js'
import { defineConvolution, defineTransposed, wholeNumbers } from './support/definition.js'
import { generator } from './support/numbers.js'
import { SEED } from './support/seed.js'

const TYPES = {
  int8: (x: bigint) => BigInt.asIntN(8, x),
  int16: (x: bigint) => BigInt.asIntN(16, x),
  int32: (x: bigint) => BigInt.asIntN(32, x),
  int64: (x: bigint) => BigInt.asIntN(64, x),
  uint8: (x: bigint) => BigInt.asUintN(8, x),
}
type IntegerType = keyof typeof TYPES

/** Every algorithm with every integer dtype that it takes. */
const PAIRS = ALGORITHM_SETS.flatMap(({ title, names, takes }) =>
  (Object.keys(TYPES) as IntegerType[]).filter(takes).map(dtype => [title, dtype, names] as const),
)

/** Numbers from the whole range of a dtype: products and sums wrap around. */
function anyNumbers(seed: number, shape: Shape, dtype: IntegerType): Tensor {
  const next = generator(seed)
  const word = () => BigInt(Math.floor(next() * 2 ** 32))
  const length = shape.reduce((product, size) => product * size, 1)
  const data = BigInt64Array.from({ length }, () => TYPES[dtype]((word() << 32n) | word()))
  return tensor(data, { shape: [...shape] }).to(dtype)
}

function expectExactly(actual: Tensor, expected: readonly bigint[], dtype: IntegerType): void {
  expect(actual.dtype).toBe(dtype)
  expect(wholeNumbers(actual)).toEqual(expected.map(TYPES[dtype]))
}

describe.each(PAIRS)('%s, %s: exact, and wrapped round as in C', (_, dtype, names) => {
  const check = (rank: Rank, modes: typeof MODES, holds: (one: ConvCase) => void) =>
    fc.assert(
      fc.property(convCases(rank, { modes }), one => backends.withAlgorithm(names, () => holds(one))),
      { numRuns: 25, seed: SEED },
    )

  test.each([1, 2, 3] as const)('conv%id', rank => {
    check(rank, MODES, one => {
      const input = anyNumbers(one.seed, inputShape(one), dtype)
      const weight = anyNumbers(one.seed + 1, weightShape(one), dtype)
      const bias = anyNumbers(one.seed + 2, [one.groups * one.outPerGroup], dtype)
      const expected = defineConvolution(one, wholeNumbers(input), wholeNumbers(weight), wholeNumbers(bias))
      expectExactly(convolve(one, input, weight, bias), expected, dtype)
    })
  })

  test.each([1, 2, 3] as const)('conv_transpose%id', rank => {
    const { convTranspose1d, convTranspose2d, convTranspose3d } = nn.functional
    const transposed = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }[rank]
    check(rank, ['zeros'], drawn => {
      const one = { ...drawn, padding: drawn.padding.map(() => 0) }
      const spatial = one.input.map((_, axis) => 1 + ((one.seed >> (2 * axis)) % (4 + axis)))
      const y = anyNumbers(one.seed, [one.batch, one.groups * one.outPerGroup, ...spatial], dtype)
      const weight = anyNumbers(one.seed + 1, weightShape(one), dtype)
      const { stride, dilation, groups } = one
      const output = transposed(y, weight, null, { stride, dilation, groups })
      const expected = defineTransposed(one, spatial, wholeNumbers(y), wholeNumbers(weight), output.shape)
      expectExactly(output, expected, dtype)
    })
  })
})

test('every integer dtype is served by some algorithm, and a fast one serves the small ones', () => {
  expect(new Set(PAIRS.map(([, dtype]) => dtype))).toEqual(new Set(Object.keys(TYPES)))
  const fast = PAIRS.filter(([name]) => name !== 'reference').map(([, dtype]) => dtype)
  expect(fast).toEqual(expect.arrayContaining(['int8', 'int16', 'uint8']))
})
