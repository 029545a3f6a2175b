/**
 * Sums and products in place write over the tensor itself, with the values of the usual way: sums on the tape as well, products
 * where nothing is recorded.
 */
import { describe, expect, test, vi } from 'vitest'
import { add, autograd, mul, noGrad, randn, sub, type Tensor, tensor, zeros } from '../../src/index.js'

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

describe.each([
  ['add_', (a: Tensor, b: Tensor, alpha?: number) => a.add_(b, { alpha }), add],
  ['sub_', (a: Tensor, b: Tensor, alpha?: number) => a.sub_(b, { alpha }), sub],
] as const)('%s on the tape', (_, inPlace, apart) => {
  test.each([
    ['of one shape', [6, 5], 1],
    ['of a row, which is broadcast', [5], 1],
    ['of a column, with a factor', [6, 1], -0.7],
    ['of a number without dimensions', [], 2.5],
  ] as const)('has the values and gradients of the usual way: %s', (_, shape, alpha) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const [x, y] = [randn([6, 5], { dtype }).requiresGrad_(), randn([...shape], { dtype }).requiresGrad_()]
      const weights = randn([6, 5], { dtype })
      const run = (f: (own: Tensor) => Tensor) => {
        const output = f(x.mul(2)).sin()
        return [output, ...autograd.grad(output.mul(weights).sum(), [x, y])]
      }
      const found = run(own => inPlace(own, y, alpha))
      const expected = run(own => apart(own, y, { alpha }))
      for (const [i, tensor] of found.entries()) expect(tensor!.equal(expected[i]!)).toBe(true)
    }
  })

  test('makes no second tensor, and stays the same one', () => {
    const [x, y] = [randn(6000).requiresGrad_(), randn(6000)]
    const own = x.mul(2)
    const { data } = own.storage
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    expect(inPlace(own, y)).toBe(own)
    expect(allocate).not.toHaveBeenCalled()
    vi.restoreAllMocks()
    expect(own.storage.data).toBe(data)
    expect(own.isLeaf).toBe(false)
  })

  test('of itself, of a part, and where only the other one is on the tape', () => {
    const x = randn(4, 5).requiresGrad_()
    const same = x.mul(3)
    const [of] = autograd.grad(inPlace(same, same).sum(), [x])
    expect(of!.equal(autograd.grad(apart(x.mul(3), x.mul(3)).sum(), [x])[0]!)).toBe(true)
    const part = x.mul(1).select(0, 1)
    inPlace(part, x.select(0, 2))
    const [ofPart] = autograd.grad(part.mul(part).sum(), [x])
    const sum = apart(x.select(0, 1), x.select(0, 2))
    expect(ofPart!.equal(autograd.grad(sum.mul(sum).sum(), [x])[0]!)).toBe(true)
    const plain = randn(4, 5)
    const before = plain.clone()
    inPlace(plain, x)
    expect(plain.equal(apart(before, x))).toBe(true)
    expect(autograd.grad(plain.sum(), [x])[0]!.equal(autograd.grad(apart(before, x).sum(), [x])[0]!)).toBe(true)
  })

  test('is noticed by who saved the elements from before', () => {
    const x = randn(5).requiresGrad_()
    const own = x.mul(2)
    const square = own.mul(own)
    inPlace(own, randn(5))
    expect(() => square.sum().backward()).toThrow('modified by an inplace operation')
  })

  test('can be differentiated again', () => {
    const [x, y] = [randn(4, { dtype: 'float64' }).requiresGrad_(), randn(4, { dtype: 'float64' }).requiresGrad_()]
    const f = (a: Tensor, b: Tensor) => inPlace(a.sin(), b.mul(b)).mul(a)
    expect(autograd.gradcheck(f, [x, y])).toBe(true)
    expect(autograd.gradgradcheck(f, [x, y])).toBe(true)
  })
})

test('an expanded tensor without elements has none that share a place', () => {
  const x = zeros(1, 0).expand(4, 0)
  expect(x.mul_(2).add_(x).copy_(x).shape).toEqual([4, 0])
  expect(() => zeros(1, 2).expand(4, 2).mul_(2)).toThrow('refers to a single memory location')
  for (const f of [(t: Tensor) => t.softmax(1), (t: Tensor) => t.logSoftmax(1)]) {
    for (const shape of [
      [3, 0],
      [0, 3],
    ]) {
      const input = zeros(shape, { requiresGrad: true })
      const [gradient] = autograd.grad(f(input).sum(), input, null, { createGraph: true })
      const [second] = autograd.grad(gradient!.sum(), input)
      expect(second!.shape).toEqual(shape)
    }
  }
})
