// Softmax, cross entropy and averages of whole planes by machine code, against the loops.
import { expect, test } from 'vitest'
import { manualSeed, nn, randint, randn, type Tensor, tensor } from '../../src/index.js'
import { bothWays, expectSame, forEachTarget } from './support.js'

const F = nn.functional

/** At most one rounding of a float32 apart; NaN and infinities in the same places. */
function expectNear(compute: () => readonly Tensor[], calls: number): void {
  for (const [fast, slow] of bothWays(compute, calls)) {
    expect(fast.length).toBe(slow.length)
    const wrong = (fast as Float32Array).findIndex((value, i) => {
      const other = Number(slow[i])
      return !Object.is(value, other) && !(Math.abs(value - other) <= 2.5e-7 * Math.abs(other) + 1e-42)
    })
    if (wrong >= 0) expect({ wrong, is: fast[wrong] }).toEqual({ wrong, is: slow[wrong] })
  }
}

/** Numbers some of which are far apart, infinite or NaN, whole rows of one kind among them. */
function scores(shape: readonly number[]): Tensor {
  const x = randn(shape).mul(5)
  const data = x.storage.dataToWrite as Float32Array
  data[3] = Number.NEGATIVE_INFINITY
  data[data.length - 2] = 3e38
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [i, value] of special.entries()) {
    const row = x.select(0, i + 1).select(-1, 0)
    if (i === 2) row.fill_(value)
    else x.select(0, i + 1).reshape([-1]).storage.data[(i + 1) * x.strides[0]! + 2] = value
  }
  return x
}

forEachTarget('scores', () => {
  test('softmax and its logarithm, along any dimension', () => {
    manualSeed(0)
    for (const [shape, dim] of [
      [[8, 1000], 1],
      [[64, 33], 1],
      [[64, 33], 0],
      [[5, 19, 37], 1],
      [[6, 7, 41], 2],
      [[4, 300], -1],
    ] as const) {
      const x = scores(shape)
      expectNear(() => [F.softmax(x, dim), F.logSoftmax(x, dim)], 6)
    }
  })

  test('rows without any finite score', () => {
    const x = randn([4, 500])
    x.select(0, 0).fill_(Number.NEGATIVE_INFINITY)
    x.select(0, 1).fill_(Number.POSITIVE_INFINITY)
    x.select(0, 2).fill_(Number.NaN)
    expectNear(() => [F.softmax(x, 1), F.logSoftmax(x, 1)], 6)
    expect(F.softmax(x, 1).select(0, 3).sum().item()).toBeCloseTo(1, 6)
  })

  test('cross entropy and its gradient', () => {
    manualSeed(1)
    for (const [shape, classes] of [
      [[8, 1000], 1000],
      [[130, 10], 10],
      [[3, 21, 9, 11], 21],
    ] as const) {
      const target = randint(0, classes, [shape[0], ...shape.slice(2)])
      ;(target.storage.dataToWrite as BigInt64Array)[1] = -100n
      const weight = randn([classes]).abs()
      for (const options of [
        {},
        { weight },
        { reduction: 'sum' },
        { reduction: 'none' },
        { labelSmoothing: 0.1 },
      ] as const) {
        const compute = () => {
          const x = randn(shape).mul(4)
          x.requiresGrad = true
          const loss = F.crossEntropy(x, target, options)
          loss.sum().backward()
          return [loss.detach(), x.grad!]
        }
        expectNear(() => {
          manualSeed(2)
          return compute()
        }, 2)
      }
    }
  })

  test('what is ignored has no gradient, whatever its scores', () => {
    const x = scores([8, 200])
    x.requiresGrad = true
    const target = tensor([5, -100, -100, -100, 1, 2, 3, 4], { dtype: 'int64' })
    F.crossEntropy(x, target, { reduction: 'sum' }).backward()
    expect(x.grad!.slice(0, 1, 4).eq(0).all().item()).toBe(true)
    expect(x.grad!.select(0, 4).abs().sum().item()).toBeGreaterThan(0)
  })

  test('averages of whole planes, and their gradient', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const shape of [
        [4, 60, 7, 7],
        [2, 30, 13, 5],
        [3, 700, 1, 1],
      ]) {
        const x = randn(shape, { dtype, requiresGrad: true })
        const g = randn([shape[0]!, shape[1]!, 1, 1], { dtype })
        ;(g.storage.dataToWrite as Float32Array).set([0, -0, Number.NaN, Number.POSITIVE_INFINITY])
        expectSame(() => {
          x.grad = null
          nn.functional.adaptiveAvgPool2d(x, 1).backward(g)
          return [x.grad!]
        }, 2)
      }
    }
  })
})
