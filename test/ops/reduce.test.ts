import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/ops/creation/fromData.js'
import { full, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { checkGradient } from '../gradients.js'

const data = (...shape: number[]) => {
  manualSeed(2)
  return randn(shape, { dtype: 'float64' })
}

describe('options', () => {
  const x = data(2, 3)
  test('keepdim bare or named', () => {
    expect(x.sum(1, true).shape).toEqual([2, 1])
    expect(x.sum(1, { keepdim: true }).shape).toEqual([2, 1])
    expect(x.sum(1, false).shape).toEqual([2])
    expect(x.max(1, true).indices.shape).toEqual([2, 1])
    expect(x.argmax(null, { keepdim: true }).shape).toEqual([1, 1])
    expect(x.sum(null, { dtype: 'float32' }).dtype).toBe('float32')
  })

  test.each([
    [() => x.sum(0, { foo: 1 } as never), "sum() got an unexpected keyword argument 'foo'; it takes keepdim, dtype"],
    [() => x.max(0, { dtype: 'int8' } as never), "unexpected keyword argument 'dtype'"],
    [() => x.sum(0, { keepdim: 1 } as never), "argument 'keepdim' must be bool"],
    [() => x.sum(0, { dtype: 'long' as never }), 'dtype=long'],
    [() => x.sum(0.5), 'dim must be an integer'],
    [() => x.var(0, { correction: 1, unbiased: false }), 'pass only one of them'],
    [() => x.norm('nuc' as never), "argument 'p' must be a number"],
    [() => x.softmax(0, { keepdim: true } as never), "unexpected keyword argument 'keepdim'"],
    [() => x.cumsum(0, { keepdim: true } as never), "unexpected keyword argument 'keepdim'"],
    [() => tensor([{ re: 1, im: 1 }]).logsumexp(0), 'Expected floating point type for result tensor'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('accumulation', () => {
  test('float32 and 16-bit floats are summed in double precision', () => {
    // one at a time in float32 this would stop at 2^24, in float16 at 2048
    expect(
      full([2 ** 24 + 3], 1)
        .sum()
        .item(),
    ).toBe(2 ** 24 + 4)
    expect(full([4100], 1, { dtype: 'float16' }).sum().item()).toBe(4100)
    expect(tensor([1e8, 1, -1e8]).sum().item()).toBe(1)
    expect(tensor([1e30, 1e30]).square().norm().item()).toBe(Number.POSITIVE_INFINITY)
    expect(tensor([1e30, 1e30]).norm().item()).toBeCloseTo(Math.SQRT2 * 1e30, -24)
    expect(
      tensor([1e8, 1e8 + 8, 1e8 + 16])
        .var()
        .item(),
    ).toBe(64)
  })

  test('large sums of int32 are exact', () => {
    const x = full([1 << 21], 2 ** 31 - 1, { dtype: 'int32' }).expand(4, 1 << 21)
    expect(x.sum().item()).toBe((2n ** 31n - 1n) * 2n ** 23n)
  })
})

describe('any strides', () => {
  const base = data(3, 4, 5, 2)
  const variants: [string, Tensor][] = [
    ['contiguous', base],
    ['permuted', base.permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0)],
    ['channels_last', base.contiguous({ memoryFormat: 'channels_last' })],
    ['with gaps', stackedWithGaps(base)],
  ]
  test.each(variants)('%s', (_, x) => {
    for (const dim of [0, 1, 2, 3, [0, 2], [1, 3], [0, 2, 3], null] as const) {
      for (const name of ['sum', 'mean', 'amax', 'amin', 'var', 'norm'] as const) {
        const reduce = (t: Tensor) => (name === 'norm' ? t.norm(2, dim) : t[name](dim))
        const [found, wanted] = [reduce(x), reduce(base)]
        expect(found.sub(wanted).abs().max().item()).toBeLessThan(1e-13)
      }
    }
    for (const dim of [0, 1, 2, 3]) expect(x.argmax(dim).tolist()).toEqual(base.argmax(dim).tolist())
    expect(x.argmin().item()).toBe(base.argmin().item())
  })
})

function stackedWithGaps(x: Tensor): Tensor {
  const wide = zeros([3, 4, 5, 4], { dtype: 'float64' })
  const view = wide.slice(3, 1, null, 2)
  view.copy_(x)
  return view
}

describe('derivatives, twice', () => {
  const x = data(2, 3, 4)
  const cases: [string, (x: Tensor) => Tensor, Tensor][] = [
    ['sum', t => t.sum([0, 2]), x],
    ['mean', t => t.mean(1, true), x],
    ['prod', t => t.prod(1), x],
    ['prod of all', t => t.prod(), data(4)],
    [
      'prod with one zero',
      t => t.prod(0),
      tensor(
        [
          [0, 2],
          [3, -1.5],
          [0.5, 1],
        ],
        { dtype: 'float64' },
      ),
    ],
    ['prod with two zeros', t => t.prod(), tensor([0, 2, 0, 1.5], { dtype: 'float64' })],
    ['var', t => t.var([0, 1]), x],
    ['var without correction', t => t.var(2, { unbiased: false, keepdim: true }), x],
    ['std', t => t.std(1), x],
    ['max', t => t.max(1).values, x],
    ['min', t => t.min(2, true).values, x],
    ['max of all', t => t.max(), x],
    ['amax', t => t.amax([0, 2]), x],
    ['norm', t => t.norm(2, 1), x],
    ['norm 1', t => t.norm(1, [0, 1]), x],
    ['norm 3', t => t.norm(3), x],
    ['norm inf', t => t.norm(Number.POSITIVE_INFINITY, 1), x],
    ['logsumexp', t => t.logsumexp([0, 2]), x],
    ['softmax', t => t.softmax(1), x],
    ['logSoftmax', t => t.logSoftmax(-1), x],
    ['cumsum', t => t.cumsum(1), x],
    ['sumToSize', t => t.sumToSize(3, 1), x],
    ['of a number', t => t.sum(0).add(t.max(0).values).add(t.norm()), data(1).squeeze()],
  ]
  test.each(cases)('%s', (_, f, input) => {
    checkGradient(t => f(t).square(), [input], { order: 2, tolerance: 1e-5 })
  })

  test('equal maxima share the gradient, the first of them takes it along a dimension', () => {
    const t = tensor([1, 3, 3, 2, 3], { requiresGrad: true })
    t.max().backward()
    expect(t.grad!.tolist()).toEqual([0, 1, 1, 0, 1].map(share => Math.fround(share / 3)))
    t.grad = null
    t.max(0).values.backward()
    expect(t.grad!.tolist()).toEqual([0, 1, 0, 0, 0])
  })

  test('the norm and the deviation at zero pass zero on', () => {
    const t = zeros(3, { requiresGrad: true })
    t.norm().backward()
    expect(t.grad!.tolist()).toEqual([0, 0, 0])
    t.grad = null
    t.std().backward()
    expect(t.grad!.tolist()).toEqual([0, 0, 0])
  })

  test('indices need no gradient', () => {
    expect(randn(2, 3, { requiresGrad: true }).max(1).indices.requiresGrad).toBe(false)
  })
})

test('NaN wins, and infinities are ordinary numbers', () => {
  const x = tensor([
    [1, Number.NaN, 3, Number.NaN],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ])
  expect(x.max(1).indices.tolist()).toEqual([1, 0])
  expect(x.min(1).values.tolist()).toEqual([Number.NaN, Number.NEGATIVE_INFINITY])
  expect(x.amax(0).tolist()).toEqual([1, Number.NaN, 3, Number.NaN])
  expect(x.argmax().item()).toBe(1)
})

test('16-bit floats', () => {
  const x = tensor(
    [
      [1, 2.5],
      [-3, 4],
    ],
    { dtype: 'bfloat16' },
  )
  expect([x.sum(0).dtype, x.sum(0).tolist()]).toEqual(['bfloat16', [-2, 6.5]])
  expect(x.max(1).values.tolist()).toEqual([2.5, 4])
  expect(x.mean().item()).toBe(1.125)
  expect(x.softmax(1).dtype).toBe('bfloat16')
  expect(x.cumsum(0).tolist()).toEqual([
    [1, 2.5],
    [-2, 6.5],
  ])
  expect(x.norm().dtype).toBe('bfloat16')
  const y = x.to('float32').to('float16').requiresGrad_()
  y.var().backward()
  expect(y.grad!.dtype).toBe('float16')
})

test('the meta device', () => {
  const x = zeros(2, 3, 4, { device: 'meta', requiresGrad: true })
  for (const [result, shape] of [
    [x.sum(1), [2, 4]],
    [x.mean([0, 2], true), [1, 3, 1]],
    [x.prod(), []],
    [x.var(0), [3, 4]],
    [x.std(), []],
    [x.max(), []],
    [x.max(1).values, [2, 4]],
    [x.amin(0), [3, 4]],
    [x.argmax(2), [2, 3]],
    [x.all(1), [2, 4]],
    [x.norm(2, 0), [3, 4]],
    [x.logsumexp(1), [2, 4]],
    [x.softmax(1), [2, 3, 4]],
    [x.logSoftmax(0), [2, 3, 4]],
    [x.cumsum(0), [2, 3, 4]],
    [x.sumToSize(3, 1), [3, 1]],
  ] as const) {
    expect([result.device, result.shape]).toEqual(['meta', shape])
    if (result.requiresGrad) result.sum().backward()
  }
  expect(x.grad!.shape).toEqual([2, 3, 4])
})
