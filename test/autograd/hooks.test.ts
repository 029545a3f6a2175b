/** Hooks and `retainGrad`, as in PyTorch 1.13 (see engine.test.ts for the notation) unless a comment says otherwise. */
import { describe, expect, test } from 'vitest'
import { autograd, enableGrad, isGradEnabled, ones, type Tensor, tensor } from '../../src/index.js'
import { constant, gradOf, leaf, lists, operation } from './support.js'

const { grad } = autograd

/** A hook that writes down what it sees under a name. */
function recorder() {
  const seen: string[] = []
  const as = (name: string) => (gradient: Tensor) => void seen.push(`${name} ${gradient.tolist()}`)
  return { seen, as }
}

describe('hooks', () => {
  test('are called in order, each with what the one before returned', () => {
    const [x, { seen, as }] = [leaf(1, 2), recorder()]
    const y = x.mul(3)
    y.registerHook(as('a'))
    y.registerHook(g => g.mul(10))
    y.registerHook(as('b'))
    x.registerHook(as('x'))
    y.sum().backward()
    expect(seen).toEqual(['a 1,1', 'b 10,10', 'x 30,30'])
    expect(gradOf(x)).toEqual([30, 30])
  })

  test('see the whole gradient, once', () => {
    const [x, { seen, as }] = [leaf(1, 2), recorder()]
    const y = x.mul(1)
    x.registerHook(as('x'))
    y.registerHook(as('y'))
    y.mul(2).add(y.mul(3)).sum().backward()
    expect(seen).toEqual(['y 5,5', 'x 5,5'])
  })

  test('on the output itself', () => {
    const x = leaf(1, 2)
    const y = x.sum()
    y.registerHook(g => g.mul(7))
    y.backward()
    expect(gradOf(x)).toEqual([7, 7])
  })

  test('that return nothing change nothing', () => {
    for (const nothing of [null, undefined]) {
      const x = leaf(1, 2)
      x.registerHook(() => nothing)
      x.sum().backward()
      expect(gradOf(x)).toEqual([1, 1])
    }
  })

  test('one function registered twice is called twice', () => {
    const x = leaf(1)
    const twice = (g: Tensor) => g.mul(2)
    x.registerHook(twice)
    const second = x.registerHook(twice)
    x.sum().backward()
    expect(gradOf(x)).toEqual([4])
    second.remove()
    x.sum().backward()
    expect(gradOf(x)).toEqual([6])
  })

  test('are per output of a function', () => {
    const pair = operation(
      (_, x: Tensor) => [x.mul(2), x.mul(3)],
      (_, a, b) => a.mul(2).add(b.mul(3)),
    )
    const [x, { seen, as }] = [leaf(1), recorder()]
    const [a, b] = pair.apply(x) as [Tensor, Tensor]
    a.registerHook(as('a'))
    b.registerHook(g => g.mul(10))
    a.add(b).sum().backward()
    expect([seen, gradOf(x)]).toEqual([['a 1'], [32]])
  })

  test('of a result that no gradient reaches are not called', () => {
    // a, b = L(1, 2).unbind(); a.register_hook(s.append); b.backward(); s: [None]. Here a hook always gets a tensor
    const { seen, as } = recorder()
    const pair = operation(
      (_, x: Tensor) => [x.mul(2), x.mul(3)],
      (_, a, b) => a.mul(2).add(b.mul(3)),
    )
    const x = leaf(1)
    const [a, b] = pair.apply(x) as [Tensor, Tensor]
    a.registerHook(as('a'))
    a.retainGrad()
    b.registerHook(as('b'))
    b.backward()
    expect([seen, gradOf(x), a.grad]).toEqual([['b 1'], [3], null])
  })

  test('taken off, also twice', () => {
    const [x, { seen, as }] = [leaf(1), recorder()]
    const handle = x.registerHook(as('x'))
    x.sum().backward()
    handle.remove()
    handle.remove()
    x.sum().backward()
    expect(seen).toEqual(['x 1'])
  })

  test('added or taken off by a hook count from the next backward on', () => {
    // a removes b: a b c, then a c; a removes itself: a b, then b; a adds one: a, then a new
    const [x, { seen, as }] = [leaf(1), recorder()]
    x.registerHook(() => b.remove())
    const b = x.registerHook(as('b'))
    x.registerHook(as('c'))
    x.sum().backward()
    x.sum().backward()
    expect(seen).toEqual(['b 1', 'c 1', 'c 1'])

    const [y, adding] = [leaf(1), recorder()]
    const first = y.registerHook(() => {
      first.remove()
      y.registerHook(adding.as('new'))
    })
    y.sum().backward()
    expect(adding.seen).toEqual([])
    y.sum().backward()
    expect(adding.seen).toEqual(['new 1'])
  })

  test('with grad() replace what is asked for, and what comes after', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    y.registerHook(g => g.mul(2))
    // y.register_hook(lambda g: g * 2); torch.autograd.grad(y.sum(), x): [6, 6]
    expect(lists(grad(y.sum(), x, null, { retainGraph: true }))).toEqual([[6, 6]])
    // since PyTorch 2 the gradient asked for has passed its own hooks; 1.13 gives it from before
    expect(lists(grad(y.sum(), y))).toEqual([[2, 2]])
    x.registerHook(g => g.mul(5))
    expect(lists(grad(x.mul(3).sum(), x))).toEqual([[15, 15]])
  })

  test('are recorded with createGraph, and only then', () => {
    const modes: boolean[] = []
    const x = leaf(1, 2)
    x.registerHook(g => {
      modes.push(isGradEnabled(), g.requiresGrad)
      return g.mul(x.detach())
    })
    x.mul(x).sum().backward()
    x.grad = null
    const [g] = grad(x.mul(x).sum(), x, null, { createGraph: true })
    expect(modes).toEqual([false, false, true, true])
    expect(lists(grad(g!.sum(), x))).toEqual([[2, 8]])
  })

  test('may run a backward of their own', () => {
    const x = leaf(1, 2)
    const y = x.exp()
    y.registerHook(() => enableGrad(() => grad(x.mul(x).sum(), x)[0]))
    y.sum().backward()
    expect(gradOf(x)).toEqual([2 * Math.E, 4 * Math.exp(2)])
  })

  test('that throw stop the backward, and no leaf gets half of it', () => {
    const [x, y] = [leaf(1, 2), leaf(3, 4)]
    x.registerHook(() => {
      throw new Error('no')
    })
    expect(() => x.mul(y).sum().backward()).toThrow('no')
    expect([x.grad, y.grad, isGradEnabled()]).toEqual([null, null, true])
  })

  test('on what was in the tensor before an operation in place', () => {
    // y.register_hook(lambda g: g * 10); y.mul_(3); y.sum().backward(): the hook sees [3, 3]; one from after it [1, 1]
    const [x, { seen, as }] = [leaf(1, 2), recorder()]
    const y = x.mul(2)
    y.registerHook(as('before'))
    y.mul_(3)
    y.registerHook(as('after'))
    y.sum().backward()
    expect(seen).toEqual(['after 1,1', 'before 3,3'])
  })

  test('are refused where they cannot be called, and replacements that do not fit', () => {
    expect(() => tensor([1]).registerHook(() => undefined)).toThrow(
      "cannot register a hook on a tensor that doesn't require gradient",
    )
    expect(() => leaf(1).registerHook(3 as never)).toThrow("argument 'hook' must be a function, but got 3")
    const withHook = (hook: (g: Tensor) => unknown) => {
      const x = leaf(1, 2)
      x.registerHook(hook as never)
      return () => x.sum().backward()
    }
    // lambda g: g.sum(), lambda g: g.float() and lambda g: 3.0
    const total = (g: Tensor) => g.sum()
    expect(withHook(total)).toThrow("hook 'total' has changed the size of value")
    expect(withHook(g => g.float())).toThrow(
      'has changed the type of value (was torch.DoubleTensor got torch.FloatTensor)',
    )
    expect(withHook(() => 3)).toThrow("expected Variable, but hook returned 'number'")
    expect(withHook(() => false)).toThrow("expected Variable, but hook returned 'boolean'")
  })
})

describe('retainGrad', () => {
  test('fills in .grad of a computed tensor, and adds to it', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    y.retainGrad()
    y.retainGrad()
    const z = y.mul(3).sum()
    z.backward(null, { retainGraph: true })
    expect([gradOf(y), gradOf(x)]).toEqual([
      [3, 3],
      [6, 6],
    ])
    z.backward()
    expect(gradOf(y)).toEqual([6, 6])
  })

  test('changes nothing on a leaf, and needs a gradient', () => {
    const x = leaf(1, 2)
    x.retainGrad()
    x.sum().backward()
    expect(gradOf(x)).toEqual([1, 1])
    expect(() => tensor([1]).retainGrad()).toThrow("can't retain_grad on Tensor that has requires_grad=False")
  })

  test('keeps the gradient as the hooks leave it, those registered later too', () => {
    // y.register_hook(lambda g: g * 2); y.retain_grad(); y.register_hook(lambda g: g * 5); y.grad: [10, 10]
    const x = leaf(1, 2)
    const y = x.mul(2)
    y.registerHook(g => g.mul(2))
    y.retainGrad()
    y.registerHook(g => g.mul(5))
    y.sum().backward()
    expect([gradOf(y), gradOf(x)]).toEqual([
      [10, 10],
      [20, 20],
    ])
  })

  test('keeps a copy', () => {
    const [x, g] = [leaf(1, 2), constant(1, 1)]
    const y = x.mul(2)
    y.retainGrad()
    y.backward(g)
    y.grad!.mul_(5)
    expect([g.tolist(), gradOf(x)]).toEqual([
      [1, 1],
      [2, 2],
    ])
  })

  test('works with grad()', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    y.retainGrad()
    grad(y.sum(), x)
    expect(gradOf(y)).toEqual([1, 1])
  })

  test('on several outputs', () => {
    const x = ones([2, 3], { requiresGrad: true })
    const [a, b] = x.mul(1).unbind() as [Tensor, Tensor]
    a.retainGrad()
    b.retainGrad()
    a.mul(2).add(b.mul(3)).sum().backward()
    expect([gradOf(a), gradOf(b)]).toEqual([
      [2, 2, 2],
      [3, 3, 3],
    ])
  })
})
