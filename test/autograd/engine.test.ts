/**
 * `backward` and `grad` as in PyTorch. Comments hold what PyTorch 1.13 says, with the line that makes it say so; there
 * L(...) is torch.tensor([...], dtype=torch.float64, requires_grad=True).
 */
import { describe, expect, test } from 'vitest'
import { autograd, noGrad, ones, tensor, zeros } from '../../src/index.js'
import { constant, gradOf, leaf, lists } from './support.js'

const { backward, grad } = autograd

const SECOND_TIME =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.'

describe('what is refused', () => {
  test('a second backward, which retainGraph allows', () => {
    const x = leaf(1, 2)
    const y = x.mul(x).sum()
    y.backward(null, { retainGraph: true })
    y.backward()
    expect(gradOf(x)).toEqual([4, 8])
    expect(() => y.backward()).toThrow(SECOND_TIME)
    expect(() => y.backward()).toThrow('{ retainGraph: true }')
    expect(gradOf(x)).toEqual([4, 8])
    // y = (x * x).sum(); torch.autograd.grad(y, x); y.backward()
    const z = x.mul(x).sum()
    grad(z, x)
    expect(() => z.backward()).toThrow(SECOND_TIME)
  })

  test('no second backward where nothing was saved', () => {
    // x = L(1, 2); y = (x + 1).sum(); y.backward(); y.backward(); x.grad: [2, 2]
    const x = leaf(1, 2)
    const y = x.add(1).sum()
    y.backward()
    y.backward()
    expect(gradOf(x)).toEqual([2, 2])
  })

  test('createGraph keeps the graph unless told not to', () => {
    const x = leaf(1, 2)
    const y = x.mul(x).sum()
    backward(y, null, { createGraph: true })
    y.backward()
    expect(() => y.backward()).toThrow(SECOND_TIME)
    // g, = torch.autograd.grad((x * x).sum(), x, create_graph=True, retain_graph=False); torch.autograd.grad(g.sum(), x): [2, 2]
    const once = x.mul(x).sum()
    const [g] = grad(once, x, null, { createGraph: true, retainGraph: false })
    expect(lists(grad(g!.sum(), x))).toEqual([[2, 2]])
    expect(() => once.backward()).toThrow(SECOND_TIME)
  })

  test('outputs that are no scalar, without a gradient', () => {
    // (L(1, 2) * 2).backward()
    const message = 'grad can be implicitly created only for scalar outputs'
    expect(() => leaf(1, 2).mul(2).backward()).toThrow(message)
    expect(() => grad(leaf(1, 2).mul(2), leaf(1))).toThrow(message)
    expect(() => backward([leaf(1).sum(), leaf(1, 2).mul(2)])).toThrow(message)
    // one element is enough: (L(1) * 2).reshape(1, 1).backward()
    const x = leaf(1)
    x.mul(2).view(1, 1).backward()
    expect(gradOf(x)).toEqual([2])
  })

  test('gradients of another shape, kind or number', () => {
    // (L(1, 2) * 2).backward(torch.ones(3))
    expect(() =>
      leaf(1, 2)
        .mul(2)
        .backward(ones([3])),
    ).toThrow(
      'Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2]).',
    )
    // torch.ones(1) neither: nothing is broadcast here
    expect(() => backward([leaf(1).mul(2), leaf(1, 2).mul(2)], [ones([1]), ones([1])])).toThrow(
      'Mismatch in shape: grad_output[1] has a shape of torch.Size([1]) and output[1] has a shape of torch.Size([2]).',
    )
    // (L(1, 2) * 2).backward(torch.ones(2, dtype=torch.complex128))
    expect(() =>
      leaf(1, 2)
        .mul(2)
        .backward(ones([2], { dtype: 'complex128' })),
    ).toThrow(
      'For complex Tensors, both grad_output and output are required to have the same dtype. Mismatch in dtype: grad_output[0] has a dtype of torch.complex128 and output[0] has a dtype of torch.float64.',
    )
    const z = tensor([{ re: 1, im: 2 }], { requiresGrad: true })
    expect(() => z.mul(2).backward(ones([1]))).toThrow(
      'Mismatch in dtype: grad_output[0] has a dtype of torch.float32 and output[0] has a dtype of torch.complex64.',
    )
    // torch.autograd.backward([L(1) * 2, L(2) * 2], [torch.ones(1)])
    expect(() => backward([leaf(1).mul(2), leaf(2).mul(2)], [ones([1])])).toThrow('got 2 tensors and 1 gradients')
    expect(() => grad([leaf(1).mul(2), leaf(2).mul(2)], leaf(3), ones([1]))).toThrow('got 2 tensors and 1 gradients')
  })

  test('what is no tensor, and options that do not exist', () => {
    // torch.autograd.backward([L(1) * 2], [3]): gradients can be either Tensors or None, but got int
    expect(() => backward([leaf(1).mul(2)], [3 as never])).toThrow(
      'gradients can be either Tensors or None, but got number',
    )
    expect(() =>
      leaf(1)
        .sum()
        .backward({ retainGraph: true } as never),
    ).toThrow('options come after them: backward(null, { retainGraph: true })')
    expect(() =>
      leaf(1)
        .sum()
        .backward(null, { retain_graph: true } as never),
    ).toThrow("backward() got an unexpected keyword argument 'retain_graph'; it takes retainGraph, createGraph")
    const x = leaf(1)
    expect(() => grad(x.sum(), x, null, { allow_unused: true } as never)).toThrow(
      "grad() got an unexpected keyword argument 'allow_unused'",
    )
  })

  test('outputs and inputs off the tape', () => {
    // torch.tensor([1.]).sum().backward(); torch.autograd.backward([L(1).sum(), torch.tensor(1.)])
    const message = (i: number) => `element ${i} of tensors does not require grad and does not have a grad_fn`
    expect(() => tensor([1]).sum().backward()).toThrow(message(0))
    expect(() => tensor([1], { dtype: 'int64' }).sum().backward()).toThrow(message(0))
    expect(() => backward([leaf(1).sum(), tensor(1)])).toThrow(message(1))
    // torch.autograd.grad(L(1).sum(), torch.tensor([1.]))
    expect(() => grad(leaf(1).sum(), tensor([1]))).toThrow('One of the differentiated Tensors does not require grad')
    // torch.autograd.grad(L(1).sum(), [])
    expect(() => grad(leaf(1).sum(), [])).toThrow('grad requires non-empty inputs.')
  })

  test('inputs that the output does not depend on, unless they may', () => {
    // torch.autograd.grad(L(1).sum(), L(2))
    expect(() => grad(leaf(1).sum(), leaf(2))).toThrow(
      'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior',
    )
    const [x, unused] = [leaf(1), leaf(2)]
    expect(lists(grad(x.sum(), [unused, x], null, { allowUnused: true }))).toEqual([null, [1]])
  })
})

describe('where gradients come from', () => {
  test('a scalar’s own gradient is 1, whatever its value and dtype', () => {
    // x = L(0, 1); x.log().sum().backward(); x.grad: [inf, 1]
    const x = leaf(0, 1)
    const y = x.log().sum()
    expect(y.item()).toBe(Number.NEGATIVE_INFINITY)
    y.backward()
    expect(gradOf(x)).toEqual([Number.POSITIVE_INFINITY, 1])
    const w = leaf(1, 2)
    w.mul(constant(0, Number.NaN)).sum().add(w.sum()).backward()
    expect(gradOf(w)).toEqual([1, Number.NaN])
    for (const dtype of ['float16', 'bfloat16', 'float32', 'complex64'] as const) {
      const v = tensor([2], { dtype, requiresGrad: true })
      v.mul(3).sum().backward()
      expect([v.grad!.dtype, v.grad!.real().to('float64').tolist()]).toEqual([dtype, [3]])
    }
  })

  test('the user’s gradient is cast to the output’s dtype', () => {
    // x = L(1, 2); (x * 2).backward(torch.ones(2, dtype=torch.int64)); x.grad: [2, 2]; the same with float32
    for (const dtype of ['int64', 'float32', 'float16'] as const) {
      const x = leaf(1, 2)
      x.mul(2).backward(ones([2], { dtype }))
      expect([x.grad!.dtype, gradOf(x)]).toEqual(['float64', [2, 2]])
    }
  })

  test('several outputs add up, also the same one', () => {
    // x = L(3); y = x * 2; torch.autograd.backward([y, y]); x.grad: [4]
    const x = leaf(3)
    const y = x.mul(2)
    backward([y, y])
    expect(gradOf(x)).toEqual([4])
    const w = leaf(1, 2)
    backward([w.mul(2), w.sum()], [constant(1, 10), null])
    expect(gradOf(w)).toEqual([3, 21])
  })

  test('leaves are outputs of themselves', () => {
    // x = L(3); torch.autograd.grad(x, x); x.backward(); x.grad
    const x = leaf(3)
    expect(lists(grad(x, x))).toEqual([[1]])
    x.backward()
    expect(gradOf(x)).toEqual([1])
  })

  test('with respect to what was computed, and twice the same', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    const z = y.mul(y).sum()
    expect(lists(grad(z, [y, x, y], null, { retainGraph: true }))).toEqual([
      [6, 12],
      [18, 36],
      [6, 12],
    ])
    expect(lists(grad([z, y], [y], [tensor(1), constant(10, 20)]))).toEqual([[16, 32]])
    expect([x.grad, y.grad]).toEqual([null, null])
  })
})

describe('.grad', () => {
  test('grows in place from call to call', () => {
    // x.sum().backward(); g = x.grad; x.sum().backward(); x.grad is g
    const x = leaf(1, 2)
    x.sum().backward()
    const first = x.grad
    x.mul(2).sum().backward()
    expect(x.grad === first).toBe(true)
    expect(gradOf(x)).toEqual([3, 3])
    x.grad = null
    x.sum().backward()
    expect(gradOf(x)).toEqual([1, 1])
    expect(first!.tolist()).toEqual([3, 3])
  })

  test('is nobody else’s memory', () => {
    // x.backward(g); x.grad.mul_(5); g: [1, 1]
    const [x, y, g] = [leaf(1, 2), leaf(1, 2), constant(1, 1)]
    x.add(y).backward(g)
    x.grad!.mul_(5)
    expect([g.tolist(), gradOf(y)]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('is on the tape with createGraph, and then a new tensor', () => {
    // x.sum().backward(); g = x.grad; (x * x).sum().backward(create_graph=True); x.grad is g: False; x.grad: [3, 5], grad_fn=<AddBackward0>
    const x = leaf(1, 2)
    x.sum().backward()
    const first = x.grad
    x.mul(x).sum().backward(null, { createGraph: true })
    expect(x.grad === first).toBe(false)
    expect([first!.tolist(), gradOf(x), x.grad!.gradFn!.name]).toEqual([[1, 1], [3, 5], 'AddBackward0'])
    const own = x.grad!
    expect(lists(grad(own.sum(), x))).toEqual([[2, 2]])
    // and what comes after does not change it under the tape
    x.sum().backward()
    expect([own.tolist(), gradOf(x)]).toEqual([
      [3, 5],
      [4, 6],
    ])
  })

  test('is laid out as the leaf', () => {
    // x = torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last).requires_grad_(); (x * 2).sum().backward(); x.grad.stride(): (60, 1, 15, 3)
    const x = ones([2, 3, 4, 5]).contiguous({ memoryFormat: 'channels_last' }).requiresGrad_()
    x.mul(2).sum().backward()
    expect(x.grad!.stride()).toEqual([60, 1, 15, 3])
    const y = ones([1, 3]).expand(2, 3).detach().requiresGrad_()
    y.sum().backward()
    expect(y.grad!.stride()).toEqual([3, 1])
  })

  test('of tensors that are no leaves stays empty', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    y.sum().backward()
    expect([y.grad, y.isLeaf, x.isLeaf]).toEqual([null, false, true])
  })

  test('is left alone by grad()', () => {
    const x = leaf(1, 2)
    const [g] = grad(x.mul(x).sum(), x)
    expect([x.grad, g!.requiresGrad, g!.tolist()]).toEqual([null, false, [2, 4]])
  })
})

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

describe('gradients fit what they are the gradients of', () => {
  test('shapes that were broadcast are summed, dtypes that were promoted cast back', () => {
    // (x * y * z).sum().abs().backward() for ones of float32 (3, 1), float64 (4) and complex128 (3, 4): 4, 3 and 1
    const x = ones([3, 1], { requiresGrad: true })
    const y = ones([4], { dtype: 'float64', requiresGrad: true })
    const z = ones([3, 4], { dtype: 'complex128', requiresGrad: true })
    x.mul(y).mul(z).sum().abs().backward()
    expect([x, y, z].map(({ grad: g }) => [g!.dtype, g!.shape, g!.real().flatten().tolist()])).toEqual([
      ['float32', [3, 1], [4, 4, 4]],
      ['float64', [4], [3, 3, 3, 3]],
      ['complex128', [3, 4], new Array(12).fill(1)],
    ])
  })

  test('complex to real keeps the real part', () => {
    // x = L(2); (x * (1 + 2j)).sum().abs().backward(); x.grad: [2.2361]
    const x = leaf(2)
    x.mul({ re: 1, im: 2 }).sum().abs().backward()
    expect([x.grad!.dtype, x.grad!.item()]).toEqual(['float64', expect.closeTo(Math.sqrt(5), 12)])
  })

  test('through 16-bit floats', () => {
    // x = torch.ones(2, dtype=torch.float16, requires_grad=True); (x.double() * 3).sum().backward(); x.grad: [3, 3], float16
    const x = ones([2], { dtype: 'float16', requiresGrad: true })
    x.double().mul(3).sum().backward()
    expect([x.grad!.dtype, x.grad!.to('float64').tolist()]).toEqual(['float16', [3, 3]])
  })

  test('empty tensors', () => {
    const x = zeros([0, 3], { requiresGrad: true })
    x.mul(2).sum().backward()
    expect(x.grad!.shape).toEqual([0, 3])
  })

  test('on the meta device shapes are all there is', () => {
    const x = zeros([2, 3], { device: 'meta', requiresGrad: true })
    x.mul(zeros([3], { device: 'meta' }))
      .sum()
      .backward()
    expect([x.grad!.device, x.grad!.shape]).toEqual(['meta', [2, 3]])
  })
})
