import { describe, expect, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { arange, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import { cat, stack } from '../../src/ops/rearrangement/join.js'
import { gather, indexSelect } from '../../src/ops/rearrangement/select.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { checkGradient } from '../gradients.js'

const numbers = (...shape: number[]) => arange(shape.reduce((a, b) => a * b, 1)).view(shape)
const data = (...shape: number[]) => {
  manualSeed(1)
  return randn(shape, { dtype: 'float64' })
}

test('views share memory, copies do not', () => {
  const x = zeros(2, 3, 4)
  const views = [
    x.view(6, 4),
    x.reshape(-1),
    x.flatten(1),
    x.unflatten(2, [2, 2]),
    x.unsqueeze(1).squeeze(),
    x.permute(2, 0, 1),
    x.transpose(0, 1),
    x.movedim(0, -1),
    x.narrow(1, 1, 2),
    x.slice(2, 0, null, 2),
    x.select(0, 1),
    x.get(1, '...', [0, 2]),
    x.chunk(2, 2)[1]!,
    x.split(2, 1)[0]!,
    x.unbind(1)[2]!,
    x.unfold(2, 2, 1),
    x.diagonal(),
    x.expand(5, 2, 3, 4),
    x.asStrided([2, 2], [1, 2], 3),
  ]
  for (const view of views) expect(view.storage.isSameMemory(x.storage)).toBe(true)
  for (const copy of [x.permute(2, 0, 1).reshape(-1), x.flip(0), x.roll(1), x.repeat(1, 1, 1), x.tile(1), cat([x])]) {
    expect(copy.storage.isSameMemory(x.storage)).toBe(false)
  }
  views[5]!.fill_(3)
  expect(x.sum().item()).toBe(72)
})

describe('get', () => {
  const x = numbers(2, 3, 4)
  test.each<[string, Tensor, number[], unknown]>([
    ['x[1]', x.get(1), [3, 4], 12],
    ['x[-1, 2]', x.get(-1, 2), [4], 20],
    ['x[1, 2, 3]', x.get(1, 2, 3), [], 23],
    ['x[:, 1]', x.get([], 1), [2, 4], 4],
    ['x[..., 1]', x.get('...', 1), [2, 3], 1],
    ['x[0, ..., 1:]', x.get(0, '...', [1]), [3, 3], 1],
    ['x[:, 1:3, ::2]', x.get([], [1, 3], [null, null, 2]), [2, 2, 2], 4],
    ['x[None, 1, :, None]', x.get(null, 1, [], null), [1, 3, 1, 4], 12],
    ['x[..., None]', x.get('...', null), [2, 3, 4, 1], 0],
    ['x[:, -2:]', x.get([], [-2]), [2, 2, 4], 4],
    ['x[1, 1, 1, ...]', x.get(1, 1, 1, '...'), [], 17],
    ['x[2:]', x.get([2]), [0, 3, 4], undefined],
    ['x[1:-9]', x.get([1, -9]), [0, 3, 4], undefined],
    ['x[-9:9]', x.get([-9, 9]), [2, 3, 4], 0],
    ['x[...]', x.get('...'), [2, 3, 4], 0],
  ])('%s', (_, part, shape, first) => {
    expect(part.shape).toEqual(shape)
    if (first !== undefined) expect(part.flatten().select(0, 0).item()).toBe(first)
  })

  test.each([
    [() => x.get(2), 'index 2 is out of bounds for dimension 0 with size 2'],
    [() => x.get(0, -4), 'index -4 is out of bounds for dimension 1 with size 3'],
    [() => x.get(0, 0, 0, 0), 'too many indices for tensor of dimension 3'],
    [() => x.get('...', 0, '...'), 'single ellipsis'],
    [() => x.get([0, 2, 0]), 'slice step cannot be zero'],
    [() => x.get([0, 2, -1]), 'step must be greater than zero'],
    [() => x.get(1.5), "argument 'index' must be a whole number"],
    [() => x.get('0' as never), "an index must be a number, null, '...' or [start, end, step], but got string 0"],
    [() => x.narrow(0, 0.5, 1), "argument 'start' must be a whole number"],
    [() => x.narrow(0, 3, 1), 'Dimension out of range (expected to be in range of [-2, 2], but got start=3)'],
    [() => x.narrow(0, 0, -1), 'length must be non-negative'],
    [() => x.view(2.5, -1), "view(): argument 'size' must be whole numbers, but found number 2.5 at pos 1"],
    [() => x.view(-2, 3), 'invalid shape dimension -2'],
    [() => x.transpose(0, 1.5), 'dim must be an integer'],
    [() => x.transpose(0, 1).view(-1), 'Use .reshape(...) instead.'],
    [() => x.expandAs(3 as never), "argument 'other' must be Tensor"],
    [() => x.asStrided([2, 200], [1, 1]), 'out of bounds for storage of 24 elements'],
    [() => x.asStrided([2], [1], -1), 'out of bounds'],
    [() => cat(zeros(2) as never), "argument 'tensors' (position 1) must be an array of Tensors"],
    [() => cat([zeros(2), 3 as never]), "argument 'tensors[1]' must be Tensor, not number 3"],
    [() => stack([]), 'stack expects a non-empty TensorList'],
    [() => cat([]), 'expected a non-empty list of Tensors'],
    [() => indexSelect(x, 0, [0.5]), "argument 'index' must be Tensor or whole numbers"],
    [() => x.unflatten(2, [-1, -1]), 'unflatten got an unexpected error:\nonly one dimension can be inferred'],
    [() => x.unflatten(2, [-1, 3, -1]), 'unflatten got an unexpected error:\nonly one dimension can be inferred'],
    [() => tensor(1).roll(1, 0), 'Dimension specified as 0 but tensor has no dimensions'],
    [() => tensor(1).roll([1, 2], [-1, 0]), 'Dimension specified as -1 but tensor has no dimensions'],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('derivatives, twice', () => {
  const cases: [string, (...x: Tensor[]) => Tensor, Tensor[]][] = [
    ['view and reshape', x => x.view(6, 4).t().reshape(8, 3), [data(2, 3, 4)]],
    ['expand', x => x.expand(5, 2, 3, 4), [data(2, 1, 4)]],
    ['narrow, slice, select', x => x.narrow(2, 1, 3).slice(1, 0, null, 2).select(0, 1), [data(2, 3, 4)]],
    ['permute, movedim, transpose', x => x.permute(2, 0, 1).movedim(0, 2).transpose(0, 1), [data(2, 3, 4)]],
    ['unfold with overlap', x => x.unfold(1, 3, 1), [data(2, 5)]],
    ['unfold of strided', x => x.t().unfold(0, 3, 2), [data(2, 7)]],
    ['diagonal', x => x.diagonal(1, 0, 2), [data(2, 3, 4)]],
    ['asStrided with overlap', x => x.asStrided([3, 2], [2, 1], 1), [data(3, 4)]],
    ['asStrided of a view', x => x.t().narrow(0, 1, 2).asStrided([2, 2], [4, 1], 1), [data(3, 4)]],
    ['flip, roll, repeat', x => x.flip(0, 2).roll([1, -1], [1, 2]).repeat(2, 1, 3), [data(2, 3, 4)]],
    ['roll flat', x => x.t().roll(5), [data(3, 4)]],
    ['chunk and split', x => cat([...x.chunk(2, 1), x.split([1, 3], 1)[1]!], 1), [data(2, 4)]],
    ['unbind and stack', x => stack(x.unbind(1), 2), [data(2, 3, 4)]],
    ['cat of the same tensor', x => cat([x, x.mul(2), x], 1), [data(2, 3)]],
    ['indexSelect', x => indexSelect(x, 1, [2, 0, 2]), [data(2, 3, 4)]],
    [
      'gather',
      x =>
        gather(
          x,
          1,
          tensor([
            [2n, 2n],
            [0n, 1n],
          ]),
        ),
      [data(2, 3)],
    ],
  ]
  test.each(cases)('%s', (_, f, inputs) => {
    // squared, so that the second derivative is not zero
    checkGradient((...x) => f(...x).square(), inputs, { order: 2 })
  })

  test('asStrided of memory that is shared among elements has none', () => {
    const x = data(1).requiresGrad_()
    expect(() => grad(x.expand(3).asStrided([1], [1]).sum(), x)).toThrow('clone() it first')
  })

  test('16-bit gradients of overlapping windows are added in float32', () => {
    const x = zeros(2052, { dtype: 'float16', requiresGrad: true })
    // 2049 + ... in float16 steps of 2 would stop growing
    x.unfold(0, 2050, 1).sum().backward()
    expect(x.grad!.narrow(0, 0, 4).tolist()).toEqual([1, 2, 3, 3])
  })
})

test('a number has no dimensions to move', () => {
  for (const dims of [0, -1, []]) {
    const x = tensor(1, { requiresGrad: true })
    const moved = x.movedim(dims, dims)
    expect([moved.shape, moved.strides, moved.item(), moved.gradFn!.name]).toEqual([[], [], 1, 'AliasBackward0'])
    moved.mul(1).backward()
    expect(x.grad!.item()).toBe(1)
  }
  expect(() => tensor(1).movedim(1, 0)).toThrow(
    'Dimension out of range (expected to be in range of [-1, 0], but got 1)',
  )
  expect(tensor(1).roll(3).tolist()).toBe(1)
})

test('the meta device knows shapes and strides', () => {
  const x = zeros(2, 3, 4, { device: 'meta', requiresGrad: true })
  const results: [Tensor, number[]][] = [
    [x.permute(2, 0, 1).reshape(-1, 6), [4, 6]],
    [x.flip(0), [2, 3, 4]],
    [x.roll(1), [2, 3, 4]],
    [x.repeat(2, 1, 1), [4, 3, 4]],
    [cat([x, x], 1), [2, 6, 4]],
    [stack([x, x], 3), [2, 3, 4, 2]],
    [x.unfold(2, 2, 1), [2, 3, 3, 2]],
    [indexSelect(x, 1, [0, 0]), [2, 2, 4]],
  ]
  for (const [result, shape] of results) expect([result.device, result.shape]).toEqual(['meta', shape])
  stack([x, x.flip(0)])
    .unfold(1, 2, 1)
    .sum()
    .backward()
  expect([x.grad!.device, x.grad!.shape]).toEqual(['meta', [2, 3, 4]])
})

test('channels_last survives cat and flip', () => {
  const x = zeros(2, 3, 4, 5).contiguous({ memoryFormat: 'channels_last' })
  expect(cat([x, x], 1).isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
  expect(cat([x, zeros(2, 3, 4, 5)], 1).isContiguous()).toBe(true)
  expect(x.flip(3).isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
})
