/** Sums and products in place, where nothing is recorded, write over the tensor itself: with the values of the usual way. */
import { expect, test } from 'vitest'
import { add, mul, noGrad, randn, sub, type Tensor, tensor } from '../../src/index.js'

const OPERATIONS = {
  add: [(a: Tensor, b: Tensor) => a.add_(b), add],
  sub: [(a: Tensor, b: Tensor) => a.sub_(b), sub],
  mul: [(a: Tensor, b: Tensor) => a.mul_(b), mul],
} as const

for (const [name, [inPlace, apart]] of Object.entries(OPERATIONS)) {
  test(`${name}_ has the values of ${name}`, () => {
    for (const shape of [[5], [3, 7], [40, 50]]) {
      const x = randn(shape)
      const rows = randn([shape.at(-1)!])
      const double = randn(shape, { dtype: 'float64' })
      for (const other of [
        randn(shape),
        rows,
        tensor(3),
        tensor([[2]])
          .to('int64')
          .reshape([1]),
      ]) {
        const own = x.clone()
        expect(inPlace(own, other)).toBe(own)
        expect(own.equal(apart(x, other).to('float32'))).toBe(true)
      }
      // a wider operand is computed with in its own dtype
      const own = x.clone()
      expect(inPlace(own, double).equal(apart(x, double).to('float32'))).toBe(true)
      const sparse = randn([...shape, 2])
      const part = sparse.select(-1, 1)
      const expected = apart(part, x)
      const untouched = sparse.select(-1, 0).clone()
      expect(inPlace(part, x).equal(expected)).toBe(true)
      expect(sparse.select(-1, 0).equal(untouched)).toBe(true)
    }
  })

  test(`${name}_ of overlapping views reads before it writes`, () => {
    const x = randn([2001])
    const [first, second] = [x.slice(0, 0, 2000), x.slice(0, 1, 2001)]
    const expected = apart(first, second)
    expect(inPlace(first, second).equal(expected)).toBe(true)
    const y = randn([2000])
    const square = apart(y, y)
    expect(inPlace(y, y).equal(square)).toBe(true)
    const matrix = randn([40, 40])
    const turned = apart(matrix, matrix.t())
    expect(inPlace(matrix, matrix.t()).equal(turned)).toBe(true)
  })

  test(`${name}_ counts as a change, refuses to grow, and is recorded where it must be`, () => {
    const x = randn([4])
    const { version } = x.storage
    inPlace(x, randn([4]))
    expect(x.storage.version).toBe(version + 1)
    expect(() => inPlace(x, randn([2, 4]))).toThrow("doesn't match the broadcast shape")
    const weight = randn([4], { requiresGrad: true })
    expect(() => inPlace(weight, x)).toThrow(
      'a leaf Variable that requires grad is being used in an in-place operation',
    )
    noGrad(() => inPlace(weight, x))
    expect(inPlace(x, weight).requiresGrad).toBe(true)
  })
}

test('the factor of a sum in place', () => {
  const [x, y] = [randn([30, 50]), randn([30, 50])]
  const expected = [x.add(y, { alpha: 0.3 }), x.sub(y, { alpha: 0.3 })]
  expect(x.clone().add_(y, { alpha: 0.3 }).equal(expected[0]!)).toBe(true)
  expect(x.clone().sub_(y, { alpha: 0.3 }).equal(expected[1]!)).toBe(true)
})
