/**
 * A convolution and the activation behind it are one pass in a Sequential, where nobody sees what is between them: the bits are
 * those of two.
 */
import { describe, expect, test, vi } from 'vitest'
import { backends, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import * as fused from '../../src/ops/convolution/fusedConvolution.js'
import { profile } from '../../src/tools/index.js'

const bits = (one: Tensor) => Buffer.from(one.detach().contiguous().dataSync().buffer).toString('hex')

const ACTIVATIONS = {
  ReLU: () => new nn.ReLU(),
  'ReLU in place': () => new nn.ReLU({ inplace: true }),
  ReLU6: () => new nn.ReLU6(),
  LeakyReLU: () => new nn.LeakyReLU(0.2, { inplace: true }),
  Hardswish: () => new nn.Hardswish(),
  // rounded otherwise in one pass
  SiLU: () => new nn.SiLU(),
  Hardtanh: () => new nn.Hardtanh(-1, 1),
}

/** Layers that different algorithms serve, with their inputs. */
const LAYERS: Record<string, () => [nn.Conv1d | nn.Conv2d | nn.Conv3d, Tensor]> = {
  winograd: () => [new nn.Conv2d(24, 40, 3, { padding: 1 }), randn(2, 24, 20, 21)],
  strided: () => [new nn.Conv2d(20, 33, 3, { padding: 1, stride: 2, bias: false }), randn(2, 20, 15, 17)],
  depthwise: () => [new nn.Conv2d(33, 33, 3, { padding: 1, groups: 33 }), randn(2, 33, 19, 18)],
  points: () => [new nn.Conv2d(40, 50, 1), randn(3, 40, 9, 10)],
  small: () => [new nn.Conv2d(2, 3, 3), randn(1, 2, 5, 6)],
  circular: () => [new nn.Conv2d(8, 20, 3, { padding: 1, paddingMode: 'circular' }), randn(2, 8, 12, 13)],
  '1d': () => [new nn.Conv1d(20, 24, 5, { padding: 2 }), randn(2, 20, 50)],
  '3d': () => [new nn.Conv3d(9, 16, 3), randn(1, 9, 6, 7, 8)],
  'without a batch': () => [new nn.Conv2d(20, 24, 3), randn(20, 12, 13)],
  float64: () => [new nn.Conv2d(20, 24, 3, { dtype: 'float64' }), randn([2, 20, 12, 13], { dtype: 'float64' })],
  bfloat16: () => [new nn.Conv2d(4, 6, 3, { dtype: 'bfloat16' }), randn([2, 4, 8, 9], { dtype: 'bfloat16' })],
  channels_last: () => [
    new nn.Conv2d(20, 24, 3).to({ memoryFormat: 'channels_last' }) as nn.Conv2d,
    randn(2, 20, 12, 13).to({ memoryFormat: 'channels_last' }),
  ],
}

describe.each(Object.keys(LAYERS))('%s', layer => {
  test.each(Object.keys(ACTIVATIONS))('%s', async name => {
    const [conv, x] = LAYERS[layer]!()
    const activation = ACTIVATIONS[name as keyof typeof ACTIVATIONS]()
    const net = new nn.Sequential(conv, activation)
    const expected = noGrad(() => (activation as (x: Tensor) => Tensor)((conv as (x: Tensor) => Tensor)(x)))
    const found = noGrad(() => net(x))
    expect(bits(found)).toBe(bits(expected))
    expect([found.shape, found.strides, found.dtype]).toEqual([expected.shape, expected.strides, expected.dtype])
    const late = await noGrad(() => net.forwardAsync(x))
    expect(bits(late)).toBe(bits(expected))
    expect(late.strides).toEqual(expected.strides)
  })
})

describe('when it is one pass', () => {
  const x = randn(1, 16, 12, 12)
  const conv = () => new nn.Conv2d(16, 16, 3, { padding: 1 })
  const passes = vi.spyOn(fused, 'convolveFused')
  const isOnePass = (net: (x: Tensor) => unknown, input = x) => {
    passes.mockClear()
    net(input)
    return passes.mock.calls.length > 0
  }

  test('where no gradient is needed', () => {
    const net = new nn.Sequential(conv(), new nn.ReLU())
    expect(isOnePass(net)).toBe(false)
    expect(noGrad(() => isOnePass(net))).toBe(true)
    for (const parameter of net.parameters()) parameter.requiresGrad_(false)
    expect(isOnePass(net)).toBe(true)
    expect(isOnePass(net, randn(1, 16, 12, 12).requiresGrad_())).toBe(false)
  })

  test('where nobody listens, and nothing is overridden', () => {
    noGrad(() => {
      for (const which of [0, 1]) {
        const net = new nn.Sequential(conv(), new nn.ReLU())
        const seen: unknown[] = []
        net.get(which).registerForwardHook((_, __, output) => void seen.push(output))
        expect(isOnePass(net)).toBe(false)
        expect(seen.length).toBe(1)
      }
      class Own extends nn.ReLU {}
      expect(isOnePass(new nn.Sequential(conv(), new Own()))).toBe(false)
    })
  })

  test('in longer rows', () => {
    const layers = [conv(), new nn.ReLU(), new nn.ReLU(), conv(), conv(), new nn.LeakyReLU(0.1), conv()]
    const net = new nn.Sequential(...layers)
    noGrad(() => {
      const expected = layers.reduce((value, layer) => layer(value), x)
      passes.mockClear()
      expect(bits(net(x))).toBe(bits(expected))
      expect(passes.mock.calls.length).toBe(2)
    })
  })

  test.skipIf(!['x64', 'wasm'].includes(backends.getBackend()))('leaves nothing to the operation behind it', () => {
    const names = (net: nn.Sequential) => noGrad(() => profile(() => net(x))).rows.map(({ name }) => name)
    const net = new nn.Sequential(conv(), new nn.ReLU())
    expect(names(net)).not.toContain('aten::relu')
    net.get(0).registerForwardHook(() => {})
    expect(names(net)).toContain('aten::relu')
  })
})
