/** Operations in place and the tape, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, nn, noGrad, ones, type Tensor, tensor } from '../../src/index.js'
import { constant, gradOf, leaf } from './support.js'

const CHANGED = 'one of the variables needed for gradient computation has been modified by an inplace operation'

class Pair extends autograd.Function {
  static forward(_: autograd.FunctionContext, x: Tensor) {
    return [x.mul(2), x.mul(3)]
  }
  static backward(_: autograd.FunctionContext, a: Tensor, b: Tensor) {
    return a.mul(2).add(b.mul(3))
  }
}

describe('saved tensors that were changed are refused', () => {
  test('an operand, with who saved it and what to do', () => {
    // x = L(1, 2); with torch.no_grad(): x.mul_(2); y = x * x; with torch.no_grad(): x.mul_(2); y.sum().backward()
    const x = leaf(1, 2)
    noGrad(() => x.mul_(2))
    const y = x.mul(x)
    noGrad(() => x.mul_(2))
    expect(() => y.sum().backward()).toThrow(
      `${CHANGED}: [torch.DoubleTensor [2]] is at version 2; expected version 1 instead. MulBackward0 needs it as it was: change a clone(), or use the operation that gives a new tensor.`,
    )
  })

  test('a result', () => {
    // s = y.sigmoid(); s.add_(1); s.sum().backward(): which is output 0 of SigmoidBackward0
    const s = leaf(1, 2).sigmoid()
    const z = s.mul(3)
    s.add_(1)
    expect(() => z.sum().backward()).toThrow(
      `${CHANGED}: [torch.DoubleTensor [2]], which is output 0 of AddBackward0, is at version 1; expected version 0 instead.`,
    )
    const e = leaf(1, 2).mul(1).exp_()
    const after = e.square()
    e.mul_(2)
    expect(() => after.sum().backward()).toThrow(CHANGED)
  })

  test('through any view of the memory, and whatever changed it', () => {
    const changes: ((x: Tensor) => unknown)[] = [
      x => x.add_(1),
      x => x.view(2, 1).select(0, 1).zero_(),
      x => x.detach().fill_(3),
      x => noGrad(() => x.t().copy_(constant(5, 6))),
      x => noGrad(() => x.relu_()),
      x => x.uniform_(),
    ]
    for (const change of changes) {
      const [w, x] = [leaf(1, 2), constant(3, 4)]
      const y = w.mul(x).sum()
      change(x)
      expect(() => y.backward()).toThrow(CHANGED)
      expect(w.grad).toBe(null)
    }
  })

  test('a weight that an optimizer stepped on before backward', () => {
    const conv = new nn.Conv2d(1, 1, [2, 3])
    const y = conv.forward(ones([1, 1, 4, 5], { requiresGrad: true })).sum()
    noGrad(() => conv.weight.sub_(1))
    expect(() => y.backward()).toThrow('ConvolutionBackward0 needs it as it was')
  })

  test('what is not needed for a gradient may change', () => {
    // y = x + 1; with torch.no_grad(): x.mul_(2); y.sum().backward(); x.grad: [1, 1]
    const x = leaf(1, 2)
    const y = x.add(1)
    noGrad(() => x.mul_(2))
    y.sum().backward()
    expect(gradOf(x)).toEqual([1, 1])
    // the weight of a convolution whose input needs no gradient
    const conv = new nn.Conv2d(1, 1, [2, 3])
    const z = conv.forward(ones([1, 1, 4, 5])).sum()
    noGrad(() => conv.bias!.sub_(1))
    z.backward()
    expect(conv.weight.grad!.flatten().tolist()).toEqual(new Array(6).fill(9))
  })
})

describe('gradients through changes', () => {
  test('of a tensor that was off the tape: from then on it is on it', () => {
    const [x, w] = [constant(1, 2), leaf(3, 4)]
    x.mul_(w).add_(w)
    expect([x.requiresGrad, x.isLeaf, x.gradFn!.name]).toEqual([true, false, 'AddBackward0'])
    x.sum().backward()
    expect(gradOf(w)).toEqual([2, 3])
  })

  test('of a computed tensor by itself', () => {
    const x = leaf(1, 2, 3)
    const y = x.mul(1)
    y.mul_(y).mul_(y)
    y.sum().backward()
    expect(gradOf(x)).toEqual([4, 32, 108])
  })

  test('of a gradient that is kept: .grad may be changed between steps', () => {
    const x = leaf(1, 2)
    x.sum().backward()
    x.grad!.zero_()
    x.mul(3).sum().backward()
    expect(gradOf(x)).toEqual([3, 3])
  })

  test('leaves are refused, and views of leaves', () => {
    const w = leaf(1, 2)
    expect(() => w.add_(1)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.')
    expect(() => w.view(2, 1).add_(1)).toThrow(
      'a view of a leaf Variable that requires grad is being used in an in-place operation.',
    )
    // that a function has handed back as it is, too
    class Same extends autograd.Function {
      static forward(_: autograd.FunctionContext, x: Tensor) {
        return x
      }
      static backward(_: autograd.FunctionContext, g: Tensor) {
        return g
      }
    }
    expect(() => Same.apply(w).mul_(2)).toThrow('a view of a leaf Variable that requires grad')
    noGrad(() => w.view(2, 1).view(2).add_(1))
    expect([w.tolist(), w.requiresGrad]).toEqual([[2, 3], true])
  })

  test('views of views of leaves are refused before anything is written', () => {
    const w = leaf(1, 2)
    expect(() => w.view(2, 1).view(2).mul_(2)).toThrow('a view of a leaf Variable that requires grad')
    expect(w.tolist()).toEqual([1, 2])
  })

  test('of the second result of a function', () => {
    // y, z = f.apply(x); z.mul_(10); (y + z).sum().backward(); x.grad: [32, 32]
    const x = leaf(1, 2)
    const [y, z] = Pair.apply(x) as [Tensor, Tensor]
    z.mul_(10)
    y.add(z).sum().backward()
    expect(gradOf(x)).toEqual([32, 32])
  })

  test('of the second result of a function by itself, twice differentiated', () => {
    const f = (x: Tensor) => {
      const [, z] = Pair.apply(x) as [Tensor, Tensor]
      return z.mul_(z)
    }
    expect(autograd.gradgradcheck(f, leaf(1, 2))).toBe(true)
  })

  test('integers never require a gradient', () => {
    // i = torch.tensor([1, 2]); i.copy_(L(1.5, 2.5)); i.requires_grad: False
    const i = tensor([1, 2], { dtype: 'int64' })
    i.copy_(leaf(1.5, 2.5))
    expect(i.requiresGrad).toBe(false)
  })

  test('retainGrad goes with the tensor', () => {
    // y = x * 2; y.retain_grad(); y.mul_(3); y.sum().backward(); y.grad: [1, 1]
    const y = leaf(1, 2).mul(2)
    y.retainGrad()
    y.mul_(3)
    y.sum().backward()
    expect(gradOf(y)).toEqual([1, 1])
  })
})
