import { describe, expect, test } from 'vitest'
import { manualSeed, nn, ones, zeros } from '../../src/index.js'

describe('lazy convolutions', () => {
  test('the parameters keep their identity, so an optimizer that has them trains them', () => {
    const lazy = new nn.LazyConv2d(3, [2, 3])
    const before = [...lazy.parameters()]
    lazy(ones(1, 2, 4, 5))
    const after = [...lazy.parameters()]
    expect(after).toHaveLength(2)
    expect(after.map((parameter, i) => parameter === before[i])).toEqual([true, true])
    expect(after[0]).not.toBeInstanceOf(nn.UninitializedParameter)
    expect(lazy.weight.shape).toEqual([3, 2, 2, 3])
    expect(lazy.weight.requiresGrad).toBe(true)
    lazy(ones(1, 2, 4, 5))
      .sum()
      .backward()
    expect(lazy.weight.grad!.shape).toEqual([3, 2, 2, 3])
  })

  test('the state of one that had no input yet fits another one, and nothing else', () => {
    const [source, target] = [new nn.LazyConv2d(3, 1), new nn.LazyConv2d(3, 1)]
    expect(String(target.loadStateDict(source.stateDict()))).toBe('<All keys matched successfully>')
    expect(target(ones(1, 2, 1, 1)).shape).toEqual([1, 3, 1, 1])
    expect(() => target.loadStateDict(source.stateDict())).toThrow(
      "Can't access the shape of an uninitialized parameter",
    )
  })

  test('the second input has to have the channels of the first', () => {
    const lazy = new nn.LazyConv1d(3, 2)
    lazy(ones(1, 2, 4))
    const weight = lazy.weight.tolist()
    expect(() => lazy(ones(1, 3, 4))).toThrow('to have 2 channels, but got 3 channels instead')
    lazy(ones(5, 2, 9))
    expect(lazy.weight.tolist()).toEqual(weight)
  })

  test('unbatched inputs have their channels first', () => {
    const lazy = new nn.LazyConv3d(2, 1)
    expect(lazy(ones(4, 2, 3, 5)).shape).toEqual([2, 2, 3, 5])
    expect(lazy.inChannels).toBe(4)
  })

  test('a dtype and a device chosen before the first input count', () => {
    const wide = new nn.LazyConv2d(3, 1, { dtype: 'float64' })
    expect(wide(ones(1, 2, 1, 1, { dtype: 'float64' })).dtype).toBe('float64')
    const later = new nn.LazyConv2d(3, 1).to('float64')
    expect(later(ones(1, 2, 1, 1, { dtype: 'float64' })).dtype).toBe('float64')
    const meta = new nn.LazyConv2d(3, 1).to('meta')
    expect(meta(ones(1, 2, 1, 1, { device: 'meta' })).device).toBe('meta')
  })

  test('frozen before the first input, they stay frozen', () => {
    const lazy = new nn.LazyConv1d(2, 1).requiresGrad_(false)
    lazy(ones(1, 3, 4))
    expect([...lazy.parameters()].map(parameter => parameter.requiresGrad)).toEqual([false, false])
  })

  test('an input of a wrong rank is refused, and leaves the module lazy', () => {
    const lazy = new nn.LazyConv2d(3, 1)
    expect(() => lazy(ones(2, 3))).toThrow('Expected 3D (unbatched) or 4D (batched) input to LazyConv2d')
    expect(lazy).toBeInstanceOf(nn.LazyConv2d)
    expect(lazy(ones(1, 2, 3, 3)).shape).toEqual([1, 3, 3, 3])
  })

  test('channels that the groups do not divide are refused, and leave the module lazy', () => {
    const lazy = new nn.LazyConv2d(4, 1, { groups: 2 })
    expect(() => lazy(ones(1, 3, 2, 2))).toThrow('in_channels must be divisible by groups')
    expect(String(lazy)).toBe('LazyConv2d(0, 4, kernel_size=(1, 1), stride=(1, 1), groups=2)')
    expect(lazy(ones(1, 6, 2, 2)).shape).toEqual([1, 4, 2, 2])
  })

  test('in a network, each becomes what it is lazy for', () => {
    const net = new nn.Sequential(new nn.LazyConv2d(4, 3), new nn.ReLU(), new nn.LazyConvTranspose2d(2, 3))
    net(ones(1, 3, 8, 9))
    expect([...net.children()].map(child => child.constructor.name)).toEqual(['Conv2d', 'ReLU', 'ConvTranspose2d'])
    expect(Object.values(net.stateDict()).map(value => value.shape)).toEqual([[4, 3, 3, 3], [4], [4, 2, 3, 3], [2]])
  })

  test('a subclass becomes the layer, not another lazy one', () => {
    class Mine extends nn.LazyConv2d {
      constructor() {
        super(2, 1)
      }
    }
    const mine = new Mine()
    mine(ones(1, 3, 1, 1))
    expect(mine.constructor).toBe(nn.Conv2d)
  })

  test('a state can be loaded first: the shapes are those of the state', () => {
    manualSeed(1)
    const source = new nn.Conv2d(2, 3, [2, 1])
    const lazy = new nn.LazyConv2d(3, [2, 1])
    lazy.loadStateDict(source.stateDict())
    const x = ones(1, 2, 4, 4)
    expect(lazy(x).tolist()).toEqual(source(x).tolist())
    expect(String(lazy)).toBe(String(source))
    expect(lazy.constructor).toBe(nn.Conv2d)
  })

  test('a state with the weight alone leaves the bias to the first input', () => {
    const { weight } = new nn.Conv2d(2, 3, 1).stateDict() as { weight: nn.Parameter }
    const lazy = new nn.LazyConv2d(3, 1)
    lazy.loadStateDict({ weight }, { strict: false })
    expect(lazy(ones(1, 2, 4, 4)).shape).toEqual([1, 3, 4, 4])
    expect(lazy.bias!.shape).toEqual([3])
    // drawn like any other, not left at zero
    expect(lazy.bias!.abs().min().item()).toBeGreaterThan(0)
    expect(lazy.weight.tolist()).toEqual(weight.tolist())
  })

  test('an uninitialized parameter is no tensor to compute with', () => {
    const { weight } = new nn.LazyConv2d(3, 1)
    expect(String(weight)).toBe('<UninitializedParameter>')
    expect(() => weight.add(1)).toThrow('uninitialized')
    expect(() => new nn.Conv2d(2, 3, 1).loadStateDict(new nn.LazyConv2d(3, 1).stateDict())).toThrow('uninitialized')
  })

  test('only lazy modules are lazy', () => {
    // @ts-expect-error the number of channels is a number
    expect(() => new nn.Conv2d(null, 3, 1)).toThrow(TypeError)
    // @ts-expect-error as above
    expect(() => new nn.ConvTranspose1d(null, 3, 1)).toThrow(TypeError)
  })

  test('an empty batch is input enough', () => {
    const lazy = new nn.LazyConv2d(3, 1)
    expect(lazy(zeros(0, 5, 2, 2)).shape).toEqual([0, 3, 2, 2])
    expect(lazy.inChannels).toBe(5)
  })
})
