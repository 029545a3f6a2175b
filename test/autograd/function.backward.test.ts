/**
 * The backward of the user's own operations: what it finds, what it may return, and its derivative, as in PyTorch 1.13
 * (see engine.test.ts for the notation).
 */
import { describe, expect, test } from 'vitest'
import { autograd, inferenceMode, type Tensor, tensor } from '../../src/index.js'
import { constant, gradOf, leaf, lists, operation, SECOND_TIME, square } from './support.js'

const { grad, gradcheck, gradgradcheck } = autograd

describe('saved tensors', () => {
  test('are there in backward, and let go of after', () => {
    let context: autograd.FunctionContext | undefined
    const own = operation(
      (now, x: Tensor) => {
        context = now
        now.saveForBackward(x)
        return x.mul(x)
      },
      (now, g) => {
        expect(now.savedTensors).toHaveLength(1)
        return g.mul(now.savedTensors[0]!).mul(2)
      },
    )
    const y = own.apply(leaf(1, 2)).sum()
    expect(context!.savedTensors).toEqual([])
    y.backward()
    expect(context!.savedTensors).toEqual([])
    expect(() => y.backward()).toThrow(SECOND_TIME)
  })

  test('nothing saved: a second backward is allowed', () => {
    const twice = operation(
      (_, x: Tensor) => x.mul(2),
      (_, g) => g.mul(2),
    )
    const x = leaf(1, 2)
    const y = twice.apply(x).sum()
    y.backward()
    y.backward()
    expect(gradOf(x)).toEqual([4, 4])
  })

  test('may not be changed meanwhile', () => {
    // z = x * 1; y = Square.apply(z); z.add_(1); y.sum().backward()
    const z = leaf(1, 2).mul(1)
    const y = square.apply(z)
    z.add_(1)
    expect(() => y.sum().backward()).toThrow(
      'one of the variables needed for gradient computation has been modified by an inplace operation: [torch.DoubleTensor [2]], which is output 0 of AddBackward0, is at version 1; expected version 0 instead.',
    )
  })

  test('are tensors, made outside of inference mode', () => {
    const saving = (value: unknown) =>
      operation(
        (context, x: Tensor) => {
          context.saveForBackward(x, value as Tensor)
          return x.mul(2)
        },
        (_, g) => g,
      )
    // ctx.save_for_backward(3): save_for_backward can only save variables, but argument 0 is of type int
    expect(() => saving(3).apply(leaf(1))).toThrow(
      'save_for_backward can only save variables, but argument 1 is of type number',
    )
    const inference = inferenceMode(() => constant(1))
    expect(() => saving(inference).apply(leaf(1))).toThrow('Inference tensors cannot be saved for backward')
  })
})

describe('gradients that backward returns', () => {
  const returning = (gradients: () => unknown) =>
    operation((_, x: Tensor, y?: Tensor) => (y ? x.mul(y) : x.mul(2)), gradients as never)
  const run = (gradients: () => unknown) => () => returning(gradients).apply(leaf(1, 2)).sum().backward()

  test('one for each argument; more may be null', () => {
    expect(() =>
      returning(() => constant(1, 1))
        .apply(leaf(1, 2), leaf(3, 4))
        .sum()
        .backward(),
    ).toThrow('function OwnBackward returned an incorrect number of gradients (expected 2, got 1)')
    expect(run(() => [constant(1, 1), constant(1, 1)])).toThrow('(expected 1, got 2)')
    expect(run(() => [constant(1, 1), null])).not.toThrow()
  })

  test('of a shape that can be summed to the argument’s, and cast', () => {
    expect(run(() => tensor([1, 1, 1]))).toThrow(
      'Function OwnBackward returned an invalid gradient at index 0 - got [3] but expected shape compatible with [2]',
    )
    // torch.ones(4, 2, dtype=torch.float32): x.grad is [4, 4], float64
    const x = leaf(1, 2)
    returning(() =>
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    )
      .apply(x)
      .sum()
      .backward()
    expect([x.grad!.dtype, gradOf(x)]).toEqual(['float64', [4, 4]])
  })

  test('that are no tensors are refused', () => {
    // return 3.0: expected Variable or None (got float)
    expect(run(() => 3)).toThrow('expected Variable or None (got number)')
  })

  test('null stops there', () => {
    const x = leaf(1, 2)
    const stopped = returning(() => null)
    const before = x.exp()
    stopped.apply(before).sum().backward()
    expect(x.grad).toBe(null)
    expect(lists(grad(stopped.apply(x).sum(), x, null, { allowUnused: true }))).toEqual([null])
    expect(() => grad(stopped.apply(x).sum(), x)).toThrow('appears to not have been used in the graph')
    // what lies behind is freed all the same: y = x.exp(); N.apply(y).sum().backward(); y.sum().backward()
    expect(() => before.sum().backward()).toThrow(SECOND_TIME)
  })
})

describe('higher orders', () => {
  test('through saved inputs', () => {
    const cube = operation(
      (context, x: Tensor) => {
        context.saveForBackward(x)
        return x.pow(3)
      },
      (context, g) => g.mul(context.savedTensors[0]!.square()).mul(3),
    )
    const x = leaf(1, 2)
    const [g] = grad(cube.apply(x).sum(), x, null, { createGraph: true })
    const [h] = grad(g!.sum(), x, null, { createGraph: true })
    expect(lists([g!, h!, ...grad(h!.sum(), x)])).toEqual([
      [3, 12],
      [6, 12],
      [6, 6],
    ])
    expect(gradcheck(y => cube.apply(y), leaf(0.5, -1.5))).toBe(true)
    expect(gradgradcheck(y => cube.apply(y), leaf(0.5, -1.5))).toBe(true)
  })

  test('through saved outputs', () => {
    const exponential = operation(
      (context, x: Tensor) => {
        const y = x.exp()
        context.saveForBackward(y)
        return y
      },
      (context, g) => g.mul(context.savedTensors[0]!),
    )
    expect(gradgradcheck(x => exponential.apply(x), leaf(0.5, -1.5))).toBe(true)
    const x = leaf(1, 2)
    let y = exponential.apply(x)
    for (let order = 0; order < 4; order++) [y] = grad(y.sum(), x, null, { createGraph: true }) as [Tensor]
    expect(y.tolist()).toEqual([Math.E, Math.exp(2)].map(v => expect.closeTo(v, 12)))
  })

  test('through another function of the user’s', () => {
    const inner = operation(
      (context, g: Tensor, x: Tensor) => {
        context.saveForBackward(g, x)
        return g.mul(x).mul(x).mul(3)
      },
      (context, gg) => {
        const [g, x] = context.savedTensors
        return [gg.mul(x!.square()).mul(3), gg.mul(g!).mul(x!).mul(6)]
      },
    )
    const cube = operation(
      (context, x: Tensor) => {
        context.saveForBackward(x)
        return x.pow(3)
      },
      (context, g) => inner.apply(g, context.savedTensors[0]!),
    )
    expect(gradgradcheck(x => cube.apply(x), leaf(0.5, -1.5))).toBe(true)
  })
})
