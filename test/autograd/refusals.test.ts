/** What `backward` and `grad` refuse, in PyTorch 1.13's words (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, ones, tensor } from '../../src/index.js'
import { gradOf, leaf, lists, SECOND_TIME } from './support.js'

const { backward, grad } = autograd

describe('refused', () => {
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
    // x.sum().backward(None, True), by position in PyTorch
    expect(() =>
      leaf(1)
        .sum()
        .backward(null, true as never),
    ).toThrow('backward(): options must be an object with retainGraph, createGraph, but got boolean true')
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
