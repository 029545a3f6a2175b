/** Graphs of every form, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, noGrad } from '../../src/index.js'
import { gradOf, leaf, lists, SECOND_TIME } from './support.js'

const { backward, grad } = autograd

describe('graphs', () => {
  test('a leaf used many times', () => {
    const x = leaf(1, 2)
    let sum = x.mul(0)
    for (let i = 0; i < 100; i++) sum = sum.add(x)
    sum.sum().backward()
    expect(gradOf(x)).toEqual([100, 100])
  })

  test('a diamond, and diamonds on diamonds, are walked once per node', () => {
    const x = leaf(1.1)
    let y = x.mul(1)
    let visits = 0
    for (let i = 0; i < 40; i++) {
      y = y.mul(0.5).add(y.mul(0.5))
      y.registerHook(() => void visits++)
    }
    y.sum().backward()
    expect(gradOf(x)).toEqual([1])
    expect(visits).toBe(40)
  })

  test('a node waits for all that use it, however late they come', () => {
    const x = leaf(2)
    const y = x.mul(3)
    let long = y
    for (let i = 0; i < 10; i++) long = long.mul(2)
    // the short way is met first on one side and last on the other
    expect(lists(grad(y.add(long).sum(), x))).toEqual([[3 + 3 * 1024]])
    let other = x.mul(3)
    const start = other
    for (let i = 0; i < 10; i++) other = other.mul(2)
    expect(lists(grad(other.add(start).sum(), x))).toEqual([[3 + 3 * 1024]])
  })

  test('20,000 operations deep, to the second order', () => {
    const x = leaf(1)
    let y = x
    for (let i = 0; i < 20_000; i++) y = y.mul(1.0001)
    const [g] = grad(y.mul(y).sum(), x, null, { createGraph: true })
    expect(g!.item()).toBeCloseTo(2 * 1.0001 ** 40_000, 6)
    g!.sum().backward()
    expect(x.grad!.item()).toBeCloseTo(2 * 1.0001 ** 40_000, 6)
  })

  test('5,000 operations wide', () => {
    const x = leaf(1, 2)
    const terms = Array.from({ length: 5000 }, (_, i) => x.mul(i).sum())
    backward(terms)
    expect(gradOf(x)).toEqual([12497500, 12497500])
  })

  test('branches that nobody asks for cost nothing and stay', () => {
    // a = L(1, 2); b = L(3, 4); y = (a.exp() + b.exp()).sum(); torch.autograd.grad(y, a); torch.autograd.grad(y, b)
    const [a, b] = [leaf(1, 2), leaf(3, 4)]
    const y = a.exp().add(b.exp()).sum()
    expect(lists(grad(y, a))).toEqual([[Math.E, Math.exp(2)]])
    expect(lists(grad(y, b))).toEqual([[Math.exp(3), Math.exp(4)]])
    expect(() => grad(y, a)).toThrow(SECOND_TIME)
    // y = (a * b).sum(): the product is walked for either: torch.autograd.grad(y, a); torch.autograd.grad(y, b)
    const product = a.mul(b).sum()
    grad(product, a)
    expect(() => grad(product, b)).toThrow(SECOND_TIME)
    // b = a.exp(); c = b.exp().sum(); torch.autograd.grad(c, b); torch.autograd.grad(b.sum(), a)
    const inner = a.exp()
    grad(inner.exp().sum(), inner)
    expect(lists(grad(inner.sum(), a))).toEqual([[Math.E, Math.exp(2)]])
  })

  test('gradients that are not wanted are not computed', () => {
    // w = x.exp(); w.register_hook(lambda g: s.append('w')); torch.autograd.grad((y * w * z).sum(), z); s: []
    const [a, b] = [leaf(2), leaf(3)]
    const side = a.exp()
    const seen: string[] = []
    side.registerHook(() => void seen.push('side'))
    expect(lists(grad(side.mul(b), b))).toEqual([[Math.exp(2)]])
    expect(seen).toEqual([])
  })

  test('what is detached, or made without recording, is a constant', () => {
    const x = leaf(2, 3)
    const cut = x.detach()
    expect([cut.requiresGrad, cut.isLeaf, cut.gradFn, cut.grad]).toEqual([false, true, null, null])
    x.mul(cut).sum().backward()
    expect(gradOf(x)).toEqual([2, 3])
    const quiet = noGrad(() => x.mul(x))
    expect([quiet.requiresGrad, quiet.gradFn]).toEqual([false, null])
    expect(cut.mul(quiet).requiresGrad).toBe(false)
  })

  test('any order', () => {
    // y = (x.exp() * x).sum() and its derivatives: [5.4366, 22.1672], [8.1548, 29.5562], [10.8731, 36.9453]
    const x = leaf(1, 2)
    let y = x.exp().mul(x).sum()
    for (let order = 1; order <= 6; order++) {
      const [g] = grad(y, x, null, { createGraph: true })
      expect(g!.tolist()).toEqual([1, 2].map(v => expect.closeTo(Math.exp(v) * (v + order), 8)))
      y = g!.sum()
    }
  })

  test('createGraph records inside noGrad', () => {
    // with torch.no_grad(): g, = torch.autograd.grad(y, x, create_graph=True); g.requires_grad: True
    const x = leaf(1, 2)
    const y = x.mul(x).sum()
    const [g] = noGrad(() => grad(y, x, null, { createGraph: true }))
    expect(g!.requiresGrad).toBe(true)
    expect(lists(grad(g!.sum(), x))).toEqual([[2, 2]])
  })
})
