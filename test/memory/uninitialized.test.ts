/** What is computed into memory that holds anything writes all of it: filled with NaN beforehand, no result has one. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cat, manualSeed, nn, noGrad, optim, randint, randn, type Tensor, where, zeros } from '../../src/index.js'
import { resnet18 } from '../../src/models/index.js'

const { allocUnsafeSlow } = Buffer
let bytes = 0

beforeAll(() => {
  Buffer.allocUnsafeSlow = (length: number) => {
    bytes += length
    return Buffer.from(new Uint8Array(length).fill(0xff).buffer)
  }
})
afterAll(() => {
  Buffer.allocUnsafeSlow = allocUnsafeSlow
})
beforeEach(() => {
  bytes = 0
  manualSeed(0)
})

const allFinite = (tensor: Tensor) => (tensor.dataSync() as Float32Array).every(Number.isFinite)

test('elementwise, broadcast, strided, of several dtypes', () => {
  for (const dtype of ['float32', 'float64', 'float16', 'bfloat16'] as const) {
    const x = randn([40, 60]).to(dtype)
    const results = [x.add(x.t().contiguous().t()), x.mul(randn([60]).to(dtype)), x.exp(), x.to('float64'), x.clone()]
    const sliced = x.slice(1, 0, 60, 3)
    results.push(sliced.add(1), sliced.contiguous(), where(x.gt(0), x, zeros([1]).to(dtype)), cat([x, x]))
    for (const result of results) expect(allFinite(result.to('float32'))).toBe(true)
  }
  expect(bytes).toBeGreaterThan(0)
})

for (const memoryFormat of ['contiguous', 'channels_last'] as const) {
  test(`convolutions and their gradients, ${memoryFormat}`, () => {
    for (const [inChannels, outChannels, kernelSize, options] of [
      [3, 20, 3, {}],
      [16, 32, 1, { stride: 2 }],
      [16, 16, 2, { stride: 5, bias: false }],
      [16, 16, 3, { stride: 4, padding: 3, dilation: 2 }],
      [32, 32, 3, { padding: 1, groups: 32, bias: false }],
      [32, 64, 3, { padding: 1 }],
      [8, 8, 9, { padding: 8 }],
    ] as const) {
      for (const dtype of ['float32', 'float64'] as const) {
        const layer = new nn.Conv2d(inChannels, outChannels, kernelSize, { ...options, dtype })
        const x = randn([2, inChannels, 29, 31], { dtype }).contiguous({ memoryFormat })
        x.requiresGrad = true
        const out = layer(x) as Tensor
        out.square().sum().backward()
        for (const result of [out, x.grad, ...[...layer.parameters()].map(own => own.grad)])
          expect(allFinite(result!)).toBe(true)
      }
    }
    expect(bytes).toBeGreaterThan(0)
  })
}

test('matrix products and normalisations', () => {
  const layer = new nn.Linear(70, 90)
  const x = randn([50, 70], { requiresGrad: true })
  nn.functional
    .layerNorm(layer(x) as Tensor, [90])
    .square()
    .sum()
    .backward()
  for (const tensor of [x, ...layer.parameters()]) expect(allFinite(tensor.grad!)).toBe(true)
})

test('a training step has the same bits whatever the memory held', () => {
  const losses = [allocUnsafeSlow, Buffer.allocUnsafeSlow, (length: number) => Buffer.alloc(length)].map(allocate => {
    const before = Buffer.allocUnsafeSlow
    Buffer.allocUnsafeSlow = allocate as typeof allocUnsafeSlow
    try {
      manualSeed(1)
      const model = resnet18({ numClasses: 10 })
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 })
      const [input, target] = [randn([2, 3, 32, 32]), randint(0, 10, [2])]
      const steps = Array.from({ length: 2 }, () => {
        optimizer.zeroGrad()
        const loss = nn.functional.crossEntropy(model.forward(input) as Tensor, target)
        loss.backward()
        optimizer.step()
        return loss.item()
      })
      model.eval()
      return [
        ...steps,
        noGrad(() => model.forward(input) as Tensor)
          .sum()
          .item(),
      ]
    } finally {
      Buffer.allocUnsafeSlow = before
    }
  })
  expect(losses[0]!.every(loss => Number.isFinite(loss as number))).toBe(true)
  expect(losses[1]).toEqual(losses[0])
  expect(losses[2]).toEqual(losses[0])
})
