/**
 * `forwardAsync` gives what the module gives, to the bit, whatever the module does, and gives way while it computes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backends, manualSeed, nn, noGrad, randn, Tensor, tensor } from '../../src/index.js'
import { mobilenetV2, resnet18, upconv7 } from '../../src/models/index.js'
import { BACKENDS, expectSame } from './support/bits.js'

const { functional: F } = nn

/** Layers as a small picture goes through them, each with what it may be called on. */
const LAYERS: Record<string, [make: () => nn.Module, shape: number[]]> = {
  'wide convolution': [() => new nn.Conv2d(16, 40, 3, { padding: 1 }), [2, 16, 20, 22]],
  'convolution of few channels': [() => new nn.Conv2d(3, 5, 3, { stride: 2 }), [3, 21, 23]],
  'depthwise convolution': [() => new nn.Conv2d(12, 12, 3, { groups: 12, padding: 1 }), [2, 12, 20, 22]],
  'reflecting convolution': [
    () => new nn.Conv2d(8, 8, 3, { padding: 1, paddingMode: 'reflect', bias: false }),
    [2, 8, 20, 22],
  ],
  'transposed convolution': [() => new nn.ConvTranspose2d(16, 9, 4, { stride: 2, padding: 1 }), [2, 16, 12, 13]],
  'batch norm': [() => new nn.BatchNorm2d(8).eval(), [2, 8, 20, 22]],
  'group norm': [() => new nn.GroupNorm(2, 8), [2, 8, 20, 22]],
  'layer norm': [() => new nn.LayerNorm([20, 22]), [2, 8, 20, 22]],
  'instance norm': [() => new nn.InstanceNorm2d(8), [2, 8, 20, 22]],
  'ReLU in place': [() => new nn.Sequential(new nn.Conv2d(8, 8, 3), new nn.ReLU({ inplace: true })), [2, 8, 20, 22]],
  activations: [
    () => new nn.Sequential(new nn.LeakyReLU(0.1), new nn.GELU(), new nn.SiLU(), new nn.Hardswish()),
    [9, 999],
  ],
  'max pooling': [() => new nn.MaxPool2d(3, { stride: 2, padding: 1 }), [2, 8, 20, 22]],
  'average pooling': [() => new nn.AvgPool2d(2), [2, 8, 20, 22]],
  'adaptive pooling': [() => new nn.AdaptiveAvgPool2d(1), [2, 8, 20, 22]],
  linear: [() => new nn.Sequential(new nn.Flatten(), new nn.Linear(300, 50), new nn.Softmax(1)), [4, 3, 10, 10]],
  upsampling: [() => new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' }), [2, 3, 10, 11]],
  'pixel shuffle': [() => new nn.PixelShuffle(2), [2, 8, 10, 11]],
  padding: [() => new nn.Sequential(new nn.ReflectionPad2d(2), new nn.ZeroPad2d(1)), [2, 3, 10, 11]],
}

/** Operations that are no layers. */
class Sundry extends nn.Module {
  override forward(x: Tensor) {
    const [a, b] = [x.narrow(1, 0, 4), x.narrow(1, 4, 4)]
    const joined = a.mul(b).transpose(2, 3).contiguous().flatten(1)
    const other = F.pad(a.exp(), [1, 2]).sum(2).mean(1, true)
    return joined.sub(joined.mean(1, true)).add(other.sum(2).mul(3)).where(joined.gt(0), joined.neg()).pow(2)
  }
}

class Product extends nn.Module {
  override forward(x: Tensor) {
    return x.matmul(x.transpose(1, 2))
  }
}

/** The largest elements, and where they are. */
class Extremes extends nn.Module {
  override forward(x: Tensor) {
    const { values, indices } = x.mul(2).max(1)
    return values.add(x.neg().amin([1], true).squeeze(1)).sub(indices.add(x.argmax(1)))
  }
}

beforeEach(() => manualSeed(7))
afterEach(() => backends.setBackend(null))

/** The results of a call, and of one that gives way. */
async function bothWays(module: nn.Module, x: Tensor): Promise<[found: Tensor, expected: Tensor]> {
  const expected = noGrad(() => module(x) as Tensor)
  return [await noGrad(() => module.forwardAsync(x) as Promise<Tensor>), expected]
}

describe.each(BACKENDS)('on %s, bits are those of a call', name => {
  beforeEach(() => backends.setBackend(name))

  test.each(Object.entries(LAYERS))('%s', async (_, [make, shape]) => {
    const module = make()
    for (const dtype of ['float32', 'float64'] as const) {
      const x = randn(shape, { dtype })
      expectSame(...(await bothWays(module.to(dtype), x)))
    }
  })

  test('operations of other dtypes and memory formats', async () => {
    const conv = new nn.Conv2d(8, 12, 3, { padding: 1 })
    const net = new nn.Sequential(conv, new nn.BatchNorm2d(12).eval(), new nn.ReLU(), new nn.MaxPool2d(2))
    const x = randn(2, 8, 20, 22)
    expectSame(...(await bothWays(net, x.to({ memoryFormat: 'channels_last' }))))
    expectSame(...(await bothWays(net.half(), x.to('float16'))))
    // large enough for a compiled product
    for (const dtype of ['float16', 'bfloat16'] as const) {
      expectSame(...(await bothWays(new nn.Linear(300, 200).to(dtype), randn(90, 300).to(dtype))))
      expectSame(...(await bothWays(new Product(), randn(2, 90, 300).to(dtype))))
    }
    expectSame(...(await bothWays(conv.to('complex64'), x.to('complex64'))))
    expectSame(...(await bothWays(new Sundry(), randn(2, 8, 20, 22))))
  })

  test('extremes and their positions', async () => {
    for (const dtype of ['float32', 'float16', 'int64'] as const)
      expectSame(...(await bothWays(new Extremes(), randn(4, 9, 20).mul(9).to(dtype))))
  })

  test('whole networks', async () => {
    expectSame(...(await bothWays(upconv7().eval(), randn(3, 30, 27))))
    if (name === 'portable') return
    expectSame(...(await bothWays(resnet18().eval(), randn(2, 3, 64, 64))))
    expectSame(...(await bothWays(mobilenetV2().eval(), randn(1, 3, 64, 64))))
  })

  test('others have their turn while a network computes', async () => {
    const network = upconv7().eval()
    // large enough for several slices, however fast
    const size = name === 'x64' ? 200 : 80
    const x = randn(3, size, size)
    // planned and compiled before
    noGrad(() => network(x))
    let turns = 0
    let goesOn = true
    const turn = () => {
      turns++
      if (goesOn) setImmediate(turn)
    }
    setImmediate(turn)
    await noGrad(() => network.forwardAsync(x))
    goesOn = false
    // the layers but for the last ones take more than a slice each
    expect(turns).toBeGreaterThan(3)
  })
})

const PUT_OFF: Record<string, (y: Tensor) => unknown> = {
  'a number written out as a tensor': y => y.mul(tensor([2])),
  'numbers of another kind': y => y.mul(tensor(new Int32Array([1, 2]), { dtype: 'float64' }).reshape(2, 1, 1)),
  'a copy by tensor()': y => tensor(y),
  'a PReLU': y => new nn.PReLU()(y),
  'the largest element': y => y.max(),
  'the largest along a dimension': y => y.max(1).values,
  'where they are': y => y.argmax(1),
  'a slice by positions': y => y.indexSelect(1, [1]),
}
test.each(Object.entries(PUT_OFF))('%s does not make work before it be done', async (_, operation) => {
  class Some extends nn.Module {
    readonly conv = new nn.Conv2d(3, 2, 3)
    override forward(x: Tensor) {
      const y = this.conv(x)
      const result = operation(y)
      expect(y.storage.isAwaited).toBe(true)
      return result
    }
  }
  const net = new Some()
  const x = randn(1, 3, 9, 9)
  const expected = noGrad(() => net.conv(x))
  const found = await noGrad(() => net.forwardAsync(x))
  expect(found).toBeInstanceOf(Tensor)
  expectSame(found as Tensor, noGrad(() => operation(expected)) as Tensor)
})
