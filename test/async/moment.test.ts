/**
 * The result of `forwardAsync` is that of the moment of its call, whatever happens to tensors, modules and settings before it
 * is there.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backends, fromTypedArray, manualSeed, nn, noGrad, optim, randn, type Tensor } from '../../src/index.js'
import { BACKENDS, expectSame } from './support/bits.js'

const { functional: F } = nn

beforeEach(() => manualSeed(7))
afterEach(() => {
  backends.setBackend(null)
  backends.allowReducedPrecision(true)
})

const network = () =>
  new nn.Sequential(
    new nn.Conv2d(3, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.Conv2d(16, 16, 3),
    new nn.BatchNorm2d(16).eval(),
    new nn.Conv2d(16, 4, 1),
  )

describe.each(BACKENDS)('on %s', name => {
  beforeEach(() => backends.setBackend(name))

  const CHANGES: Record<string, (net: nn.Sequential, x: Tensor) => unknown> = {
    'the input in place': (_, x) => x.mul_(0),
    'the input through a view': (_, x) => x.narrow(2, 3, 5).add_(1),
    'all weights in place': net => {
      for (const parameter of net.parameters()) parameter.mul_(2)
    },
    'all weights by loading': net => net.loadStateDict(network().stateDict()),
    "the module's dtype": net => net.double(),
    'a layer': net => {
      Object.assign(net, { 0: new nn.Conv2d(3, 16, 3) })
    },
    'training and running statistics': net => {
      net.train()
      net(randn(2, 3, 12, 14))
    },
    'the backend': () => backends.setBackend(name === 'portable' ? null : 'portable'),
    'what precision is allowed': () => backends.allowReducedPrecision(false),
  }
  test.each(Object.entries(CHANGES))('a change of %s is not seen', async (_, change) => {
    const net = network()
    const x = randn(2, 3, 30, 31)
    const expected = noGrad(() => net(x)) as Tensor
    const result = noGrad(() => net.forwardAsync(x)) as Promise<Tensor>
    noGrad(() => void change(net, x))
    expectSame(await result, expected)
  })

  test("a user's array is copied, and views of it are read where they are", async () => {
    const array = Float32Array.from({ length: 2 * 4 * 20 * 20 }, (_, i) => Math.sin(i))
    const conv = new nn.Conv2d(3, 16, 3)
    const x = fromTypedArray(array, { shape: [2, 4, 20, 20] })
      .narrow(1, 1, 3)
      .transpose(2, 3)
    const expected = noGrad(() => conv(x))
    const result = noGrad(() => conv.forwardAsync(x))
    array.fill(0)
    expectSame(await result, expected)
  })

  test('a list of positions is copied', async () => {
    const positions = [0, 2]
    class Some extends nn.Module {
      override forward(x: Tensor) {
        return x.mul(2).indexSelect(1, positions)
      }
    }
    const net = new Some()
    const x = randn(2, 3, 12, 14)
    const expected = net(x)
    const result = net.forwardAsync(x)
    positions[0] = 1
    expectSame(await result, expected)
  })

  test('a step of an optimizer follows the work', async () => {
    const net = network()
    const x = randn(2, 3, 12, 14)
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 })
    net(x).sum().backward()
    const expected = noGrad(() => net(x)) as Tensor
    const result = noGrad(() => net.forwardAsync(x)) as Promise<Tensor>
    optimizer.step()
    const after = noGrad(() => net(x)) as Tensor
    expectSame(await result, expected)
    expect(after.equal(expected)).toBe(false)
  })

  test('settings of the moment serve', async () => {
    const conv = new nn.Conv2d(16, 16, 3)
    const x = randn(1, 16, 20, 20)
    const call = () => noGrad(() => conv(x))
    const expected = backends.withAlgorithm('reference', call)
    expectSame(await backends.withAlgorithm('reference', () => noGrad(() => conv.forwardAsync(x))), expected)
  })
})

describe.each(BACKENDS)('what a forward sets on its way counts for what it orders then, on %s:', name => {
  beforeEach(() => backends.setBackend(name))

  const SETTINGS: Record<string, (body: () => Tensor) => Tensor> = {
    'an algorithm': body => backends.withAlgorithm('reference', body),
    'a backend': body => {
      backends.setBackend('reference')
      try {
        return body()
      } finally {
        backends.setBackend(name)
      }
    },
    precision: body => {
      backends.allowReducedPrecision(false)
      try {
        return body()
      } finally {
        backends.allowReducedPrecision(true)
      }
    },
  }
  test.each(Object.entries(SETTINGS))('%s', async (_, set) => {
    const conv = new nn.Conv2d(16, 16, 3, { padding: 1 })
    class Some extends nn.Module {
      override forward(x: Tensor) {
        return conv(set(() => conv(conv(x))))
      }
    }
    const net = new Some()
    const x = randn(1, 16, 20, 20)
    const expected = noGrad(() => net(x))
    expectSame(await noGrad(() => net.forwardAsync(x)), expected)
  })
})

describe.each(BACKENDS)('in place within the call, on %s', name => {
  beforeEach(() => backends.setBackend(name))

  /** Calls synchronously on a copy of the module's state, and then in slices. */
  async function expectSameCalls(make: () => nn.Module, x: Tensor): Promise<void> {
    const [one, other] = [make(), make()]
    other.loadStateDict(one.stateDict())
    const expected = noGrad(() => one(x)) as Tensor
    expectSame((await noGrad(() => other.forwardAsync(x))) as Tensor, expected)
    const [state, found] = [one.stateDict(), other.stateDict()]
    for (const [key, value] of Object.entries(state)) expectSame(found[key]!, value)
  }

  test('a weight that changes between its uses', async () => {
    class Twice extends nn.Module {
      readonly conv = new nn.Conv2d(16, 16, 3, { padding: 1 })
      override forward(x: Tensor) {
        const first = this.conv(x)
        noGrad(() => this.conv.weight.add_(1))
        return first.add(this.conv(first))
      }
    }
    await expectSameCalls(() => new Twice(), randn(1, 16, 20, 20))
  })

  test('a computed weight that changes between its uses', async () => {
    class Hyper extends nn.Module {
      readonly linear = new nn.Linear(9, 9, { bias: false })
      override forward(x: Tensor) {
        const weight = this.linear(x.narrow(2, 0, 16).narrow(3, 0, 9)).reshape(16, 16, 3, 3)
        const first = F.conv2d(x, weight)
        weight.mul_(2)
        return first.sub(F.conv2d(x, weight))
      }
    }
    await expectSameCalls(() => new Hyper(), randn(1, 16, 20, 20))
  })

  test('views of a result that are written to', async () => {
    class Views extends nn.Module {
      readonly conv = new nn.Conv2d(3, 8, 3)
      override forward(x: Tensor) {
        const y = this.conv(x)
        y.narrow(1, 0, 2).relu_()
        const before = y.mul(1)
        y.select(1, 3).zero_()
        y.narrow(1, 4, 2).copy_(y.narrow(1, 0, 2))
        return y.add(before)
      }
    }
    await expectSameCalls(() => new Views(), randn(2, 3, 20, 20))
  })

  test('running statistics of training, random numbers of dropout', async () => {
    const make = () => new nn.Sequential(new nn.Conv2d(3, 8, 3), new nn.BatchNorm2d(8), new nn.Dropout(0.5))
    const [one, other] = [make(), make()]
    other.loadStateDict(one.stateDict())
    const x = randn(2, 3, 20, 20)
    manualSeed(3)
    const expected = one(x) as Tensor
    manualSeed(3)
    expectSame((await other.forwardAsync(x)) as Tensor, expected)
    expectSame(other.stateDict()['1.running_var']!, one.stateDict()['1.running_var']!)
  })
})
