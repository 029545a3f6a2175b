import { describe, expect, test } from 'vitest'
import { matrixAlgorithm } from '../../src/backends/dispatch.js'
import { getBackend, setBackend } from '../../src/backends/registry.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { full, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import { addmm, bmm, dot, linear, matmul, mm, mv } from '../../src/ops/matrices/matmul.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { checkGradient } from '../gradients.js'

const data = (shape: number[], dtype: DType = 'float64', seed = 3) => {
  manualSeed(seed)
  return randn(shape, { dtype })
}

/** The definition, in double precision. */
function byDefinition(a: Tensor, b: Tensor): Float64Array {
  const [m, k, n] = [a.shape[0]!, a.shape[1]!, b.shape[1]!]
  const [x, y] = [toFloat64(a), toFloat64(b)]
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) out[i * n + j]! += x[i * k + p]! * y[p * n + j]!
  return out
}

/** On loops in TypeScript: what they compute is known to the bit. */
function portable<T>(body: () => T): T {
  const before = getBackend()
  setBackend('portable')
  try {
    return body()
  } finally {
    setBackend(before)
  }
}

/** Whether sums are as close to the definition as summing up in the dtype itself, in any order, allows. */
function expectSummed(found: Tensor, a: Tensor, b: Tensor): void {
  const unit = a.dtype === 'float64' ? 2 ** -53 : 2 ** -24
  const [expected, sizes, got] = [byDefinition(a, b), byDefinition(a.abs(), b.abs()), toFloat64(found)]
  expect(got.length).toBe(expected.length)
  // a rounding for each product and each sum; the definition, in doubles, has those of its own
  const roundings = a.shape[1]! * (a.dtype === 'float64' ? 2 : 1) + 1
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(got[i]! - value), `element ${i}`).toBeLessThanOrEqual(roundings * unit * sizes[i]!)
  }
}

/** Each size, and each way for matrices to lie. */
describe.each(['float64', 'float32'] as const)('sizes around the tiles, %s', dtype => {
  test.each([
    [1, 1, 1],
    [1, 7, 9],
    [9, 7, 1],
    [2, 3, 1],
    [3, 5, 4],
    [4, 8, 4],
    [5, 6, 7],
    [8, 1, 63],
    [6, 17, 64],
    [7, 9, 65],
    [13, 4, 130],
    [5, 300, 6],
  ])('(%i, %i) x (., %i)', (m, k, n) => {
    for (const [a, b] of [
      [data([m, k], dtype), data([k, n], dtype, 4)],
      [data([k, m], dtype).t(), data([n, k], dtype, 4).t()],
      [data([m, 2 * k], dtype).slice(1, 0, null, 2), data([2 * k, n], dtype, 4).slice(0, 1, null, 2)],
    ] as const) {
      expectSummed(mm(a, b), a, b)
      // the loops have the same sums in the same order, in doubles: equal to the bit
      const exact = byDefinition(a, b)
      expect(portable(() => mm(a, b)).dataSync()).toEqual(dtype === 'float64' ? exact : Float32Array.from(exact))
    }
  })
})

test('the loops are what serves when no machine code may', () => {
  const operands = { a: data([2, 3]), b: data([3, 4]), bias: null }
  expect(portable(() => matrixAlgorithm(operands))).toBeNull()
})

test('a bias is added with one rounding more at most', () => {
  const [bias, a, b] = [full([1], 1e8), full([1, 1], 1), full([1, 1], 3)]
  expect(addmm(bias, a, b).item()).toBe(Math.fround(1e8 + 3))
  expect(portable(() => addmm(bias, a, b)).item()).toBe(Math.fround(1e8 + 3))
})

test('a sample has the same result in every batch', () => {
  const [x, weight, bias] = [data([13, 50], 'float32'), data([70, 50], 'float32', 4), data([70], 'float32', 5)]
  const whole = linear(x, weight, bias)
  for (const size of [1, 2, 5]) {
    expect(linear(x.narrow(0, 3, size), weight, bias).dataSync()).toEqual(whole.narrow(0, 3, size).dataSync())
  }
  expect(linear(x.get(3), weight, bias).dataSync()).toEqual(whole.get(3).dataSync())
  const a = data([4, 6, 50])
  const b = data([4, 50, 3], 'float64', 6)
  expect(matmul(a, b).get(2).dataSync()).toEqual(mm(a.get(2), b.get(2)).dataSync())
})

describe('derivatives, twice', () => {
  const cases: [string, (...x: Tensor[]) => Tensor, number[][]][] = [
    [
      'mm',
      mm,
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      'bmm',
      bmm,
      [
        [2, 3, 4],
        [2, 4, 2],
      ],
    ],
    ['mv', mv, [[2, 3], [3]]],
    ['dot', dot, [[4], [4]]],
    ['addmm', (b, x, y) => addmm(b!, x!, y!), [[4], [2, 3], [3, 4]]],
    [
      'matmul with broadcast batches',
      matmul,
      [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
    ],
    [
      'matmul of a batch and a matrix',
      matmul,
      [
        [2, 2, 3],
        [3, 2],
      ],
    ],
    ['matmul of a vector and a batch', matmul, [[3], [2, 3, 2]]],
    ['matmul of a batch and a vector', matmul, [[2, 2, 3], [3]]],
    ['linear', (x, w, b) => linear(x!, w!, b), [[2, 2, 3], [4, 3], [4]]],
    ['linear of a vector', (x, w, b) => linear(x!, w!, b), [[3], [4, 3], [4]]],
    [
      'linear without bias',
      (x, w) => linear(x!, w!),
      [
        [2, 3],
        [4, 3],
      ],
    ],
    [
      'of transposed matrices',
      (x, y) => mm(x!.t(), y!.t()),
      [
        [3, 2],
        [4, 3],
      ],
    ],
    ['of a matrix with itself', x => mm(x!, x!), [[3, 3]]],
  ]
  test.each(cases)('%s', (_, f, shapes) => {
    checkGradient(
      (...x) => f(...x).square(),
      shapes.map((shape, i) => data(shape, 'float64', i)),
      { order: 2 },
    )
  })
})

test('complex products conjugate in the derivative, not in the value', () => {
  const z = (re: number, im: number) => tensor({ re, im }, { dtype: 'complex128' }).view(1, 1).requiresGrad_()
  const [a, b] = [z(1, 2), z(3, -1)]
  const out = mm(a, b)
  expect(out.tolist()).toEqual([[{ re: 5, im: 5 }]])
  out.backward(tensor([[{ re: 1, im: 0 }]], { dtype: 'complex128' }))
  expect(a.grad!.tolist()).toEqual([[{ re: 3, im: 1 }]])
  const d = dot(data([5], 'complex64'), data([5], 'complex64', 4))
  const by = data([5], 'complex64')
    .mul(data([5], 'complex64', 4))
    .sum()
  expect(d.sub(by).abs().item()).toBeLessThan(1e-6)
})

test('16-bit floats', () => {
  const [a, b] = [data([3, 40], 'float16'), data([40, 2], 'float16', 4)]
  const out = mm(a, b)
  expect(out.dtype).toBe('float16')
  expect(out.dataSync()).toEqual(tensor(byDefinition(a, b), { shape: [3, 2], dtype: 'float16' }).dataSync())
})

test('integers wrap as in C', () => {
  expect(mm(full([1, 3], 100n, { dtype: 'int8' }), full([3, 1], 3n, { dtype: 'int8' })).item()).toBe(900 - 1024 + 0)
  expect(mm(full([1, 2], 2n ** 62n), full([2, 1], 3n)).item()).toBe(BigInt.asIntN(64, 6n * 2n ** 62n))
  expect(mm(full([1, 1], 2 ** 31 - 1, { dtype: 'int32' }), full([1, 1], 2 ** 31 - 1, { dtype: 'int32' })).item()).toBe(
    1,
  )
})

describe('errors', () => {
  const z = (...shape: number[]) => zeros(shape)
  test.each([
    [() => mm(z(2, 3), z(4, 5)), 'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)'],
    [() => mm(z(2, 3), z(3, 4).to('float64')), 'expected m1 and m2 to have the same dtype, but got: float != double'],
    [
      () => addmm(z(4), z(2, 3), z(3, 4).to('float64')),
      'mat1 and mat2 must have the same dtype, but got Float and Double',
    ],
    [
      () => linear(z(2, 3), z(4, 3), z(4).to('float64')),
      'self and mat2 must have the same dtype, but got Double and Float',
    ],
    [() => mm(z(2, 3), 3 as never), "mm(): argument 'other' must be Tensor, not number 3"],
    [
      () => matmul(z(2, 3, 4), z(2, 5, 4)),
      'Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [2, 5].',
    ],
    [() => mm(z(2, 2).gt(0), z(2, 2).gt(0)), "not implemented for 'Bool'"],
    [() => linear(zeros([]), z(4, 3), z(4)), 'need to be at least 1D'],
    [() => mv(z(2), z(4)), 'vector + matrix @ vector expected, got 1, 1, 1'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})

test('the meta device', () => {
  const a = zeros(5, 2, 3, { device: 'meta', requiresGrad: true })
  const out = matmul(a, zeros(3, 4, { device: 'meta' }))
  expect([out.device, out.shape]).toEqual(['meta', [5, 2, 4]])
  out.sum().backward()
  expect(a.grad!.shape).toEqual([5, 2, 3])
  expect(() => mm(zeros(2, 3, { device: 'meta' }), zeros(3, 4))).toThrow('same device')
})
