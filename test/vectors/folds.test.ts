// Sums, normalisations and poolings in machine code, against loops.
import { expect, test } from 'vitest'
import { withLoops } from '../../src/backends/settings.js'
import { autograd, type MemoryFormat, manualSeed, nn, randn, type Tensor } from '../../src/index.js'
import { elements, expectClose, expectSame, forEachTarget, withSpecial } from './support.js'

const { functional: F } = nn
const DTYPES = ['float32', 'float64'] as const
const FORMATS: readonly MemoryFormat[] = ['contiguous', 'channels_last']

/** Sums are doubles in another order: as float32 they round to the same number but where they lie between two. */
const TOLERANCE = { float32: 1.2e-7, float64: 1e-14 } as const

forEachTarget('sums', () => {
  const DIMS = [[0], [1], [2], [3], [0, 1], [1, 2], [2, 3], [0, 2, 3], [0, 1, 2], [1, 2, 3], [0, 3]]
  for (const dtype of DTYPES) {
    test(`over every choice of dimensions, ${dtype}`, () => {
      manualSeed(1)
      const x = randn([3, 7, 31, 17]).to(dtype)
      expectClose(() => [x.sum(), x.mean()], TOLERANCE[dtype], 2)
      expectClose(() => DIMS.map(dims => x.sum(dims)), TOLERANCE[dtype], DIMS.length)
      const y = x.contiguous({ memoryFormat: 'channels_last' })
      expectClose(() => DIMS.map(dims => y.sum(dims)), TOLERANCE[dtype], 5)
    })

    test(`of more elements than one thread is given, ${dtype}`, () => {
      manualSeed(2)
      const x = randn([5, 3, 100, 301]).to(dtype)
      expectClose(() => [x.sum(), x.sum([0, 2, 3]), x.sum([1, 2, 3]), x.sum([0, 1, 2]), x.sum(0)], TOLERANCE[dtype], 5)
      const y = x.contiguous({ memoryFormat: 'channels_last' })
      expectClose(() => [y.sum([0, 2, 3]), x.narrow(3, 5, 200).sum([2, 3])], TOLERANCE[dtype], 2)
    })
  }

  test('of every length around the multiples of a vector', () => {
    manualSeed(3)
    for (let length = 1024; length < 1024 + 70; length++) {
      const [x, rows] = [randn([length]), randn([16, length - 900])]
      expectClose(() => [x.sum(), rows.sum(1), rows.sum(0)], TOLERANCE.float32, 3)
    }
  })

  test('that overflow, or are of NaN and infinity', () => {
    const x = withSpecial([5, 11, 23], 'float32')
    expectSame(() => [x.sum(), x.narrow(1, 0, 1).sum([1, 2])], 1)
  })

  test('are as exact as a sum in doubles', () => {
    manualSeed(4)
    const x = randn([1_000_003]).add(1000)
    let exact = 0
    for (const value of elements(x)) exact += Number(value)
    expect(x.sum().item()).toBe(Math.fround(exact))
  })
})

forEachTarget('normalisations', () => {
  const run = (f: (x: Tensor, w: Tensor, b: Tensor) => Tensor, tensors: readonly Tensor[], g: Tensor): Tensor[] => {
    const leaves = tensors.map(tensor => tensor.clone())
    for (const leaf of leaves) leaf.requiresGrad = true
    const out = f(...(leaves as [Tensor, Tensor, Tensor]))
    return [out.detach(), ...autograd.grad([out], leaves, [g]).map(own => own!)]
  }

  for (const dtype of DTYPES) {
    for (const shape of [
      [3, 6, 31, 17],
      [4, 32, 5, 5],
      [8, 16, 1, 20],
      [64, 48],
      [2, 6, 3000],
      [16, 6, 70, 71],
    ]) {
      for (const format of shape.length === 4 ? FORMATS : FORMATS.slice(0, 1)) {
        test(`${dtype} [${shape}] ${format}`, () => {
          manualSeed(5)
          const channels = shape[1]!
          const [x, g] = [randn(shape).mul(3).add(5), randn(shape)].map(own =>
            own.to(dtype).contiguous({ memoryFormat: format }),
          ) as [Tensor, Tensor]
          const [w, b, variance] = [randn([channels]), randn([channels]), randn([channels]).square().add(0.1)].map(
            own => own.to(dtype),
          ) as [Tensor, Tensor, Tensor]
          // the gradient of x and of w take away what is nearly as large
          const tolerance = 8 * TOLERANCE[dtype]
          for (const training of [true, false]) {
            const batchNorm = () => {
              const [mean, squares] = [b.clone(), variance.clone()]
              return [
                ...run(
                  (own, weight, bias) => F.batchNorm(own, mean, squares, weight, bias, { training }),
                  [x, w, b],
                  g,
                ),
                mean,
                squares,
              ]
            }
            expectClose(batchNorm, tolerance, 3)
          }
          if (shape.length === 2) {
            expectClose(
              () => run((own, weight, bias) => F.layerNorm(own, [channels], weight, bias), [x, w, b], g),
              tolerance,
            )
            return
          }
          expectClose(() => run((own, weight, bias) => F.groupNorm(own, 2, weight, bias), [x, w, b], g), tolerance, 3)
          expectClose(() => run(own => F.instanceNorm(own), [x], g), tolerance, 3)
        })
      }
    }
  }

  test('of elements far from 0, and of equal ones', () => {
    manualSeed(6)
    const x = randn([4, 3, 500]).add(1e5)
    expectClose(() => [F.batchNorm(x, null, null, null, null, { training: true })], 1e-6, 2)
    const equal = randn([1, 3, 1]).expand(4, 3, 500).contiguous()
    expectSame(() => [F.batchNorm(equal, null, null, null, null, { training: true })], 2)
  })

  test('of NaN and infinity', () => {
    const x = withSpecial([4, 3, 500], 'float32')
    const statistics = () => {
      const [mean, variance] = [randn([3]).mul(0), randn([3]).mul(0)]
      return [F.batchNorm(x, mean, variance, null, null, { training: true }), mean, variance]
    }
    expectSame(statistics, 1)
  })
})

forEachTarget('poolings', () => {
  const CASES = [
    [3, { stride: 2, padding: 1 }],
    [2, {}],
    [3, { stride: 1, padding: 1 }],
    [[2, 3], { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }],
    [3, { stride: 2, ceilMode: true }],
  ] as const
  for (const shape of [
    [3, 7, 31, 17],
    [2, 3, 64, 64],
    [5, 4, 33, 33],
    [6, 5, 9, 7],
    [1, 8, 12, 100],
    [3, 1, 40, 15],
    [16, 9, 70, 31],
  ]) {
    test(`maxima of [${shape}]`, () => {
      manualSeed(7)
      // many equal ones, NaN and infinities
      const x = randn(shape).mul(2).round()
      const data = x.storage.dataToWrite as Float32Array
      const special = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (let i = 0; i < data.length; i += 37) data[i] = special[i % 5]!
      for (const [kernel, options] of CASES) {
        expectSame(() => [F.maxPool2d(x, kernel, options)])
        expectSame(() => [...F.maxPool2d(x, kernel, { ...options, returnIndices: true })])
      }
    })
  }

  test('in one and in three dimensions, of a view, and of nothing but -Infinity', () => {
    manualSeed(8)
    const [line, room] = [randn([2, 3, 1000]), randn([2, 3, 9, 20, 21])]
    const low = randn([2, 3, 1000]).fill_(Number.NEGATIVE_INFINITY)
    const options = { stride: 2, padding: 1, returnIndices: true } as const
    expectSame(() => [...F.maxPool1d(line, 3, options), ...F.maxPool3d(room, 3, options)], 2)
    expectSame(() => [...F.maxPool1d(low, 3, options), F.maxPool1d(line.narrow(0, 1, 1), 2)], 2)
  })

  test('windows too far apart are left to loops', () => {
    const x = randn([2, 3, 64, 64])
    expectSame(() => [F.maxPool2d(x, 2, { stride: 5 })], 0)
  })

  test('averages of whole planes', () => {
    manualSeed(9)
    const x = randn([3, 7, 31, 17])
    expectClose(
      () => [F.adaptiveAvgPool2d(x, 1), F.avgPool2d(x, [31, 17], { divisorOverride: 3 })],
      TOLERANCE.float32,
      2,
    )
  })
})

test('without machine code the loops do it', () => {
  const x = randn([3, 7, 31, 17])
  expect(withLoops(() => x.sum()).item()).toBeCloseTo(x.sum().item() as number, 3)
})
