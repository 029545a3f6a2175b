import { expect, test } from 'vitest'
import { nn, type Tensor, ValueError, zeros } from '../../src/index.js'
import { summary } from '../../src/tools/index.js'

class Net extends nn.Module {
  features = new nn.Sequential(new nn.Conv2d(3, 4, [3, 5], { groups: 1 }), new nn.ReLU())
  up = new nn.ConvTranspose2d(4, 2, 2, { stride: 2, bias: false })

  forward(x: Tensor): Tensor {
    return this.up(this.features(x))
  }
}

test('lists each layer with its output, parameters and multiply-adds', () => {
  const net = new Net()
  const { rows, ...totals } = summary(net, [2, 3, 7, 9])
  expect(rows.map(row => [row.name, row.type, row.depth, row.outputShape, row.parameters, row.multiplyAdds])).toEqual([
    ['', 'Net', 0, [2, 2, 10, 10], 0, 0],
    ['features', 'Sequential', 1, [2, 4, 5, 5], 0, 0],
    // 4 * 3 * 3 * 5 weights and 4 biases, at 2 * 5 * 5 places
    ['features.0', 'Conv2d', 2, [2, 4, 5, 5], 184, 184 * 50],
    ['features.1', 'ReLU', 2, [2, 4, 5, 5], 0, 0],
    ['up', 'ConvTranspose2d', 1, [2, 2, 10, 10], 32, 32 * 200],
  ])
  expect(totals).toMatchObject({ totalParameters: 216, trainableParameters: 216, totalMultiplyAdds: 15_600 })
  // outputs of the innermost layers, twice; 4 bytes each
  expect(totals.bytes).toEqual({ input: 2 * 3 * 7 * 9 * 4, passes: 2 * 4 * (200 + 200 + 400), parameters: 216 * 4 })
})

test('prints as torchinfo does', () => {
  expect(String(summary(new Net(), [2, 3, 7, 9]))).toBe(`\
============================================================
Layer (type:depth-idx)  Output Shape    Param #  Mult-Adds
============================================================
Net                     [2, 2, 10, 10]  --       --
├─Sequential: 1-1       [2, 4, 5, 5]    --       --
│    └─Conv2d: 2-1      [2, 4, 5, 5]    184      9,200
│    └─ReLU: 2-2        [2, 4, 5, 5]    --       --
└─ConvTranspose2d: 1-2  [2, 2, 10, 10]  32       6,400
============================================================
Total params: 216
Trainable params: 216
Non-trainable params: 0
Total mult-adds (M): 0.02
============================================================
Input size (MB): 0.00
Forward/backward pass size (MB): 0.01
Params size (MB): 0.00
Estimated Total Size (MB): 0.01
============================================================`)
})

test('leaves the network as it was, and says where an input does not fit', () => {
  const net = new Net()
  net.features.eval()
  expect(() => summary(net, [2, 4, 7, 9])).toThrow(
    /refused an input of \[2, 4, 7, 9\]: .*to have 3 channels.*features\.0/,
  )
  summary(net, [2, 3, 7, 9])
  expect([net.training, net.features.training, net.up.training]).toEqual([true, false, true])
  expect(net(zeros(1, 3, 7, 9)).shape).toEqual([1, 2, 10, 10])
})

test('a layer used twice is counted once', () => {
  class Twice extends nn.Module {
    conv = new nn.Conv2d(2, 2, 3, { padding: 1 })
    forward(x: Tensor): Tensor {
      return this.conv(this.conv(x))
    }
  }
  const { rows, totalParameters, totalMultiplyAdds } = summary(new Twice(), [1, 2, 5, 4])
  expect(rows.map(row => [row.parameters, row.recursive])).toEqual([
    [0, false],
    [38, false],
    [0, true],
  ])
  expect([totalParameters, totalMultiplyAdds]).toEqual([38, 2 * 38 * 20])
})

test('brackets around frozen parameters; what is too deep to be listed is counted', () => {
  const net = new Net()
  net.features.requiresGrad_(false)
  const { rows, trainableParameters } = summary(net, [2, 3, 7, 9])
  expect(rows.map(row => row.trainableParameters)).toEqual([0, 0, 0, 0, 32])
  expect(trainableParameters).toBe(32)
  const line = (depth: number, name: string) =>
    String(summary(net, [2, 3, 7, 9], { depth }))
      .split('\n')
      .find(text => text.includes(name))!
      .split(/\s{2,}/)
      .slice(-3)
  expect(line(3, 'Conv2d: 2-1')).toEqual(['[2, 4, 5, 5]', '(184)', '9,200'])
  expect(line(3, 'Sequential')).toEqual(['[2, 4, 5, 5]', '--', '--'])
  expect(line(1, 'Sequential')).toEqual(['[2, 4, 5, 5]', '(184)', '9,200'])
  expect(line(1, 'ConvTranspose2d')).toEqual(['[2, 2, 10, 10]', '32', '6,400'])
  expect(line(0, 'Net')).toEqual(['[2, 2, 10, 10]', '216', '15,600'])
})

test('refuses a depth that would list nothing', () => {
  const rule =
    "summary(): argument 'depth' must be a whole number from 0 (the network alone) on, or Infinity (all modules)"
  const at = (depth: unknown) => String(summary(new Net(), [2, 3, 7, 9], { depth: depth as number }))
  expect(() => at('x')).toThrow(new TypeError(`${rule}, but got string x`))
  expect(() => at(null)).toThrow(new TypeError(`${rule}, but got null`))
  for (const depth of [-1, 1.5, Number.NaN]) {
    expect(() => at(depth)).toThrow(new ValueError(`${rule}, but got depth=${depth}`))
  }
  expect(at(Number.POSITIVE_INFINITY)).toBe(at(3))
})
