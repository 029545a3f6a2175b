/** Which tensors require a gradient, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/index.js'
import { leaf } from './support.js'

describe('requiresGrad', () => {
  test('is for floating and complex tensors', () => {
    for (const dtype of ['int64', 'uint8', 'bool'] as const) {
      const x = tensor([1], { dtype })
      expect(() => x.requiresGrad_()).toThrow(
        /[Oo]nly Tensors of floating point and complex dtype can require gradients/,
      )
      x.requiresGrad = false
      expect(x.requiresGrad).toBe(false)
    }
    expect(() => tensor([1], { dtype: 'int64', requiresGrad: true })).toThrow(
      'Only Tensors of floating point and complex dtype can require gradients',
    )
    for (const dtype of ['float16', 'bfloat16', 'float32', 'complex64'] as const) {
      expect(tensor([1], { dtype }).requiresGrad_().requiresGrad).toBe(true)
    }
  })

  test('is set on leaves only', () => {
    const x = leaf(1)
    expect([x.requiresGrad_(false) === x, x.requiresGrad, x.isLeaf]).toEqual([true, false, true])
    x.requiresGrad = true
    const y = x.mul(2)
    y.requiresGrad = true
    expect([y.requiresGrad, y.isLeaf]).toEqual([true, false])
    // y = L(1) * 2; y.requires_grad = False
    expect(() => {
      y.requiresGrad = false
    }).toThrow(
      "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    )
  })

  test('goes with floating results, and not with others', () => {
    const x = leaf(1.5)
    expect([x.floor(), x.long(), x.gt(0), x.argmax(), x.isnan()].map(y => y.requiresGrad)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  test('detached tensors share memory, and nothing else', () => {
    const x = leaf(1, 2)
    x.sum().backward()
    const d = x.detach()
    expect([d.grad, d.requiresGrad, d.isLeaf, d.storage === x.storage]).toEqual([null, false, true, true])
    const y = x.mul(x)
    d.zero_()
    expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
  })
})
