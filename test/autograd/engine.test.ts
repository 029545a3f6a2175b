/**
 * `backward` and `grad` as in PyTorch. Here as in the other files of this folder comments hold what PyTorch 1.13 says,
 * with the line that makes it say so, where L(...) is torch.tensor([...], dtype=torch.float64, requires_grad=True).
 */
import { describe, expect, test } from 'vitest'
import { autograd, ones, tensor, zeros } from '../../src/index.js'
import { constant, gradOf, leaf, lists } from './support.js'

const { backward, grad } = autograd

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
    // which gives nothing that is on the tape, also where it passes the user's gradient on
    expect(grad(x.view(2), x, x)[0]!.requiresGrad).toBe(false)
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
