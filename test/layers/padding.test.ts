import { describe, expect, test } from 'vitest'
import { arange, randn } from '../../src/index.js'
import * as pads from '../../src/nn/modules/padding.js'
import { pad } from '../../src/ops/rearrangement/pad.js'
import { checkGradient } from '../gradients.js'

const line = randn([2, 3, 7])
const image = randn([2, 3, 7, 6])
const volume = randn([2, 3, 7, 6, 5])

describe('pad layers', () => {
  test.each([
    [new pads.ConstantPad1d(2, 3.5), 'ConstantPad1d(padding=(2, 2), value=3.5)', line, [2, 2], 'constant', 3.5],
    [
      new pads.ConstantPad2d([1, 2, 3, 4], 0),
      'ConstantPad2d(padding=(1, 2, 3, 4), value=0)',
      image,
      [1, 2, 3, 4],
      'constant',
      0,
    ],
    [
      new pads.ConstantPad3d(1, -2.5),
      'ConstantPad3d(padding=(1, 1, 1, 1, 1, 1), value=-2.5)',
      volume,
      [1, 1, 1, 1, 1, 1],
      'constant',
      -2.5,
    ],
    [new pads.ZeroPad2d([1, 0, 2, -1]), 'ZeroPad2d((1, 0, 2, -1))', image, [1, 0, 2, -1], 'constant', 0],
    [new pads.ReflectionPad1d([3, 1]), 'ReflectionPad1d((3, 1))', line, [3, 1], 'reflect', undefined],
    [
      new pads.ReflectionPad2d([1, 2, 0, 1]),
      'ReflectionPad2d((1, 2, 0, 1))',
      image,
      [1, 2, 0, 1],
      'reflect',
      undefined,
    ],
    [
      new pads.ReflectionPad3d(2),
      'ReflectionPad3d((2, 2, 2, 2, 2, 2))',
      volume,
      [2, 2, 2, 2, 2, 2],
      'reflect',
      undefined,
    ],
    [new pads.ReplicationPad1d(9), 'ReplicationPad1d((9, 9))', line, [9, 9], 'replicate', undefined],
    [
      new pads.ReplicationPad2d([1, 2, 3, 0]),
      'ReplicationPad2d((1, 2, 3, 0))',
      image,
      [1, 2, 3, 0],
      'replicate',
      undefined,
    ],
    [
      new pads.ReplicationPad3d(1),
      'ReplicationPad3d((1, 1, 1, 1, 1, 1))',
      volume,
      [1, 1, 1, 1, 1, 1],
      'replicate',
      undefined,
    ],
    [new pads.CircularPad1d([7, 2]), 'CircularPad1d((7, 2))', line, [7, 2], 'circular', undefined],
    [new pads.CircularPad2d([1, 2, 3, 0]), 'CircularPad2d((1, 2, 3, 0))', image, [1, 2, 3, 0], 'circular', undefined],
    [
      new pads.CircularPad3d([1, 2, 3, 0, 2, 1]),
      'CircularPad3d((1, 2, 3, 0, 2, 1))',
      volume,
      [1, 2, 3, 0, 2, 1],
      'circular',
      undefined,
    ],
  ] as const)('%s', (module, text, input, amounts, mode, value) => {
    expect(String(module)).toBe(text)
    const expected = pad(input, amounts, mode, value)
    expect(module(input).tolist()).toEqual(expected.tolist())
    // unbatched
    expect(module(input.select(0, 1)).tolist()).toEqual(expected.select(0, 1).tolist())
  })

  test('examples of PyTorch’s documentation', () => {
    const x = arange(8).reshape(1, 2, 4)
    expect(new pads.ReflectionPad1d([3, 1])(x).tolist()).toEqual([
      [
        [3, 2, 1, 0, 1, 2, 3, 2],
        [7, 6, 5, 4, 5, 6, 7, 6],
      ],
    ])
    expect(new pads.ReplicationPad1d([3, 1])(x).tolist()).toEqual([
      [
        [0, 0, 0, 0, 1, 2, 3, 3],
        [4, 4, 4, 4, 5, 6, 7, 7],
      ],
    ])
    expect(new pads.CircularPad1d([3, 1])(x).tolist()).toEqual([
      [
        [1, 2, 3, 0, 1, 2, 3, 0],
        [5, 6, 7, 4, 5, 6, 7, 4],
      ],
    ])
  })

  test('gradients', () => {
    const x = randn([1, 2, 4, 3], { dtype: 'float64' })
    for (const module of [
      new pads.ReflectionPad2d([1, 2, 3, 0]),
      new pads.CircularPad2d(2),
      new pads.ReplicationPad2d(3),
    ]) {
      checkGradient(t => module(t!).square(), [x], { order: 2 })
    }
  })

  test.each<[() => unknown, string]>([
    [
      () => new pads.ReflectionPad1d(2)(image),
      'Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now',
    ],
    [
      () => new pads.ReflectionPad1d(7)(line),
      'Padding size should be less than the corresponding input dimension, but got: padding (7, 7) at dimension 2',
    ],
    [() => new pads.CircularPad2d(1)(volume), 'expected 3D or 4D input (got 5D input)'],
    [
      () => new pads.ConstantPad2d(2, undefined as never),
      "ConstantPad2d.__init__() missing 1 required positional argument: 'value'",
    ],
    [
      () => new pads.ConstantPad2d(undefined as never, undefined as never),
      "ConstantPad2d.__init__() missing 2 required positional arguments: 'padding' and 'value'",
    ],
    [
      () => new pads.ZeroPad2d(undefined as never),
      "ZeroPad2d.__init__() missing 1 required positional argument: 'padding'",
    ],
    [() => new pads.ZeroPad2d([1, 2, 3])(image), 'Padding length must be divisible by 2'],
    [() => new pads.ReflectionPad2d(2.5), "ReflectionPad2d(): argument 'padding' must be an integer"],
    [() => new pads.ConstantPad1d(1, 'a' as never), "ConstantPad1d(): argument 'value' must be a number"],
  ])('%s', (call, message) => {
    expect(call).toThrow(message)
  })
})
