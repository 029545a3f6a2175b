/** Values at the edges of what operations are for, as PyTorch 1.13 has them: nothing, zeros, NaN, bounds, what does not fit. */
import { describe, expect, test } from 'vitest'
import {
  addmm,
  allclose,
  arange,
  autograd,
  full,
  isclose,
  lerp,
  mean,
  nn,
  ones,
  optim,
  round,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js'

const { functional: F } = nn
const double = { dtype: 'float64' } as const

/** The gradient of the gradient's sum. */
function second(f: (x: Tensor) => Tensor, x: Tensor): unknown {
  const [first] = autograd.grad(f(x), [x], null, { createGraph: true })
  return autograd.grad(first!.sum(), [x])[0]!.tolist()
}

describe('numbers', () => {
  test('a mean of int64 as floats or complex numbers', () => {
    // torch.tensor([1, 0, 3, 1]).mean(dtype=torch.float32)
    const x = tensor([1n, 0n, 3n, 1n])
    expect(mean(x, null, { dtype: 'float32' }).item()).toBe(1.25)
    expect(x.mean(0, { dtype: 'complex64' }).item()).toEqual({ re: 1.25, im: 0 })
    expect(x.view(2, 2).mean(1, { dtype: 'float64' }).tolist()).toEqual([0.5, 2])
  })

  test('batch norm of no samples has gradients of zero', () => {
    const weight = ones(4, { requiresGrad: true })
    const bias = zeros(4, { requiresGrad: true })
    F.batchNorm(zeros(0, 4), zeros(4), ones(4), weight, bias, { training: true }).sum().backward()
    expect([weight.grad!.tolist(), bias.grad!.tolist()]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  test('a norm has a gradient of zero where an element or all of them are', () => {
    const x = tensor([0, 1, 2], { ...double, requiresGrad: true })
    x.norm(0.5).backward()
    expect(x.grad!.tolist()).toEqual(
      [0, 1 + Math.SQRT2, (1 + Math.SQRT2) / Math.SQRT2].map(value => expect.closeTo(value, 12)),
    )
    expect(second(x => x.norm(3), tensor([0], { ...double, requiresGrad: true }))).toEqual([0])
    expect(x.norm('fro').item()).toBe(Math.sqrt(5))
  })

  test('losses that go on straight are straight at the bound', () => {
    const x = tensor([0, 3, 0.5], { ...double, requiresGrad: true })
    const target = tensor([1, 1, 1], double)
    expect(second(x => F.smoothL1Loss(x, target, { reduction: 'sum' }), x)).toEqual([0, 0, 1])
    expect(second(x => F.huberLoss(x, target, { reduction: 'sum' }), x)).toEqual([0, 0, 1])
  })

  test('cross entropy of labels that are all ignored has derivatives of zero', () => {
    const x = tensor([[1, 2, 3]], { requiresGrad: true })
    expect(second(x => F.crossEntropy(x, tensor([1n]), { ignoreIndex: 1 }), x)).toEqual([[0, 0, 0]])
  })

  test('an axis that keeps its size is not mixed with its neighbours', () => {
    const x = tensor([
      [
        [
          [1, Number.NaN, 2],
          [3, 4, 5],
        ],
      ],
    ])
    expect(F.interpolate(x, { size: [2, 3], mode: 'bilinear' }).tolist()).toEqual(x.tolist())
    expect(F.interpolate(x, { size: [1, 3], mode: 'bilinear' }).tolist()).toEqual([[[[2, Number.NaN, 3.5]]]])
  })

  test.each([3, 3000])('prelu of %s elements: NaN has a part in the gradient of the weight', count => {
    const x = tensor(Array.from({ length: count }, (_, i) => (i === 1 ? Number.NaN : i)))
    const weight = tensor([0.25], { requiresGrad: true })
    F.prelu(x, weight).sum().backward()
    expect(weight.grad!.item()).toBeNaN()
  })

  test('hardtanh with bounds the wrong way round is the upper one', () => {
    // torch.nn.functional.hardtanh(x, 0.5, -0.5): [-0.5, -0.5, -0.5], gradients 0
    const x = tensor([-1, 0, 2], { requiresGrad: true })
    const y = F.hardtanh(x, 0.5, -0.5)
    y.sum().backward()
    expect([y.tolist(), x.grad!.tolist()]).toEqual([
      [-0.5, -0.5, -0.5],
      [0, 0, 0],
    ])
    expect(() => new nn.Hardtanh(0.5, -0.5)).toThrow('maxVal must be greater than minVal')
  })

  test('arange counts in whole numbers for int64 only', () => {
    expect(arange(3.1, { dtype: 'uint8' }).tolist()).toEqual([0, 1, 2, 3])
    expect(arange(-0.9, 2.1, 2, { dtype: 'int32' }).tolist()).toEqual([0, 2])
    expect(arange(3.1, { dtype: 'int64' }).tolist()).toEqual([0, 1, 2])
  })

  test('lerp of complex numbers', () => {
    const [a, b] = [tensor([{ re: 1, im: 2 }]), tensor([{ re: 3, im: -2 }])]
    expect(lerp(a, b, 0.25).item()).toEqual({ re: 1.5, im: 1 })
  })
})

describe('what does not fit is refused, and nothing is written', () => {
  const bytes = () => ones([2], { dtype: 'uint8' })
  const mask = tensor([true, false])
  test.each<[string, () => unknown]>([
    ['uint8_t', () => bytes().clamp(-5, 300)],
    ['uint8_t', () => bytes().maskedFill(mask, 300)],
    ['int', () => ones([2], { dtype: 'int32' }).maskedFill(mask, 1e10)],
    ['float', () => ones(2).maskedFill(mask, { re: 0, im: 1 })],
    ['float', () => ones(2).maskedFill(mask, tensor({ re: 0, im: 1 }))],
    ['float', () => ones(2).maskedFill(mask, 1e300)],
    ['uint8_t', () => F.pad(bytes(), [1, 1], 'constant', 300)],
    ['int64_t', () => F.pad(ones([2], { dtype: 'int64' }), [1, 1], 'constant', Number.POSITIVE_INFINITY)],
    ['at::Half', () => F.pad(ones([2], { dtype: 'float16' }), [1, 1], 'constant', 1e10)],
    ['float', () => F.pad(ones(2), [1, 1], 'constant', { re: 1, im: 2 })],
    ['float', () => ones(2).fill_(1e300)],
    ['at::Half', () => ones([2], { dtype: 'float16' }).fill_(1e10)],
    ['uint8_t', () => bytes().fill_(-1.5)],
    ['uint8_t', () => full([2], -1.25, { dtype: 'uint8' })],
    ['int8_t', () => full([2], 127.5, { dtype: 'int8' })],
  ])('into %s (%#)', (type, call) => {
    expect(call).toThrow(`value cannot be converted to type ${type} without overflow`)
  })

  test('while whole negative numbers wrap into uint8, and a complex number may be real, as there', () => {
    expect(ones(1, { dtype: 'int8' }).fill_({ re: 3, im: 0 }).tolist()).toEqual([3])
    expect(() => ones(1, { dtype: 'int8' }).fill_({ re: 300, im: 0 })).toThrow('without overflow: 300')
    expect(bytes().fill_(-1).tolist()).toEqual([255, 255])
    expect(ones(2).fill_(Number.POSITIVE_INFINITY).tolist()).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
  })

  test('a modulus into a complex number', () => {
    const z = tensor([{ re: 3, im: 4 }])
    expect(() => z.abs_()).toThrow('In-place abs is not supported for complex tensors.')
    expect(z.item()).toEqual({ re: 3, im: 4 })
  })

  test('fold with fewer than no blocks', () => {
    expect(() => F.fold(ones(2, 18, 1), [2, 3], [3, 3], { stride: [2, 1], dilation: [2, 2] })).toThrow(
      'calculated shape of the array of sliding blocks as (-1, -1), which is too small (non-positive)',
    )
  })

  test('pooling says which size it would have, negative ones too', () => {
    expect(() => F.maxPool2d(ones(2, 3, 2), [5, 1])).toThrow('Calculated output size: (2x0x2)')
    expect(() => F.maxPool2d(ones(2, 3, 2), [1, 5], { stride: 1 })).toThrow('Calculated output size: (2x3x-2)')
  })
})

describe('arguments', () => {
  test('options are honoured or refused', () => {
    const x = tensor([1.2345, -2.355, 1250])
    expect(round(x, { decimals: 2 }).tolist()).toEqual([1.23, -2.36, 1250].map(Math.fround))
    expect(x.clone().round_({ decimals: -2 }).tolist()).toEqual([0, -0, 1200])
    const bad = (options: object) => options as never
    expect(() => round(x, bad({ digits: 2 }))).toThrow("unexpected keyword argument 'digits'")
    expect(() => isclose(x, x, bad({ rTol: 0.1 }))).toThrow("unexpected keyword argument 'rTol'")
    expect(() => allclose(x, x, bad(0.1 as never))).toThrow('options must be an object')
    expect(() => F.gelu(x, bad({ approximation: 'tanh' }))).toThrow("unexpected keyword argument 'approximation'")
    expect(() => x.gelu('tanh' as never)).toThrow('options must be an object')
    expect(() => F.softplus(x, bad({ beta: 1, Threshold: 3 }))).toThrow("unexpected keyword argument 'Threshold'")
    expect(() => x.softplus(3 as never)).toThrow('options must be an object')
  })

  test('addmm with factors', () => {
    const [bias, a, b] = [
      tensor([1, 2]),
      tensor([[1, 2]]),
      tensor([
        [3, 4],
        [5, 6],
      ]),
    ].map(x => x.requiresGrad_()) as [Tensor, Tensor, Tensor]
    const y = addmm(bias, a, b, { beta: 0.5, alpha: 2 })
    y.sum().backward()
    expect([y.tolist(), bias.grad!.tolist(), a.grad!.tolist()]).toEqual([[[26.5, 33]], [0.5, 0.5], [[14, 22]]])
    // a factor of 0 leaves the bias out, whatever is in it
    expect(addmm(full([2], Number.NaN), a, b, { beta: 0 }).tolist()).toEqual([[13, 16]])
  })

  test('an empty list of strides is none, and no steps are as many as one likes', () => {
    expect(F.maxPool2d(ones(1, 4, 6), 2, { stride: [] }).shape).toEqual([1, 2, 3])
    expect(F.avgPool1d(ones(1, 4), 2, { stride: [] }).shape).toEqual([1, 2])
    const optimizer = new optim.SGD([ones(1, { requiresGrad: true })], { lr: 1 })
    expect(new optim.ConstantLR(optimizer, { totalIters: 0 }).getLastLr()).toEqual([1 / 3])
    expect(() => new optim.LinearLR(optimizer, { totalIters: -1 })).toThrow('Expected non-negative integer total_iters')
  })
})
