import { describe, expect, expectTypeOf, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { noGrad } from '../../src/autograd/modes.js'
import { RuntimeError } from '../../src/errors.js'
import type { Gradients } from '../../src/nn/backwardHook.js'
import { Module } from '../../src/nn/module.js'
import { ReLU } from '../../src/nn/modules/activation.js'
import { Linear } from '../../src/nn/modules/linear.js'
import { Sequential } from '../../src/nn/modules/sequential.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { ones } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'

/** Two inputs, two outputs. */
class Pair extends Module {
  override forward(x: Tensor, y: Tensor, _name?: string): [Tensor, Tensor] {
    return [x.mul(2), x.mul(y)]
  }
}

class Double extends Module {
  override forward(x: Tensor): Tensor {
    return x.mul(2)
  }
}

const shown = (gradients: Gradients) => gradients.map(gradient => gradient?.tolist() ?? null)

describe('forward hooks', () => {
  test('run in the order they were registered, pre-hooks first', () => {
    const layer = new Double()
    const calls: string[] = []
    layer.registerForwardHook(() => void calls.push('first'))
    layer.registerForwardPreHook(() => void calls.push('before'))
    layer.registerForwardHook((module, [x], output) => {
      calls.push(`second ${module === layer} ${x.tolist()} ${output.tolist()}`)
    })
    layer(tensor([1, 2]))
    expect(calls).toEqual(['before', 'first', 'second true 1,2 2,4'])
  })

  test('may change inputs and outputs, one after the other', () => {
    const layer = new Double()
    layer.registerForwardPreHook((_, [x]) => [x.add(1)])
    layer.registerForwardPreHook((_, [x]) => x.mul(10))
    layer.registerForwardHook((_, __, output) => output.neg())
    layer.registerForwardHook((_, [x], output) => output.add(x))
    expect(layer(tensor([1, 2])).tolist()).toEqual([-20, -30])
  })

  test('are taken off by their handle, once or twice, also while hooks run', () => {
    const layer = new Double()
    let count = 0
    const handle = layer.registerForwardHook(() => {
      count++
      handle.remove()
    })
    layer(ones(1))
    layer(ones(1))
    handle.remove()
    expect(count).toBe(1)
  })

  test('the same function may be registered twice', () => {
    const layer = new Double()
    const add = (_: Module, __: unknown, output: Tensor) => output.add(1)
    const first = layer.registerForwardHook(add)
    layer.registerForwardHook(add)
    expect(layer(ones(1)).tolist()).toEqual([4])
    first.remove()
    expect(layer(ones(1)).tolist()).toEqual([3])
  })

  test('see inner modules of a network', () => {
    const net = new Sequential(new Linear(3, 4), new ReLU())
    const shapes: Record<string, readonly number[]> = {}
    for (const [name, module] of net.namedModules()) {
      module.registerForwardHook((_, __, output) => {
        shapes[name] = (output as Tensor).shape
      })
    }
    net(ones(2, 3))
    expect(shapes).toEqual({ '': [2, 4], '0': [2, 4], '1': [2, 4] })
  })

  test('are neither fields nor printed', () => {
    const net = new Sequential(new ReLU())
    net.registerForwardHook(() => {})
    expect([Object.keys(net), String(net)]).toEqual([['0', 'training'], 'Sequential(\n  (0): ReLU()\n)'])
    class Named extends Double {
      hooks = [1]
    }
    expect(new Named()(ones(1)).tolist()).toEqual([2])
  })

  test('must be functions', () => {
    expect(() => new Double().registerForwardHook(3 as never)).toThrow('a hook must be a function, but got number 3')
  })

  test('types', () => {
    new Pair().registerForwardHook((module, inputs, output) => {
      expectTypeOf(module).toEqualTypeOf<Pair>()
      expectTypeOf(inputs).toEqualTypeOf<[x: Tensor, y: Tensor, _name?: string]>()
      expectTypeOf(output).toEqualTypeOf<[Tensor, Tensor]>()
    })
    // @ts-expect-error what a hook returns takes the place of the output
    new Double().registerForwardHook(() => 3)
  })
})

describe('full backward hooks', () => {
  test('get the gradients of inputs and outputs', () => {
    const layer = new Double()
    const calls: unknown[] = []
    layer.registerFullBackwardHook((module, gradInput, gradOutput) => {
      calls.push(module === layer, shown(gradInput), shown(gradOutput))
    })
    const x = tensor([1, 2]).requiresGrad_()
    layer(x).backward(tensor([3, 4]))
    expect(calls).toEqual([true, [[6, 8]], [[3, 4]]])
    expect(x.grad!.tolist()).toEqual([6, 8])
  })

  test('may replace the gradients of the inputs, one after the other', () => {
    const layer = new Double()
    layer.registerFullBackwardHook((_, [gradient]) => [gradient!.add(1)])
    const handle = layer.registerFullBackwardHook((_, [gradient]) => [gradient!.mul(10)])
    const x = tensor([1, 2]).requiresGrad_()
    layer(x).backward(tensor([3, 4]))
    expect(x.grad!.tolist()).toEqual([70, 90])
    handle.remove()
    expect(grad(layer(x), x, tensor([3, 4]))[0]!.tolist()).toEqual([7, 9])
  })

  test('several inputs and outputs: null for what is no tensor, and as in PyTorch for what has no gradient', () => {
    const layer = new Pair()
    const calls: unknown[] = []
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => void calls.push(shown(gradInput), shown(gradOutput)))
    const [x, y] = [tensor([1, 2]).requiresGrad_(), tensor([5, 7])]
    layer(x, y, 'name')[1].sum().backward()
    expect(calls).toEqual([
      [[5, 7], [0, 0], null],
      [null, [1, 1]],
    ])
    y.requiresGrad_()
    const [a, b] = layer(x, y)
    a.sum().add(b.sum()).backward()
    expect(calls.slice(2)).toEqual([
      [
        [7, 9],
        [1, 2],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ])
    expect(y.grad!.tolist()).toEqual([1, 2])
  })

  test('without gradients of inputs, only those of outputs', () => {
    const layer = new Linear(2, 3)
    const calls: unknown[] = []
    layer.registerFullBackwardHook((_, gradInput, gradOutput) => void calls.push(shown(gradInput), shown(gradOutput)))
    layer(ones(1, 2)).sum().backward()
    expect(calls).toEqual([[null], [[[1, 1, 1]]]])
    layer.registerFullBackwardHook((_, __, gradOutput) => [gradOutput[0]!])
    expect(() => layer(ones(1, 2)).sum().backward()).toThrow(
      'where no input requires gradient should always return None',
    )
  })

  test('do not run without gradients', () => {
    const layer = new Double()
    let count = 0
    layer.registerFullBackwardHook(() => void count++)
    const x = ones(2).requiresGrad_()
    expect(noGrad(() => layer(x)).requiresGrad).toBe(false)
    layer(ones(2))
    expect(count).toBe(0)
    const kept = layer(x).sum()
    kept.backward(null, { retainGraph: true })
    kept.backward()
    expect(count).toBe(2)
  })

  test('are one node of the tape, whatever the number of tensors', () => {
    const layer = new Pair()
    layer.registerFullBackwardHook(() => {})
    const [x, y] = [tensor([1, 2]).requiresGrad_(), tensor([5, 7])]
    const [a, b] = layer(x, y)
    expect(a.gradFn!.name).toBe('BackwardHookFunctionBackward')
    expect([a.gradFn === b.gradFn, a.outputIndex, b.outputIndex]).toEqual([true, 0, 1])
    class Middle extends Module {
      override forward(...all: Tensor[]): Tensor[] {
        return all
      }
    }
    const middle = new Middle()
    middle.registerFullBackwardHook(() => {})
    // what needs no gradient still needs none
    expect(middle(y, x, y).map(output => output.requiresGrad)).toEqual([false, true, false])
  })

  test('must return gradients that fit', () => {
    const layer = new Double()
    layer.registerFullBackwardHook(() => [ones(3)])
    expect(() => layer(ones(2).requiresGrad_()).sum().backward()).toThrow(
      'Function BackwardHookFunctionBackward returned an invalid gradient at index 0 - got [3] but expected shape compatible with [2]',
    )
  })

  test('let second derivatives pass', () => {
    class Cube extends Module {
      override forward(x: Tensor): Tensor {
        return x.pow(3)
      }
    }
    const layer = new Cube()
    const seen: unknown[] = []
    layer.registerFullBackwardHook((_, gradInput) => void seen.push(shown(gradInput)))
    const x = tensor([2, 3]).requiresGrad_()
    const [first] = grad(layer(x).sum(), x, null, { createGraph: true })
    expect(first!.tolist()).toEqual([12, 27])
    expect(grad(first!.sum(), x)[0]!.tolist()).toEqual([12, 18])
    expect(seen).toEqual([[[12, 27]]])
  })

  test('must return as many gradients as there are inputs', () => {
    const layer = new Double()
    layer.registerFullBackwardHook((_, [gradient]) => [gradient!, gradient!])
    const run = () => layer(ones(1).requiresGrad_()).sum().backward()
    expect(run).toThrow(RuntimeError)
    expect(run).toThrow('Backward hook returned an invalid number of grad_input, got 2, but expected 1')
  })
})
