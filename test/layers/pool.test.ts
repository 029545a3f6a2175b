import { describe, expect, expectTypeOf, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import { empty, randn, tensor, zeros } from '../../src/index.js'
import * as F from '../../src/nn/functional/pooling.js'
import * as adaptive from '../../src/nn/modules/adaptivePooling.js'
import { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from '../../src/nn/modules/pooling.js'
import type { Tensor } from '../../src/ops/tensor.js'

const line = randn([2, 3, 7])
const image = randn([2, 3, 7, 6])
const volume = randn([2, 3, 7, 6, 5])

describe('printing is PyTorch’s', () => {
  test.each([
    [new MaxPool2d(3), 'MaxPool2d(kernel_size=3, stride=3, padding=0, dilation=1, ceil_mode=False)'],
    [
      new MaxPool2d([3, 2], { stride: [2, 1], padding: [0, 1], ceilMode: true }),
      'MaxPool2d(kernel_size=(3, 2), stride=(2, 1), padding=(0, 1), dilation=1, ceil_mode=True)',
    ],
    [new MaxPool1d(3), 'MaxPool1d(kernel_size=3, stride=3, padding=0, dilation=1, ceil_mode=False)'],
    [
      new MaxPool3d(3, { stride: 2, padding: 1, returnIndices: true }),
      'MaxPool3d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)',
    ],
    [new AvgPool1d(3), 'AvgPool1d(kernel_size=(3,), stride=(3,), padding=(0,))'],
    [new AvgPool2d([3, 2], { stride: [2, 1] }), 'AvgPool2d(kernel_size=(3, 2), stride=(2, 1), padding=0)'],
    [new AvgPool3d(2, { ceilMode: true }), 'AvgPool3d(kernel_size=2, stride=2, padding=0)'],
    [new adaptive.AdaptiveAvgPool1d(5), 'AdaptiveAvgPool1d(output_size=5)'],
    [new adaptive.AdaptiveAvgPool2d([null, 3]), 'AdaptiveAvgPool2d(output_size=(None, 3))'],
    [new adaptive.AdaptiveAvgPool3d(1), 'AdaptiveAvgPool3d(output_size=1)'],
    [new adaptive.AdaptiveMaxPool1d([5]), 'AdaptiveMaxPool1d(output_size=(5,))'],
    [new adaptive.AdaptiveMaxPool2d(null), 'AdaptiveMaxPool2d(output_size=None)'],
    [
      new adaptive.AdaptiveMaxPool3d([1, null, 2], { returnIndices: true }),
      'AdaptiveMaxPool3d(output_size=(1, None, 2))',
    ],
  ])('%s', (module, text) => {
    expect(String(module)).toBe(text)
    expect(Object.keys(module.stateDict())).toEqual([])
  })
})

describe('modules are the functions', () => {
  const same = (a: Tensor, b: Tensor) => expect(a.tolist()).toEqual(b.tolist())
  test('max', () => {
    same(
      new MaxPool1d(3, { stride: 2, padding: 1, dilation: 2 })(line),
      F.maxPool1d(line, 3, { stride: 2, padding: 1, dilation: 2 }),
    )
    same(new MaxPool2d(2)(image), F.maxPool2d(image, 2))
    same(new MaxPool3d([2, 3, 1], { ceilMode: true })(volume), F.maxPool3d(volume, [2, 3, 1], { ceilMode: true }))
    const [output, indices] = new MaxPool2d(3, { stride: 1, returnIndices: true })(image)
    same(output, F.maxPool2d(image, 3, { stride: 1 }))
    expect(indices.dtype).toBe('int64')
    expectTypeOf(new MaxPool2d(2)(image)).toEqualTypeOf<Tensor>()
    expectTypeOf(new MaxPool2d(2, { returnIndices: true })(image)).toEqualTypeOf<[output: Tensor, indices: Tensor]>()
  })
  test('average', () => {
    same(
      new AvgPool1d(3, { countIncludePad: false, padding: 1 })(line),
      F.avgPool1d(line, 3, { countIncludePad: false, padding: 1 }),
    )
    same(new AvgPool2d(3, { divisorOverride: 2 })(image), F.avgPool2d(image, 3, { divisorOverride: 2 }))
    same(new AvgPool3d(2, { stride: 1 })(volume), F.avgPool3d(volume, 2, { stride: 1 }))
  })
  test('adaptive', () => {
    same(new adaptive.AdaptiveAvgPool1d(4)(line), F.adaptiveAvgPool1d(line, 4))
    same(new adaptive.AdaptiveAvgPool2d([3, null])(image), F.adaptiveAvgPool2d(image, [3, 6]))
    same(new adaptive.AdaptiveAvgPool3d(1)(volume), volume.mean([2, 3, 4], true))
    same(new adaptive.AdaptiveMaxPool1d(4)(line), F.adaptiveMaxPool1d(line, 4))
    same(new adaptive.AdaptiveMaxPool2d(1)(image), image.amax([2, 3], true))
    const [, indices] = new adaptive.AdaptiveMaxPool3d(1, { returnIndices: true })(volume)
    same(indices.squeeze(), volume.flatten(2).argmax(2))
  })
})

describe('dtypes, devices and memory', () => {
  test.each(['float16', 'bfloat16'] as const)('%s is computed in float32 and rounded once', dtype => {
    const x = image.to(dtype)
    const wide = x.to('float32')
    for (const pool of [
      (t: Tensor) => F.maxPool2d(t, 3, { padding: 1 }),
      (t: Tensor) => F.avgPool2d(t, 3, { padding: 1 }),
      (t: Tensor) => F.adaptiveAvgPool2d(t, [2, 5]),
    ]) {
      expect(pool(x).dtype).toBe(dtype)
      expect(pool(x).tolist()).toEqual(pool(wide).to(dtype).tolist())
      const leaf = x.detach().requiresGrad_()
      pool(leaf).sum().backward()
      expect(leaf.grad!.dtype).toBe(dtype)
    }
  })

  test('views with gaps and other orders', () => {
    const wide = randn([6, 2, 7, 9])
    const view = wide.permute(1, 0, 3, 2).slice(3, 0, null, 2)
    for (const pool of [(t: Tensor) => F.maxPool2d(t, 2), (t: Tensor) => F.avgPool2d(t, 2)]) {
      expect(pool(view).tolist()).toEqual(pool(view.contiguous()).tolist())
    }
  })

  test('meta tensors give shapes', () => {
    const meta = empty([2, 3, 7, 6], { device: 'meta', requiresGrad: true })
    const [output, indices] = F.maxPool2d(meta, 3, { stride: 2, returnIndices: true })
    expect([output.shape, output.device, indices.shape, indices.dtype]).toEqual([
      [2, 3, 3, 2],
      'meta',
      [2, 3, 3, 2],
      'int64',
    ])
    expect(F.adaptiveAvgPool2d(meta, [1, null]).shape).toEqual([2, 3, 1, 6])
    F.avgPool2d(output, 2).sum().backward()
    expect(meta.grad!.shape).toEqual(meta.shape)
  })

  test('an empty batch', () => {
    expect(F.maxPool2d(zeros([0, 3, 7, 6]), 2).shape).toEqual([0, 3, 3, 3])
    expect(F.avgPool1d(zeros([0, 3, 7]), 2).shape).toEqual([0, 3, 3])
    expect(F.adaptiveMaxPool2d(zeros([0, 3, 7, 6]), 2).shape).toEqual([0, 3, 2, 2])
    expect(F.adaptiveAvgPool2d(zeros([2, 0, 7, 6]), 2).shape).toEqual([2, 0, 2, 2])
  })

  test('without recording, nothing is kept', () => {
    const x = randn([1, 2, 4, 4], { requiresGrad: true })
    expect(noGrad(() => F.maxPool2d(x, 2)).gradFn).toBeNull()
    expect(F.maxPool2d(x, 2).gradFn!.name).toBe('MaxPool2DWithIndicesBackward0')
    expect(F.avgPool3d(x, 2).gradFn!.name).toBe('AvgPool3DBackward0')
  })

  test('a dilated window on padding only has -Infinity, index -1 and no gradient', () => {
    const x = tensor([[[0.5, 1.5, 2.5, 3.5]]], { requiresGrad: true })
    const [output, indices] = F.maxPool1d(x, 2, { stride: 1, padding: 1, dilation: 5, returnIndices: true })
    expect(output.tolist()).toEqual([[[Number.NEGATIVE_INFINITY]]])
    expect(indices.tolist()).toEqual([[[-1]]])
    output.sum().backward()
    expect(x.grad!.tolist()).toEqual([[[0, 0, 0, 0]]])
  })
})

describe('errors are PyTorch’s', () => {
  const x1 = line
  const x2 = image
  const x3 = volume
  // biome-ignore format: one case a line
  test.each<[() => unknown, string]>([
    [() => F.maxPool2d(x2, 0), 'stride should not be zero'],
    [() => F.maxPool2d(x2, -1), 'kernel size should be greater than zero, but got kH: -1 kW: -1'],
    [() => F.maxPool2d(x2, 0, { stride: 1 }), 'kernel size should be greater than zero, but got kH: 0 kW: 0'],
    [() => F.avgPool1d(x1, -1), 'kernel size should be greater than zero, but got kH: 1 kW: -1'],
    [() => F.maxPool3d(x3, [2, -1, 2], { stride: 1 }), 'kernel size should be greater than zero, but got kT: 2 kH: -1 kW: 2'],
    [() => F.maxPool2d(x2, [2, 2, 2, 2]), 'max_pool2d: kernel_size must either be a single int, or a tuple of two ints'],
    [() => F.maxPool2d(x2, 2, { stride: [1, 1, 1] }), 'max_pool2d: stride must either be omitted, a single int, or a tuple of two ints'],
    [() => F.maxPool3d(x3, 2, { dilation: [1, 1] }), 'max_pool3d: dilation must either be a single int, or a tuple of three ints'],
    [() => F.avgPool1d(x1, [2, 2]), "avg_pool1d() argument 'kernel_size' should contain one int (got 2"],
    [() => F.maxPool2d(x2, 2, { stride: -1 }), 'stride should be greater than zero, but got dH: -1 dW: -1'],
    [() => F.maxPool2d(x2, 2, { padding: -1 }), 'pad must be non-negative, but got pad: -1'],
    [() => F.avgPool2d(x2, 2, { padding: 2 }), 'pad should be at most half of kernel size, but got pad=2 and kernel_size=2'],
    [() => F.maxPool1d(x1, 3, { padding: 2 }), 'pad should be at most half of kernel size, but got pad=2 and kernel_size=3'],
    [() => F.maxPool2d(x2, 2, { dilation: 0 }), 'dilation should be greater than zero, but got dilationH: 0 dilationW: 0'],
    [() => F.maxPool2d(x2, 9), 'Given input size: (3x7x6). Calculated output size: (3x0x0). Output size is too small'],
    [() => F.maxPool3d(x3, 3, { stride: 2, padding: 1, dilation: 4 }), 'Given input size: (3x7x6x5). Calculated output size: (3x1x0x0). Output size is too small'],
    [() => F.avgPool1d(x1, 9), 'Given input size: (3x1x7). Calculated output size: (3x1x0). Output size is too small'],
    [() => F.avgPool3d(x3, 9), 'input image (T: 7 H: 6 W: 5) smaller than kernel size (kT: 9 kH: 9 kW: 9)'],
    [() => F.maxPool2d(x2, 2.5), "max_pool2d(): argument 'kernelSize' must be an integer or a list of 2 integers, but got kernelSize=2.5"],
    [() => F.maxPool2d(x1.select(0, 0), 2), 'non-empty 3D or 4D (batch mode) tensor expected for input'],
    [() => F.maxPool3d(x1, 2), 'non-empty 4D or 5D (batch mode) tensor expected for input'],
    [() => F.maxPool1d(x2, 2), 'max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:[2, 3, 7, 6]'],
    [() => F.avgPool2d(x3, 2), 'Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[2, 3, 7, 6, 5]'],
    [() => F.maxPool2d(zeros([2, 0, 7, 6]), 2), 'Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[2, 0, 7, 6]'],
    [() => F.maxPool2d(x2.to('int64'), 2), `"max_pool2d" not implemented for 'Long'`],
    [() => F.avgPool2d(x2.to('complex64'), 2), `"avg_pool2d" not implemented for 'ComplexFloat'`],
    [() => F.avgPool2d(x2, 2, { divisorOverride: 0 }), 'divisor must be not zero'],
    [() => F.maxPool2d(x2, 2, { ceilMode: 1 as never }), "max_pool2d(): argument 'ceil_mode' must be bool"],
    [() => F.maxPool2d(x2, 2, { strides: 1 } as never), "max_pool2d() got an unexpected keyword argument 'strides'"],
    [() => F.avgPool1d(x1, 2, { divisorOverride: 2 } as never), "avg_pool1d() got an unexpected keyword argument 'divisorOverride'"],
    [() => F.maxPool2d([1] as never, 2), "max_pool2d(): argument 'input' must be Tensor"],
    [() => new MaxPool2d(undefined as never), "MaxPool2d.__init__() missing 1 required positional argument: 'kernel_size'"],
    [() => new AvgPool1d(2, { divisorOverride: 2 } as never), "unexpected keyword argument 'divisorOverride'"],
    [() => F.adaptiveAvgPool2d(x2, -1), 'adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {-1, -1}'],
    [() => F.adaptiveAvgPool3d(x2.select(0, 0), 2), 'adaptive_avg_pool3d(): Expected 4D or 5D tensor, but got [3, 7, 6]'],
    [() => F.adaptiveMaxPool2d(zeros([2, 0, 7, 6]), 2), 'adaptive_max_pool2d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [2, 0, 7, 6] with dimension 1 being empty'],
    [() => F.adaptiveAvgPool2d(zeros([2, 3, 7, 0]), 2), 'adaptive_avg_pool2d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [2, 3, 7, 0] with dimension 3 being empty'],
    [() => F.adaptiveAvgPool2d(x2, [1, 2, 3]), 'output_size must be one int or have one for each of 2 axes, but got outputSize=[1, 2, 3]'],
    [() => F.adaptiveAvgPool2d(x2, 2.5), "adaptive_avg_pool2d(): argument 'output_size' must be an integer"],
    [() => F.adaptiveMaxPool2d(x2.to('int64'), 2), `"adaptive_max_pool2d" not implemented for 'Long'`],
    [() => new adaptive.AdaptiveAvgPool2d(undefined as never), "AdaptiveAvgPool2d.__init__() missing 1 required positional argument: 'output_size'"],
  ])('%s', (call, message) => {
    expect(call).toThrow(message)
  })

  test('a kernel too large for its input is refused even where nothing would be left', () => {
    expect(() => F.maxPool1d(tensor([[1, 2, 3]]), 4)).toThrow('Output size is too small')
  })
})
