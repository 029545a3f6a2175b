/**
 * What may happen around calls of `forwardAsync`: errors, gradients, hooks, other calls in between.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backends, inferenceMode, manualSeed, nn, noGrad, randn, type Tensor, zeros } from '../../src/index.js'
import { upconv7 } from '../../src/models/index.js'
import { nextTurn } from '../../src/tensor/turn.js'
import { BACKENDS, expectSame } from './support/bits.js'

beforeEach(() => manualSeed(7))
afterEach(() => backends.setBackend(null))

const network = () =>
  new nn.Sequential(new nn.Conv2d(3, 16, 3), new nn.Tanh(), new nn.Conv2d(16, 16, 3), new nn.Conv2d(16, 4, 3))

describe.each(BACKENDS)('on %s', name => {
  beforeEach(() => backends.setBackend(name))

  test.each([
    ['the result is there', true],
    ['it is there', false],
  ])('gradients are those of a call, asked for %s', async (_, waits) => {
    const net = network()
    const gradients = (y: Tensor, x: Tensor) => {
      y.square().sum().backward()
      return [x.grad!, ...[...net.parameters()].map(({ grad }) => grad!)]
    }
    const [one, other] = [randn(1, 3, 20, 20), zeros(1, 3, 20, 20)]
    other.copy_(one)
    one.requiresGrad = other.requiresGrad = true
    const expected = gradients(net(one) as Tensor, one)
    net.zeroGrad()
    let result: Tensor | undefined
    const handle = net.registerForwardHook((_module, _inputs, y) => {
      result = y as Tensor
    })
    const promise = net.forwardAsync(other)
    handle.remove()
    if (waits) await promise
    const found = gradients(result!, other)
    await promise
    for (const [i, gradient] of found.entries()) expectSame(gradient, expected[i]!)
  })

  test('several calls at once, and calls in between, are all right', async () => {
    const [net, other] = [upconv7().eval(), upconv7().eval()]
    const inputs = [60, 82, 50].map(size => randn(1, 3, size, size))
    const [expected, others] = [net, other].map(own => inputs.map(x => noGrad(() => own(x)) as Tensor))
    const promises = inputs.map(x => noGrad(() => net.forwardAsync(x)) as Promise<Tensor>)
    let isThere = false
    const all = Promise.all(promises).finally(() => {
      isThere = true
    })
    let calls = 0
    for (; !isThere; calls++) {
      // in the middle of a run: of another network, later of the same, whose weights all calls read
      const i = calls % inputs.length
      const isOther = calls < 3 || calls % 2 === 0
      expectSame(noGrad(() => (isOther ? other : net)(inputs[i]!)) as Tensor, (isOther ? others : expected)![i]!)
      for (let i = 0; i <= calls; i++) await nextTurn()
    }
    for (const [i, found] of (await all).entries()) expectSame(found, expected![i]!)
    expect(calls).toBeGreaterThan(1)
  })

  test('a result that is not there yet may be used, by a call or by one that gives way', async () => {
    const conv = new nn.Conv2d(16, 16, 3, { padding: 1 })
    const x = randn(1, 16, 20, 20)
    const [twice, thrice] = noGrad(() => [conv(conv(x)), conv(conv(conv(x)))])
    let first: Tensor | undefined
    conv.registerForwardHook((_module, _inputs, y) => {
      first ??= y
    })
    const promise = noGrad(() => conv.forwardAsync(x))
    const second = noGrad(() => conv.forwardAsync(first!))
    expectSame(
      noGrad(() => conv(conv(first!))),
      thrice!,
    )
    expectSame(await second, twice!)
    expectSame(await promise, first!)
  })
})

describe('a forward', () => {
  test('may look at elements, and branch', async () => {
    class Branch extends nn.Module {
      readonly conv = new nn.Conv2d(2, 2, 3)
      override forward(x: Tensor) {
        let y = this.conv(x)
        for (let i = 0; i < 3; i++) y = y.sum().item() > 0 ? y.sub(y.mean()).sub(0.1) : y.neg().add(0.2)
        return { y, sum: y.sum().item() }
      }
    }
    const net = new Branch()
    const x = randn(1, 2, 40, 40)
    const expected = net(x)
    const found = await net.forwardAsync(x)
    expectSame(found.y, expected.y)
    expect(found.sum).toBe(expected.sum)
  })

  test('may have several inputs and options, modules in it, and hooks, which are called once and in order', async () => {
    const calls: string[] = []
    class Pair extends nn.Module {
      readonly left = new nn.Conv2d(2, 4, 1)
      readonly right = new nn.Conv2d(3, 4, 1)
      override forward(a: Tensor, [b]: readonly [Tensor], { scale }: { scale: number }): readonly [Tensor, number] {
        return [this.left(a).add(this.right(b).mul(scale)), scale]
      }
    }
    const net = new Pair()
    net.registerForwardPreHook((_, [a, b, { scale }]) => {
      calls.push('before')
      return [a, b, { scale: scale + 1 }]
    })
    net.left.registerForwardHook(() => void calls.push('left'))
    net.right.registerForwardHook((_module, _inputs, y) => {
      calls.push('right')
      return y.mul(2)
    })
    net.registerForwardHook(() => void calls.push('after'))
    const [a, b] = [randn(1, 2, 40, 40), randn(1, 3, 40, 40)]
    const [expected] = net(a, [b], { scale: 2 })
    expect(calls.splice(0)).toEqual(['before', 'left', 'right', 'after'])
    const promise = net.forwardAsync(a, [b], { scale: 2 })
    expect(calls).toEqual(['before', 'left', 'right', 'after'])
    const [found, scale] = await promise
    expectSame(found, expected)
    expect(scale).toBe(3)
  })

  test('is recorded or not as the mode of the call says', async () => {
    const conv = new nn.Conv2d(1, 1, 1)
    const x = randn(1, 1, 4, 4)
    expect((await conv.forwardAsync(x)).requiresGrad).toBe(true)
    expect((await noGrad(() => conv.forwardAsync(x))).requiresGrad).toBe(false)
    expect((await inferenceMode(() => conv.forwardAsync(x))).isInference()).toBe(true)
    expect(() => noGrad(async () => conv.forwardAsync(x))).toThrow(TypeError)
    // a promise made of others may have been made of anything
    const both = () => noGrad(() => Promise.all([conv.forwardAsync(x), conv.forwardAsync(x)]))
    expect(both).toThrow(/that of module.forwardAsync\(\) itself/)
  })

  test('that computes nothing resolves, too', async () => {
    const x = randn(3)
    expect(await new nn.Identity().forwardAsync(x)).toBe(x)
  })
})

describe('errors reject the promise, and nothing is harmed:', () => {
  const conv = new nn.Conv2d(2, 2, 3)
  const x = randn(1, 2, 40, 40)

  async function expectWorking(): Promise<void> {
    expectSame(
      await noGrad(() => conv.forwardAsync(x)),
      noGrad(() => conv(x)),
    )
  }

  test('of a forward, with work put off before', async () => {
    const net = new nn.Sequential(conv, new nn.Conv2d(5, 1, 1))
    await expect(net.forwardAsync(x)).rejects.toThrow(/expected input\[1, 2, 38, 38\] to have 5 channels/)
    await expectWorking()
  })

  test('of arguments', async () => {
    await expect(conv.forwardAsync(3 as unknown as Tensor)).rejects.toThrow(TypeError)
    await expectWorking()
  })

  test('of work that has been put off; whoever looks at its result gets it, too', async () => {
    const seen: Tensor[] = []
    const watched = new nn.Sequential(conv, conv, new nn.ReLU())
    conv.registerForwardHook((_module, _inputs, y) => void seen.push(y))
    const call = () => noGrad(() => watched.forwardAsync(x))
    // planned when its turn comes
    const refused = backends.withAlgorithm(['x64/weight-gradient'], call)
    await expect(refused).rejects.toThrow(/weight-gradient|no convolution algorithm/)
    for (const y of seen) expect(() => y.dataSync()).toThrow(/weight-gradient|no convolution algorithm/)
    await expectWorking()
  })

  test('of a forward that is asynchronous itself', async () => {
    class Later extends nn.Module {
      override async forward(own: Tensor) {
        return conv(own)
      }
    }
    await expect(new Later().forwardAsync(x)).rejects.toThrow(/forward is synchronous/)
    await expectWorking()
  })
})
