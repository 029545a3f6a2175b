/** The user's own operations, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, inferenceMode, isGradEnabled, noGrad, type Tensor, tensor } from '../../src/index.js'
import { constant, gradOf, leaf, lists } from './support.js'

const { grad, gradcheck, gradgradcheck } = autograd
type Context = autograd.FunctionContext
type Gradients = Tensor | null | readonly (Tensor | null)[]

/** An operation from its two functions. */
function operation<Inputs extends unknown[], Outputs extends Tensor | readonly Tensor[]>(
  forward: (context: Context, ...inputs: Inputs) => Outputs,
  backward: (context: Context, ...gradients: Tensor[]) => Gradients,
) {
  return class Own extends autograd.Function {
    static forward = forward
    static backward = backward
  }
}

const square = operation(
  (context, x: Tensor) => {
    context.saveForBackward(x)
    return x.mul(x)
  },
  (context, g) => g.mul(context.savedTensors[0]!).mul(2),
)

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

describe('saved tensors', () => {
  test('are there in backward, and let go of after', () => {
    let context: Context | undefined
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
    expect(() => y.backward()).toThrow('Trying to backward through the graph a second time')
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
    expect(() => before.sum().backward()).toThrow('Trying to backward through the graph a second time')
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
