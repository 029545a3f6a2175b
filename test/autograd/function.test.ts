/** The user's own operations, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, isGradEnabled, noGrad, type Tensor } from '../../src/index.js'
import { constant, gradOf, leaf, lists, operation, square } from './support.js'

const { grad } = autograd

describe('results', () => {
  test('have one node, named for the class', () => {
    const x = leaf(1, 2)
    const y = square.apply(x)
    expect([y.gradFn!.name, y.isLeaf]).toEqual(['OwnBackward', false])
    y.sum().backward()
    expect(gradOf(x)).toEqual([2, 4])
  })

  test('several: those that nothing depends on have gradients of zero', () => {
    const seen: unknown[] = []
    const pair = operation(
      (_, x: Tensor) => [x.mul(2), x.mul(3)],
      (_, a, b) => {
        seen.push(lists([a, b]))
        return a.mul(2).add(b.mul(3))
      },
    )
    const x = leaf(1, 2)
    const [y, z] = pair.apply(x) as [Tensor, Tensor]
    expect(y.gradFn === z.gradFn).toBe(true)
    z.sum().backward()
    expect([seen, gradOf(x)]).toEqual([
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
      [3, 3],
    ])
  })

  test('or null, where that is asked for', () => {
    const seen: unknown[] = []
    const pair = operation(
      (context, x: Tensor) => {
        context.setMaterializeGrads(false)
        return [x.mul(2), x.mul(3)]
      },
      (_, a, b) => {
        seen.push(lists([a, b]))
        return b.mul(3)
      },
    )
    const x = leaf(1, 2)
    pair.apply(x)[1]!.sum().backward()
    expect([seen, gradOf(x)]).toEqual([[[null, [1, 1]]], [3, 3]])
  })

  test('without a derivative: those marked, and integers', () => {
    const largest = operation(
      (context, x: Tensor) => {
        const [rounded, index] = [x.round(), x.argmax()]
        context.markNonDifferentiable(rounded)
        return [x.max(), rounded, index]
      },
      (_, a) => a.mul(constant(0, 1)),
    )
    const x = leaf(1, 2)
    const results = largest.apply(x)
    expect(results.map(({ requiresGrad }) => requiresGrad)).toEqual([true, false, false])
    expect(results[2]!.gradFn).toBe(null)
    results[0]!.backward()
    expect(gradOf(x)).toEqual([0, 1])
  })

  test('the same one twice', () => {
    // f = lambda x: (y, y) for y = x * 2, with the gradient a * 10 + b: x.grad is [1, 1] for either
    const same = operation(
      (_, x: Tensor) => {
        const y = x.mul(2)
        return [y, y]
      },
      (_, a, b) => a.mul(10).add(b),
    )
    const x = leaf(1, 2)
    same.apply(x)[0]!.sum().backward()
    expect(gradOf(x)).toEqual([1, 1])
  })

  test('an input as it is becomes another tensor over the same memory', () => {
    const fivefold = operation(
      (_, x: Tensor) => x,
      (_, g) => g.mul(5),
    )
    const x = leaf(1, 2)
    const y = fivefold.apply(x)
    expect([y === x, y.isLeaf, x.isLeaf, y.storage === x.storage]).toEqual([false, false, true, true])
    y.sum().backward()
    expect(gradOf(x)).toEqual([5, 5])
  })

  test('an input returned as it is and saved is still the input', () => {
    // def forward(ctx, x): ctx.save_for_backward(x); return x
    // def backward(ctx, g): return g * 5 * ctx.saved_tensors[0]
    // g, = torch.autograd.grad(y.sum(), x, create_graph=True): [5, 10]; torch.autograd.grad(g.sum(), x): [5, 5]
    const own = operation(
      (context, x: Tensor) => {
        context.saveForBackward(x)
        return x
      },
      (context, g) => g.mul(5).mul(context.savedTensors[0]!),
    )
    const x = leaf(1, 2)
    const [g] = grad(own.apply(x).sum(), x, null, { createGraph: true })
    expect(lists([g!, ...grad(g!.sum(), x)])).toEqual([
      [5, 10],
      [5, 5],
    ])
  })

  test('off the tape where no input needs a gradient, or nothing is recorded', () => {
    expect(square.apply(constant(1, 2)).requiresGrad).toBe(false)
    expect(noGrad(() => square.apply(leaf(1, 2))).requiresGrad).toBe(false)
  })
})

describe('arguments', () => {
  test('may be anything; each has a place in the list of gradients', () => {
    const scaled = operation(
      (context, x: Tensor, factor: number, _name: string, _nothing: null) => {
        context['factor'] = factor
        return x.mul(factor)
      },
      (context, g) => [g.mul(context['factor'] as number), null, null, null],
    )
    const x = leaf(1, 2)
    scaled.apply(x, 3, 's', null).sum().backward()
    expect(gradOf(x)).toEqual([3, 3])
  })

  test('say which of them want a gradient', () => {
    const seen: unknown[] = []
    const product = operation(
      (context, x: Tensor, y: Tensor, _k: number) => {
        seen.push(context.needsInputGrad)
        return x.mul(y)
      },
      () => [null, null, null],
    )
    product.apply(leaf(1, 2), constant(1, 2), 3)
    product.apply(constant(1, 2), constant(1, 2), 3)
    expect(seen).toEqual([
      [true, false, false],
      [false, false, false],
    ])
  })

  test('the same one twice', () => {
    // f = lambda x, y: x + y, with the gradients (a, a * 10): x.grad is [11, 11]
    const sum = operation(
      (_, x: Tensor, y: Tensor) => x.add(y),
      (_, g) => [g, g.mul(10)],
    )
    const x = leaf(1, 2)
    sum.apply(x, x).sum().backward()
    expect(gradOf(x)).toEqual([11, 11])
  })
})

describe('modes', () => {
  test('forward is never recorded; backward where a graph is asked for', () => {
    const seen: boolean[] = []
    const watched = operation(
      (_, x: Tensor) => {
        seen.push(x.requiresGrad, isGradEnabled())
        return x.mul(2)
      },
      (_, g) => {
        seen.push(isGradEnabled())
        return g.mul(2)
      },
    )
    const y = watched.apply(leaf(1, 2)).sum()
    y.backward(null, { retainGraph: true })
    y.backward(null, { createGraph: true })
    expect(seen).toEqual([true, false, false, true])
  })
})
