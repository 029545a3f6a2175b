/** What a user's editor says: checked by the compiler. */
import { describe, expectTypeOf, test } from 'vitest'
import { nn, ones, type Tensor, tensor } from '../../src/index.js'

class Pair extends nn.Module {
  override forward(left: Tensor, right: { scale: number }): readonly [Tensor, number] {
    return [left, right.scale]
  }
}

class Optional extends nn.Module {
  override forward(x: Tensor, mask?: Tensor | null): Tensor {
    return mask ? x.mul(mask) : x
  }
}

test('a tensor is no parameter, which a layer would neither train nor save', () => {
  const assignments = (layer: nn.Conv2d) => {
    // @ts-expect-error a result of an operation
    layer.weight = layer.weight.mul(2)
    layer.weight = new nn.Parameter(layer.weight.mul(2))
    layer.bias = null
  }
  expectTypeOf(assignments).returns.toBeVoid()
})

describe('calls have the types of forward', () => {
  test('arguments and results', () => {
    const pair = new Pair()
    expectTypeOf(pair).toBeCallableWith(ones(1), { scale: 2 })
    expectTypeOf(pair(ones(1), { scale: 2 })).toEqualTypeOf<readonly [Tensor, number]>()
    expectTypeOf(pair.forwardAsync).toBeCallableWith(ones(1), { scale: 2 })
    expectTypeOf(pair.forwardAsync(ones(1), { scale: 2 })).toEqualTypeOf<Promise<readonly [Tensor, number]>>()
    expectTypeOf<Parameters<Pair['forward']>>().toEqualTypeOf<[left: Tensor, right: { scale: number }]>()
    const optional = new Optional()
    expectTypeOf(optional(ones(1))).toEqualTypeOf<Tensor>()
    expectTypeOf(optional).toBeCallableWith(ones(1), null)
  })

  test('wrong calls are compile errors', () => {
    const calls = () => {
      const pair = new Pair()
      // @ts-expect-error a number is no tensor
      pair(1, { scale: 1 })
      // @ts-expect-error the second input is missing
      pair(ones(1))
      // @ts-expect-error scale is a number
      pair(ones(1), { scale: 'two' })
      // @ts-expect-error the second input is missing
      pair.forwardAsync(ones(1))
      // @ts-expect-error one input too many
      new nn.Conv2d(1, 1, 1)(ones(1, 1, 1), ones(1))
    }
    expectTypeOf(calls).returns.toBeVoid()
  })

  test('layers', () => {
    const conv = new nn.Conv2d(1, 2, [3, 5], { stride: [1, 1], padding: 'same', paddingMode: 'circular' })
    expectTypeOf(conv(ones(1, 1, 9, 9))).toEqualTypeOf<Tensor>()
    expectTypeOf(conv.weight).toEqualTypeOf<nn.Parameter>()
    expectTypeOf(conv.bias).toEqualTypeOf<nn.Parameter | null>()
    expectTypeOf(conv.kernelSize).toEqualTypeOf<readonly number[]>()
    expectTypeOf(conv.training).toEqualTypeOf<boolean>()
    expectTypeOf<nn.Conv2d>().toExtend<nn.Module>()
    expectTypeOf<nn.Parameter>().toExtend<Tensor>()
    expectTypeOf(new nn.Sequential(conv)(ones(1, 1, 9, 9))).toEqualTypeOf<Tensor>()
    const up = new nn.ConvTranspose2d(2, 1, 2)
    expectTypeOf(up).toBeCallableWith(ones(1, 2, 3, 3), [6, 6])
    expectTypeOf(up).toBeCallableWith(ones(1, 2, 3, 3), { outputSize: [6, 6] })
  })

  test('chained methods give back the class', () => {
    const pair = new Pair()
    expectTypeOf(pair.train()).toEqualTypeOf<Pair>()
    expectTypeOf(pair.eval()).toEqualTypeOf<Pair>()
    expectTypeOf(pair.to('float64')).toEqualTypeOf<Pair>()
    expectTypeOf(pair.requiresGrad_(false)).toEqualTypeOf<Pair>()
  })
})

describe('options', () => {
  test('unknown or misspelt ones are compile errors', () => {
    const calls = () => {
      // @ts-expect-error there is no such padding
      new nn.Conv2d(1, 1, 1, { padding: 'full' })
      // @ts-expect-error PyTorch's spelling
      new nn.Conv2d(1, 1, 1, { padding_mode: 'zeros' })
      // @ts-expect-error a transposed convolution pads with zeros only
      new nn.ConvTranspose2d(1, 1, 1, { paddingMode: 'reflect' })
      // @ts-expect-error not for a convolution that is not transposed
      new nn.Conv1d(1, 1, 1, { outputPadding: 1 })
      // @ts-expect-error there is no such dtype
      new nn.Conv3d(1, 1, 1, { dtype: 'float' })
      // @ts-expect-error kernelSize is missing
      new nn.Conv2d(1, 1)
      // @ts-expect-error functions have no padding modes
      nn.functional.conv2d(ones(1, 1, 1), ones(1, 1, 1, 1), null, { paddingMode: 'zeros' })
    }
    expectTypeOf(calls).returns.toBeVoid()
  })

  test('numbers and lists, also read-only ones', () => {
    const sizes = [3, 5] as const
    expectTypeOf(nn.Conv2d).toBeConstructibleWith(1, 1, sizes, { stride: sizes, dilation: 2, padding: sizes })
    expectTypeOf(nn.functional.conv2d).toBeCallableWith(ones(1), ones(1))
    expectTypeOf(nn.functional.conv2d).toBeCallableWith(ones(1), ones(1), null, { padding: sizes })
    expectTypeOf(nn.functional.conv1d).returns.toEqualTypeOf<Tensor>()
  })
})

describe('tensors', () => {
  test('shapes are read-only numbers, gradients may be missing', () => {
    const x = tensor([[1, 2]])
    expectTypeOf(x.shape).toEqualTypeOf<readonly number[]>()
    expectTypeOf(x.grad).toEqualTypeOf<Tensor | null>()
    expectTypeOf(x.add(1)).toEqualTypeOf<Tensor>()
    expectTypeOf(x.size(0)).toEqualTypeOf<number>()
  })

  test('state dicts are tensors by name', () => {
    const module = new nn.ReLU()
    expectTypeOf(module.stateDict()).toEqualTypeOf<Record<string, Tensor>>()
    const { missingKeys } = module.loadStateDict({})
    expectTypeOf(missingKeys).toEqualTypeOf<readonly string[]>()
  })
})
