/**
 * Infinities and NaN. In the forward pass a padding zero is a number like any other in a product, so an infinite weight
 * shows at the border; the input gradient has nothing to multiply there. PyTorch's float32 and float64 kernels give
 * these very elements.
 */

import { describe, expect, test } from 'vitest'
import { autograd, backends, nn, noGrad, ones, type Tensor, tensor } from '../../src/index.js'
import { ALGORITHM_SETS } from '../algorithmSets.js'

const { Infinity: inf, NaN: nan } = globalThis

/** 1s with one other element. */
function onesBut(shape: readonly number[], value: number): Tensor {
  const all = ones([...shape])
  all.flatten().select(0, 0).fill_(value)
  return all
}

describe.each(ALGORITHM_SETS.map(set => [set.title, set] as const))('%s', (_, { names, takes }) => {
  const run = <T>(body: () => T) => backends.withAlgorithm(names, body)

  test('an infinite weight meets the zeros of the padding', () => {
    const output = run(() => nn.functional.conv2d(ones(1, 1, 4, 5), onesBut([1, 1, 3, 3], inf), null, { padding: 1 }))
    expect(output.tolist()).toEqual([
      [
        [
          [nan, nan, nan, nan, nan],
          [nan, inf, inf, inf, inf],
          [nan, inf, inf, inf, inf],
          [nan, inf, inf, inf, inf],
        ],
      ],
    ])
  })

  test('also where products with padding are left out as a rule', () => {
    // maps of few pixels, channels for the lanes; finite weights before and after
    const weight = ones(24, 20, 3, 3)
    const f = () => nn.functional.conv2d(ones(3, 20, 3, 4), weight, null, { padding: 1 })
    for (const value of [2, inf, -3]) {
      weight.select(0, 7).select(0, 3).select(0, 0).select(0, 2).fill_(value)
      expect(run(f).tolist()).toEqual(backends.withAlgorithm('reference', f).tolist())
    }
  })

  test('so does an infinite gradient', () => {
    const weight = ones(1, 1, 3, 3).requiresGrad_()
    const [gradient] = run(() => {
      const output = nn.functional.conv2d(ones(1, 1, 4, 5), weight, null, { padding: 1 })
      return autograd.grad(output, weight, onesBut(output.shape, inf))
    })
    expect(gradient!.tolist()).toEqual([
      [
        [
          [nan, nan, nan],
          [nan, inf, inf],
          [nan, inf, inf],
        ],
      ],
    ])
  })

  test('a NaN goes to every output that reads it, and to no other', () => {
    const output = run(() => nn.functional.conv1d(onesBut([1, 1, 7], nan), ones(1, 1, 3), null, { padding: 1 }))
    expect(output.tolist()).toEqual([[[nan, nan, 3, 3, 3, 3, 2]]])
    const x = ones(1, 1, 7).requiresGrad_()
    const [gradient] = run(() => {
      const y = nn.functional.conv1d(x, ones(1, 1, 3), null, { padding: 1 })
      return autograd.grad(y, x, onesBut(y.shape, nan))
    })
    expect(gradient!.tolist()).toEqual([[[nan, nan, 3, 3, 3, 3, 2]]])
  })

  /** The gradient for an input of ones, from a gradient of ones unless another is given. */
  const gradientOf = (shape: readonly number[], f: (x: Tensor) => Tensor, gradient?: Tensor) => {
    const x = ones([...shape]).requiresGrad_()
    const y = f(x)
    return autograd.grad(y, x, gradient ?? ones([...y.shape]))[0]!.tolist()
  }

  test('the input gradient has nothing to multiply beyond the border', () => {
    const { conv1d, conv2d } = nn.functional
    const corner = onesBut([1, 1, 3, 3], inf)
    expect(run(() => gradientOf([1, 1, 4, 5], x => conv2d(x, corner, null, { padding: 1 })))).toEqual([
      [
        [
          [inf, inf, inf, inf, 4],
          [inf, inf, inf, inf, 6],
          [inf, inf, inf, inf, 6],
          [4, 6, 6, 6, 4],
        ],
      ],
    ])
    const last = tensor([[[1, 1, nan]]])
    const along = (stride: number) =>
      run(() => gradientOf([1, 1, 7], x => conv1d(x, last, null, { padding: 1, stride })))
    expect(along(1)).toEqual([[[2, nan, nan, nan, nan, nan, nan]]])
    expect(along(2)).toEqual([[[1, nan, 1, nan, 1, nan, 1]]])
  })

  test('nor has a transposed convolution', () => {
    const corner = onesBut([1, 1, 3, 3], inf)
    const bias = tensor([0.5])
    const output = run(() => nn.functional.convTranspose2d(ones(1, 1, 2, 3), corner, bias, { stride: 2 }))
    expect(output.sub(0.5).tolist()).toEqual([
      [
        [
          [inf, 1, inf, 1, inf, 1, 1],
          [1, 1, 2, 1, 2, 1, 1],
          [inf, 2, inf, 2, inf, 2, 2],
          [1, 1, 2, 1, 2, 1, 1],
          [1, 1, 2, 1, 2, 1, 1],
        ],
      ],
    ])
  })

  test('nor one whose kernel is larger than its output, nor one whose padding repeats the input', () => {
    const { conv1d } = nn.functional
    const large = run(() =>
      gradientOf([1, 1, 15], x => conv1d(x, ones(1, 1, 15), null, { padding: 1 }), onesBut([1, 1, 3], inf)),
    )
    expect(large).toEqual([[[...new Array(14).fill(inf), 2]]])
    const layer = new nn.Conv1d(1, 1, 3, { padding: 1, paddingMode: 'circular', bias: false })
    noGrad(() => layer.weight.copy_(tensor([[[1, 1, inf]]])))
    expect(run(() => gradientOf([1, 1, 7], layer))).toEqual([[new Array(7).fill(inf)]])
  })

  test('in one of several channels and groups, strided and dilated, as in the other algorithms', () => {
    const weight = ones(10, 3, 2, 3).mul(2)
    weight.select(0, 7).select(0, 1).select(0, 1).select(0, 2).fill_(-inf)
    const f = (x: Tensor) =>
      nn.functional.conv2d(x, weight, null, { padding: [1, 2], stride: [2, 1], dilation: [1, 3], groups: 2 })
    const found = run(() => gradientOf([2, 6, 5, 7], f))
    expect(found).toEqual(backends.withAlgorithm('reference', () => gradientOf([2, 6, 5, 7], f)))
    const values = (found as number[][][][]).flat(3)
    expect([values.includes(-inf), values.some(Number.isNaN)]).toEqual([true, false])
  })

  test('what is infinite in one group stays in it', () => {
    const weight = ones(6, 1, 2).requiresGrad_()
    const [output, gradient] = run(() => {
      const y = nn.functional.conv1d(onesBut([1, 2, 4], inf), weight, null, { groups: 2 })
      return [y, autograd.grad(y, weight, ones([...y.shape]))[0]!]
    })
    const finite = (one: Tensor) => [...one.detach().flatten().dataSync()].map(value => Number.isFinite(Number(value)))
    expect(finite(output!)).toEqual(Array.from({ length: 18 }, (_, i) => i >= 9 || i % 3 > 0))
    expect(finite(gradient!)).toEqual(Array.from({ length: 12 }, (_, i) => i >= 6 || i % 2 > 0))
  })

  test('sums beyond the range of float32 and float16 are infinite', () => {
    const large = ones(1, 4, 1).mul(3e38)
    expect(run(() => nn.functional.conv1d(large, ones(1, 4, 1))).item()).toBe(inf)
    if (!takes('float16')) return
    const half = ones(1, 4, 1, { dtype: 'float16' }).mul(60000)
    expect(run(() => nn.functional.conv1d(half, ones(1, 4, 1, { dtype: 'float16' }))).item()).toBe(inf)
  })
})
