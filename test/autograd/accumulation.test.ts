/**
 * `.grad` of a leaf is memory of its own: a copy of the gradient where anybody else has it, the gradient itself where nobody
 * has.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { autograd, nn, ones, randn, Tensor } from '../../src/index.js'

const leafLike = (shape: readonly number[]): Tensor => {
  const leaf = randn(shape)
  leaf.requiresGrad = true
  return leaf
}

const shareMemory = (a: Tensor, b: Tensor) => a.storage.isSameMemory(b.storage)

afterEach(() => void vi.restoreAllMocks())

test('a gradient that goes to two leaves is copied', () => {
  const [x, y] = [leafLike([2, 3]), leafLike([2, 3])]
  const gradient = ones([2, 3])
  x.add(y).backward(gradient)
  expect(shareMemory(x.grad!, y.grad!)).toBe(false)
  expect(shareMemory(x.grad!, gradient)).toBe(false)
  gradient.zero_()
  expect([x.grad!.sum().item(), y.grad!.sum().item()]).toEqual([6, 6])
})

test("a user's gradient is copied, and views of it too", () => {
  const x = leafLike([2, 3])
  const gradient = ones([3, 2])
  x.reshape([3, 2]).backward(gradient)
  expect(shareMemory(x.grad!, gradient)).toBe(false)
  const z = leafLike([2, 3])
  const other = ones([2, 3])
  z.backward(other)
  expect(shareMemory(z.grad!, other)).toBe(false)
})

test('what a hook has seen is copied', () => {
  const [x, y] = [leafLike([2, 3]), leafLike([2, 3])]
  const seen: Tensor[] = []
  x.registerHook(gradient => void seen.push(gradient))
  const product = x.mul(y)
  product.registerHook(gradient => void seen.push(gradient))
  product.sum().backward()
  expect(seen).toHaveLength(2)
  for (const gradient of seen) for (const leaf of [x, y]) expect(shareMemory(leaf.grad!, gradient)).toBe(false)
})

test('what a function of the user returns is copied', () => {
  const kept = ones([2, 3])
  class Identity extends autograd.Function {
    static forward(_context: autograd.FunctionContext, input: Tensor): Tensor {
      return input.clone()
    }
    static backward(): Tensor {
      return kept
    }
  }
  const x = leafLike([2, 3])
  Identity.apply(x).sum().backward()
  expect(shareMemory(x.grad!, kept)).toBe(false)
})

test('a leaf that is used twice has the sum, and further sums are added to it', () => {
  const x = leafLike([2, 3])
  x.add(x).add(x.mul(2)).sum().backward()
  const { grad } = x
  expect(grad!.sum().item()).toBe(24)
  x.mul(3).sum().backward()
  expect(x.grad).toBe(grad)
  expect(grad!.sum().item()).toBe(42)
})

test('what was saved is not given away', () => {
  const x = leafLike([2, 3])
  const factor = ones([2, 3]).mul(2)
  // the derivative by x is the factor times 1
  const out = x.mul(factor).sum()
  out.backward(null, { retainGraph: true })
  x.grad!.zero_()
  out.backward()
  expect(x.grad!.sum().item()).toBe(12)
  expect(factor.sum().item()).toBe(12)
})

test('the gradients of a layer are not copied', () => {
  const layer = new nn.Conv2d(3, 4, 3)
  const out = layer(randn([2, 3, 8, 7]))
  const clone = vi.spyOn(Tensor.prototype, 'clone')
  out.square().sum().backward()
  expect(clone).not.toHaveBeenCalled()
  expect(layer.weight.grad!.shape).toEqual([4, 3, 3, 3])
  expect(layer.weight.grad!.requiresGrad).toBe(false)
})

test('a gradient that lies in another way than its leaf is laid out anew', () => {
  const weight = leafLike([5, 3])
  randn([4, 3]).matmul(weight.t()).sum().backward()
  expect(weight.grad!.isContiguous()).toBe(true)
})

/** What `clone` is called on while a function runs. */
function clonesDuring(run: () => void): number {
  const clone = vi.spyOn(Tensor.prototype, 'clone')
  run()
  return clone.mock.calls.length
}

test('the gradient of a transposed weight has its layout, and is not copied', () => {
  const weight = leafLike([5, 3])
  const bias = leafLike([5])
  const x = leafLike([4, 3])
  const expected = ones([5, 4]).matmul(x.detach())
  for (const out of [() => x.matmul(weight.t()), () => nn.functional.linear(x, weight, bias)]) {
    weight.grad = x.grad = bias.grad = null
    const loss = out().sum()
    expect(clonesDuring(() => loss.backward())).toBe(0)
    expect(weight.grad!.isContiguous()).toBe(true)
    expect(weight.grad!.sub(expected).abs().max().item()).toBeLessThan(1e-5)
  }
})

test('both factors may be transposed; the layout follows', () => {
  const [a, b] = [leafLike([3, 4]), leafLike([5, 3])]
  const loss = () => a.t().matmul(b.t()).square().sum()
  expect(clonesDuring(() => loss().backward())).toBe(0)
  const gradients = [a.grad!, b.grad!]
  a.grad = b.grad = null
  a.t().contiguous().matmul(b.t().contiguous()).square().sum().backward()
  for (const [i, leaf] of [a, b].entries()) {
    expect(gradients[i]!.isContiguous()).toBe(true)
    expect(gradients[i]!.sub(leaf.grad!).abs().max().item()).toBeLessThan(1e-4)
  }
})

test('a view of a gradient that nobody else has is handed over', () => {
  const x = leafLike([2, 3])
  const loss = x.reshape([6]).exp().sum()
  expect(clonesDuring(() => loss.backward())).toBe(0)
  expect(x.grad!.shape).toEqual([2, 3])
})

test('sums are added up in the memory of a gradient that is nobody else’s', () => {
  const x = leafLike([2, 3])
  const y = x.exp()
  const loss = y.add(y.sin()).add(y.cos()).sum()
  const add = vi.spyOn(Tensor.prototype, 'add')
  loss.backward()
  expect(add).not.toHaveBeenCalled()
  const expected = y.cos().sub(y.sin()).add(1).mul(y).detach()
  expect(x.grad!.sub(expected).abs().max().item()).toBeLessThan(1e-4)
})

test('a sum is not written over what has been seen elsewhere', () => {
  const gradient = ones([2, 3])
  const x = leafLike([2, 3])
  const y = x.mul(2)
  // the user's gradient reaches y twice before anything of the engine's own does
  y.add(y).add(y.mul(3)).backward(gradient)
  expect(gradient.eq(1).all().item()).toBe(true)
  expect(x.grad!.eq(10).all().item()).toBe(true)
})

test('a sum is not written over a gradient that a hook, or the caller of grad(), has', () => {
  const x = leafLike([2, 3])
  const y = x.mul(2)
  const kept: Tensor[] = []
  const z = y.mul(3)
  z.registerHook(gradient => void kept.push(gradient))
  const w = z.reshape([3, 2]).reshape([2, 3])
  w.registerHook(gradient => void kept.push(gradient))
  const [gz, gy] = autograd.grad(z.exp().detach().mul(w).add(y.mul(5)).sum(), [w, y]) as [Tensor, Tensor]
  const values = gz.tolist()
  expect(kept.map(gradient => gradient.tolist())).toEqual([values, values])
  expect(gy.sub(gz.mul(3).add(5)).abs().max().item()).toBeLessThan(1e-3)
})

test('gradients that show one number everywhere are not summed in place', () => {
  const x = leafLike([2, 3])
  const y = x.mul(2)
  y.sum().mul(3).add(y.sum().mul(4)).backward()
  expect(x.grad!.eq(14).all().item()).toBe(true)
})

test('what a node has saved is not summed into', () => {
  const x = leafLike([2, 3])
  const y = x.exp()
  const out = y.exp().add(y.sin()).sum()
  out.backward(null, { retainGraph: true })
  const first = x.grad!.clone()
  x.grad = null
  out.backward()
  expect(x.grad!.equal(first)).toBe(true)
})
