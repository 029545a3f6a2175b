/** Assigning `.grad`, as in PyTorch 1.13. */
import { expect, test } from 'vitest'
import { ones, type Tensor, tensor, zeros } from '../../src/index.js'
import { gradOf, leaf } from './support.js'

/** `x.grad = grad` for x = torch.ones(2, 3) */
const assign = (grad: unknown, x: Tensor = ones(2, 3)) => {
  x.grad = grad as Tensor
}

test('a gradient must have the dtype, device and shape of its tensor', () => {
  expect(() => assign(5)).toThrow(/^assigned grad expected to be a Tensor or None but got grad of type number$/)
  expect(() => assign(undefined)).toThrow('assigned grad expected to be a Tensor or None')
  expect(() => assign(ones(3, 2))).toThrow(
    "assigned grad has data of a different size: [3, 2], but the tensor's is [2, 3]",
  )
  for (const shape of [[3], [1, 2, 3], [2, 1], []]) {
    expect(() => assign(ones(shape))).toThrow('assigned grad has data of a different size')
  }
  expect(() => assign(ones(3, 2, { dtype: 'float64' }))).toThrow(
    "assigned grad has data of a different type: float64, but the tensor's is float32",
  )
  expect(() => assign(ones(2, 3, { device: 'meta' }))).toThrow(
    "assigned grad has data located on a different device: meta, but the tensor's is cpu",
  )
  const x = ones(2, 3)
  expect(() => assign(x, x)).toThrow("can't assign Variable as its own grad")
  expect(x.grad).toBe(null)
})

test('a refused one leaves the old one in place', () => {
  const x = leaf(1, 2)
  x.mul(3).sum().backward()
  expect(() => assign(ones(3), x)).toThrow('of a different type')
  expect(gradOf(x)).toEqual([3, 3])
})

test('any layout will do, and tensors that need no gradient may have one', () => {
  const grad = zeros(3, 2).t()
  const x = ones(2, 3)
  assign(grad, x)
  expect(x.grad).toBe(grad)
  assign(null, x)
  expect(x.grad).toBe(null)
  const whole = tensor([1, 2], { dtype: 'int64' })
  assign(whole.clone(), whole)
  expect(whole.grad!.tolist()).toEqual([1, 2])
})

test('backward goes on from an assigned gradient, in place', () => {
  const x = leaf(1, 2)
  const grad = tensor([10, 20], { dtype: x.dtype })
  x.grad = grad
  x.mul(3).sum().backward()
  expect(x.grad).toBe(grad)
  expect(gradOf(x)).toEqual([13, 23])
})
