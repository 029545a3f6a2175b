/**
 * The memory of gradients that nobody has any more serves the next tensors, and never that of gradients that somebody has.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { autograd, nn, optim, randn, type Tensor } from '../../src/index.js'

/** Large enough to be worth keeping. */
const LENGTH = 6000

const leaf = (length = LENGTH) => randn(length).requiresGrad_()
const bufferOf = (tensor: Tensor | null) => tensor!.storage.data.buffer

/** Makes tensors until all memory that has been kept has been written to. */
function overwrite(): void {
  for (let i = 0; i < 50; i++) made.push(randn(LENGTH).mul(0).add(77))
}
const made: Tensor[] = []
afterEach(() => {
  made.length = 0
  vi.restoreAllMocks()
})

/** Trains with `step`, and expects the tensors that it gives to keep their numbers. */
function expectKept(step: () => readonly Tensor[]): void {
  const kept = step()
  const before = kept.map(tensor => tensor.clone())
  step()
  overwrite()
  kept.forEach((tensor, i) => {
    expect(tensor.equal(before[i]!)).toBe(true)
  })
}

describe('memory serves again', () => {
  test('of a gradient that was forgotten and that nobody has seen', () => {
    const x = leaf()
    const sgd = new optim.SGD([x], { lr: 0.1 })
    x.mul(x).sum().backward()
    const first = bufferOf(x.ownGrad)
    sgd.step()
    sgd.zeroGrad()
    const next = Array.from({ length: 8 }, () => bufferOf(randn(LENGTH)))
    expect(next).toContain(first)
  })

  test('of gradients on their way', () => {
    const x = leaf()
    let y: Tensor = x
    for (let i = 0; i < 20; i++) y = y.neg()
    y.mul(y).sum().backward()
    y = x
    for (let i = 0; i < 20; i++) y = y.neg()
    const loss = y.mul(y).sum()
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    loss.backward()
    // of 22 gradients; the forward pass has taken those that were there
    expect(allocate.mock.calls.length).toBeLessThan(4)
    expect(x.grad!.allclose(x.mul(4))).toBe(true)
  })

  test('of a gradient that goes to both operands of sums, wherever it ends', () => {
    const x = leaf()
    const block = (y: Tensor) => y.neg().add(y.mul(2).add(y))
    const run = () => {
      let y: Tensor = x.mul(1)
      for (let i = 0; i < 20; i++) y = block(y)
      return y.add(y).sum()
    }
    run().backward()
    x.grad = null
    const loss = run()
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    loss.backward()
    expect(allocate.mock.calls.length).toBeLessThan(4)
  })

  test('of the places of maxima, once backward has been there', () => {
    const x = randn(2, 30, 20, 20, { dtype: 'float64' }).requiresGrad_()
    const step = () => nn.functional.maxPool2d(x, 2).sum().backward()
    step()
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    for (let i = 0; i < 5; i++) step()
    // 24,000 bytes of places; maxima and gradients are twice as large
    expect(allocate.mock.calls.filter(([bytes]) => bytes === 24000)).toHaveLength(0)
  })
})

describe('numbers stay', () => {
  test('of a gradient that goes several ways, some of which somebody sees', () => {
    const [x, z] = [leaf(), leaf()]
    const seen: Tensor[] = []
    class Twice extends autograd.Function {
      static forward(_: unknown, input: Tensor) {
        return input.mul(2)
      }
      static backward(_: unknown, gradient: Tensor) {
        seen.push(gradient)
        return gradient
      }
    }
    expectKept(() => {
      seen.length = 0
      x.grad = z.grad = null
      const y = x.mul(1)
      y.registerHook(gradient => {
        seen.push(gradient)
      })
      const kept = z.neg()
      kept.retainGrad()
      const apart = kept.add(y)
      const twice = Twice.apply(apart) as Tensor
      const loss = twice.add(apart).add(apart.t()).add(kept.view(100, -1).add(1).view(-1)).sub(y.add(x))
      loss.sum().backward()
      return [...seen, x.grad!, z.grad!, kept.grad!]
    })
    expect(seen).toHaveLength(2)
    // as if `twice` were once: 3 (kept + y) + kept - y - x
    expect(x.grad!.allclose(x.mul(0).add(1))).toBe(true)
    expect(z.grad!.allclose(z.mul(0).add(-4))).toBe(true)
  })

  test('of the places of maxima: returned ones, those of a graph that stays, and in double backward', () => {
    const x = randn(2, 30, 20, 20).requiresGrad_()
    const [output, indices] = nn.functional.maxPool2d(x, 2, { returnIndices: true })
    const places = indices.clone()
    const loss = output.mul(output).sum()
    const [first] = autograd.grad(loss, [x], null, { createGraph: true })
    const [second] = autograd.grad(first!.mul(first!).sum(), [x], null, { retainGraph: true })
    const [third] = autograd.grad(loss, [x])
    overwrite()
    expect(indices.equal(places)).toBe(true)
    expect(third!.equal(first!)).toBe(true)
    // of the sum of (2 max)^2
    expect(second!.allclose(first!.mul(4))).toBe(true)
  })

  test('of a gradient that somebody has, whoever forgets it', () => {
    const x = leaf()
    const sgd = new optim.SGD([x], { lr: 0.1 })
    expectKept(() => {
      sgd.zeroGrad()
      x.mul(x).sum().backward()
      const { grad } = x
      x.grad = null
      x.sin().sum().backward()
      return [grad!, x.grad!]
    })
  })

  test('of a gradient that was assigned', () => {
    const x = leaf()
    const own = randn(LENGTH)
    expectKept(() => {
      x.grad = own
      new optim.Adam([x], { lr: 0.1 }).step()
      x.grad = null
      return [own]
    })
  })

  test('of what hooks, retained gradients and functions of the user have seen', () => {
    const x = leaf()
    const seen: Tensor[] = []
    class Keep extends autograd.Function {
      static forward(_: autograd.FunctionContext, own: Tensor) {
        return own.mul(2)
      }
      static backward(_: autograd.FunctionContext, gradient: Tensor) {
        seen.push(gradient)
        return gradient.mul(2)
      }
    }
    expectKept(() => {
      seen.length = 0
      const y = x.mul(3)
      y.registerHook(gradient => void seen.push(gradient))
      const z = Keep.apply(y.exp()).neg()
      z.retainGrad()
      z.mul(z).sum().backward()
      x.grad = null
      return [...seen, z.grad!]
    })
  })

  test('of gradients from autograd.grad, of leaves and others', () => {
    const x = leaf()
    expectKept(() => {
      const y = x.mul(3)
      return autograd.grad(y.exp().neg().sum(), [x, y]) as Tensor[]
    })
  })

  test('of one gradient that goes to several tensors, and of views of it', () => {
    const [a, b, c] = [leaf(), leaf(), leaf(2 * LENGTH)]
    expectKept(() => {
      for (const own of [a, b, c]) own.grad = null
      const sum = a
        .add(b)
        .add(c.narrow(0, 0, LENGTH))
        .sub(c.narrow(0, LENGTH, LENGTH))
      sum
        .reshape(2, LENGTH / 2)
        .mul(sum.reshape(2, LENGTH / 2))
        .sum()
        .backward()
      expect(a.grad!.equal(b.grad!)).toBe(true)
      expect(c.grad!.narrow(0, 0, LENGTH).equal(a.grad!)).toBe(true)
      expect(c.grad!.narrow(0, LENGTH, LENGTH).equal(a.grad!.neg())).toBe(true)
      return [a.grad!, b.grad!, c.grad!]
    })
  })

  test('of the gradient that a backward starts from', () => {
    const x = leaf()
    const start = randn(LENGTH)
    expectKept(() => {
      x.neg().backward(start)
      x.mul(1).backward(start)
      return [start]
    })
  })

  test('where the graph stays, or is itself differentiated', () => {
    const x = leaf()
    expectKept(() => {
      x.grad = null
      const y = x.mul(x).mul(x).sum()
      y.backward(null, { retainGraph: true })
      y.backward(null, { retainGraph: true })
      const [first] = autograd.grad(y, x, null, { createGraph: true })
      first!.mul(first!).sum().backward()
      return [x.grad!, first!.detach()]
    })
  })

  test('of what an optimizer of the user keeps', () => {
    class Keeping extends optim.SGD {
      readonly kept: Tensor[] = []
      protected override update(...args: Parameters<optim.SGD['update']>): void {
        this.kept.push(args[1])
        super.update(...args)
      }
    }
    const x = leaf()
    const sgd = new Keeping([x], { lr: 0.1 })
    expectKept(() => {
      sgd.kept.length = 0
      sgd.zeroGrad()
      x.mul(x).sum().backward()
      sgd.step()
      sgd.zeroGrad()
      return [...sgd.kept]
    })
  })

  test('of what backward hooks of a module have seen', () => {
    const layer = new nn.Linear(60, 100)
    const seen: Tensor[] = []
    layer.registerFullBackwardHook((_, inputs, outputs) => {
      seen.push(...[...inputs, ...outputs].filter(own => own !== null))
    })
    expectKept(() => {
      seen.length = 0
      layer.zeroGrad()
      const x = randn(100, 60).requiresGrad_()
      layer(x.neg()).exp().sum().backward()
      return [...seen, layer.weight.grad!]
    })
  })
})
