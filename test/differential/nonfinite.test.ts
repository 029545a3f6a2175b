/**
 * Infinities and NaN. A padding zero is a number like any other in a product, so an infinite weight shows at the
 * border: PyTorch's float32 and float64 kernels give these very elements.
 */
import { describe, expect, test } from 'vitest'
import { autograd, backends, nn, ones, type Tensor } from '../../src/index.js'

const { Infinity: inf, NaN: nan } = globalThis

/** 1s with one other element. */
function onesBut(shape: readonly number[], value: number): Tensor {
  const all = ones([...shape])
  all.flatten().select(0, 0).fill_(value)
  return all
}

describe.each(backends.convolutionAlgorithms().map(algorithm => algorithm.name))('%s', name => {
  const run = <T>(body: () => T) => backends.withAlgorithm(name, body)

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
    const half = ones(1, 4, 1, { dtype: 'float16' }).mul(60000)
    expect(run(() => nn.functional.conv1d(half, ones(1, 4, 1, { dtype: 'float16' }))).item()).toBe(inf)
  })
})
