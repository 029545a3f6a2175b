import { describe, expect, test } from 'vitest'
import { empty, nn, ones, randn, tensor, zeros } from '../../src/index.js'
import * as F from '../../src/nn/functional/normalization.js'
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from '../../src/nn/modules/batchNorm.js'
import { GroupNorm, LocalResponseNorm } from '../../src/nn/modules/groupNorm.js'
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from '../../src/nn/modules/instanceNorm.js'
import { LayerNorm } from '../../src/nn/modules/layerNorm.js'
import type { Tensor } from '../../src/ops/tensor.js'

const line = randn([2, 3, 7])
const image = randn([2, 3, 7, 6])
const [w, b] = [ones([3]), zeros([3])]

describe('printing is PyTorch’s', () => {
  test.each([
    [new BatchNorm2d(5), 'BatchNorm2d(5, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)'],
    [
      new BatchNorm1d(5, { eps: 1e-3, momentum: null, affine: false, trackRunningStats: false }),
      'BatchNorm1d(5, eps=0.001, momentum=None, affine=False, track_running_stats=False)',
    ],
    [
      new BatchNorm2d(5, { eps: 1e-12 }),
      'BatchNorm2d(5, eps=1e-12, momentum=0.1, affine=True, track_running_stats=True)',
    ],
    [new InstanceNorm2d(4), 'InstanceNorm2d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)'],
    [new GroupNorm(2, 6, { eps: 1e-6, affine: false }), 'GroupNorm(2, 6, eps=1e-06, affine=False)'],
    [new LayerNorm(5), 'LayerNorm((5,), eps=1e-05, elementwise_affine=True)'],
    [new LayerNorm([3, 5], { elementwiseAffine: false }), 'LayerNorm((3, 5), eps=1e-05, elementwise_affine=False)'],
    [new LayerNorm([]), 'LayerNorm((), eps=1e-05, elementwise_affine=True)'],
    [new LocalResponseNorm(2), 'LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)'],
  ])('%s', (module, text) => expect(String(module)).toBe(text))
})

describe('batch norm as a module', () => {
  test('the state', () => {
    const module = new BatchNorm2d(3)
    expect(Object.keys(module.stateDict())).toEqual([
      'weight',
      'bias',
      'running_mean',
      'running_var',
      'num_batches_tracked',
    ])
    expect([...module.namedBuffers()].map(([name, { dtype }]) => [name, dtype])).toEqual([
      ['running_mean', 'float32'],
      ['running_var', 'float32'],
      ['num_batches_tracked', 'int64'],
    ])
    expect(module.runningMean).toBe(module.running_mean)
    module(image)
    module(image)
    expect(module.numBatchesTracked!.item()).toBe(2)
    const other = new BatchNorm2d(3)
    other.loadStateDict(module.stateDict())
    expect(other.eval()(image).tolist()).toEqual(module.eval()(image).tolist())
    module.resetRunningStats()
    expect([module.runningMean!.tolist(), module.runningVar!.tolist()]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ])
    expect(module.numBatchesTracked!.item()).toBe(0)
    expect([...module.half().namedBuffers()].map(([, { dtype }]) => dtype)).toEqual(['float16', 'float16', 'int64'])
    expect(Object.keys(new BatchNorm2d(3, { affine: false, trackRunningStats: false }).stateDict())).toEqual([])
  })

  test('files without num_batches_tracked load, and the count begins again', () => {
    const net = new nn.Sequential(
      new nn.Conv2d(1, 2, 1),
      new BatchNorm2d(2),
      new InstanceNorm2d(2, { trackRunningStats: true }),
    )
    for (const layer of [net.get(1), net.get(2)] as BatchNorm2d[]) layer.numBatchesTracked!.fill_(7)
    const { '1.num_batches_tracked': _, '2.num_batches_tracked': __, ...old } = net.stateDict()
    expect(String(net.loadStateDict(old))).toBe('<All keys matched successfully>')
    expect(net.stateDict()['1.num_batches_tracked']!.item()).toBe(0)
    expect(net.stateDict()['2.num_batches_tracked']!.item()).toBe(0)
    // the dict itself is left alone
    expect(Object.keys(old)).not.toContain('1.num_batches_tracked')
    expect(() => new BatchNorm2d(3).loadStateDict({})).toThrow(
      'Missing key(s) in state_dict: "weight", "bias", "running_mean", "running_var". ',
    )
    // without statistics there is nothing to count
    const none = new BatchNorm2d(3, { trackRunningStats: false })
    expect(String(none.loadStateDict(none.stateDict()))).toBe('<All keys matched successfully>')
  })

  test('momentum null averages over the batches', () => {
    const module = new BatchNorm1d(3, { momentum: null })
    const batches = [randn([5, 3]), randn([5, 3]), randn([5, 3])]
    for (const batch of batches) module(batch)
    const mean = batches
      .map(batch => batch.mean(0))
      .reduce((sum, next) => sum.add(next))
      .div(3)
    expect(module.runningMean!.allclose(mean, { atol: 1e-6 })).toBe(true)
  })

  test('evaluation leaves the statistics alone, and takes one value per channel', () => {
    const module = new BatchNorm2d(3)
    module(image)
    const before = module.runningMean!.tolist()
    module.eval()(image.slice(0, 0, 1).slice(2, 0, 1).slice(3, 0, 1))
    expect(module.runningMean!.tolist()).toEqual(before)
    expect(module.numBatchesTracked!.item()).toBe(1)
  })

  test('a layer trained with 16-bit inputs keeps float32 statistics', () => {
    const module = new BatchNorm2d(3)
    const out = module(image.to('bfloat16'))
    expect([out.dtype, module.runningMean!.dtype]).toEqual(['bfloat16', 'float32'])
    out.sum().backward()
    expect(module.weight!.grad!.dtype).toBe('float32')
  })

  test('training and the memory format', () => {
    const [plain, last] = [new BatchNorm2d(3), new BatchNorm2d(3)]
    const x = image.contiguous({ memoryFormat: 'channels_last' })
    const out = last(x)
    expect(out.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
    expect(out.allclose(plain(image), { atol: 1e-6 })).toBe(true)
    expect(last.runningVar!.allclose(plain.runningVar!)).toBe(true)
  })

  test('a view of the input', () => {
    const view = randn([6, 2, 7, 9]).permute(1, 0, 3, 2).slice(3, 0, null, 2)
    const run = (x: Tensor) => F.batchNorm(x, null, null, null, null, { training: true }).tolist()
    expect(run(view)).toEqual(run(view.contiguous()))
  })
})

test('what a page adds to all objects is no argument', () => {
  const all = Object.prototype as { extend?: unknown }
  all.extend = () => 0
  try {
    for (const layer of [new BatchNorm2d(3), new GroupNorm(3, 3), new InstanceNorm2d(3)])
      expect(layer(image).shape).toEqual(image.shape)
    expect(new LayerNorm([7, 6])(image).shape).toEqual(image.shape)
    expect(F.batchNorm(image, null, null, w, b, { training: true }).shape).toEqual(image.shape)
    expect(image.add(1, { alpha: 2 }).shape).toEqual(image.shape)
  } finally {
    delete all.extend
  }
})

describe('dtypes and devices', () => {
  const NORMS: Record<string, (x: Tensor) => Tensor> = {
    batchNorm: x => F.batchNorm(x, null, null, null, null, { training: true }),
    instanceNorm: x => F.instanceNorm(x),
    groupNorm: x => F.groupNorm(x, 3),
    layerNorm: x => F.layerNorm(x, [7, 6]),
  }
  test.each(Object.entries(NORMS))('%s of 16-bit floats is computed in float32 and rounded once', (_, norm) => {
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const x = image.to(dtype)
      expect(norm(x).dtype).toBe(dtype)
      expect(norm(x).tolist()).toEqual(norm(x.to('float32')).to(dtype).tolist())
    }
  })

  test.each(Object.entries(NORMS))('%s of meta tensors gives shapes', (_, norm) => {
    const meta = empty([2, 3, 7, 6], { device: 'meta', requiresGrad: true })
    const out = norm(meta)
    expect([out.shape, out.device]).toEqual([[2, 3, 7, 6], 'meta'])
    out.sum().backward()
    expect(meta.grad!.shape).toEqual(meta.shape)
  })

  test('modules on the meta device', () => {
    const module = new BatchNorm2d(3, { device: 'meta' })
    expect(module(empty([2, 3, 4, 5], { device: 'meta' })).shape).toEqual([2, 3, 4, 5])
    expect(module.eval()(empty([2, 3, 4, 5], { device: 'meta' })).shape).toEqual([2, 3, 4, 5])
  })

  test.each(Object.entries(NORMS))('%s of an empty batch', (name, norm) => {
    const x = zeros([0, 3, 7, 6], { requiresGrad: true })
    const out = norm(x)
    expect([name, out.shape]).toEqual([name, [0, 3, 7, 6]])
    out.sum().backward()
    expect(x.grad!.shape).toEqual([0, 3, 7, 6])
  })

  test('an empty batch leaves the statistics alone', () => {
    const module = new BatchNorm2d(3)
    module(zeros([0, 3, 2, 2]))
    expect([module.runningMean!.tolist(), module.numBatchesTracked!.item()]).toEqual([[0, 0, 0], 1])
  })

  test('elements alone in their group become the bias exactly', () => {
    expect(F.layerNorm(tensor([[3.7], [-1.3]]), 1, tensor([2]), tensor([0.5])).tolist()).toEqual([[0.5], [0.5]])
  })

  test('large means lose nothing', () => {
    const x = tensor([1, 2, 3, 4, 5, 6], { dtype: 'float64' })
      .add(2 ** 30)
      .to('float32')
      .reshape(6, 1)
    const shifted = F.batchNorm(x.to('float64'), null, null, null, null, { training: true })
    const found = F.batchNorm(x, null, null, null, null, { training: true })
    expect(found.to('float64').allclose(shifted, { atol: 1e-6 })).toBe(true)
  })
})

describe('errors are PyTorch’s', () => {
  const training = { training: true }
  const two = ones([2])
  const one = image.slice(0, 0, 1).slice(2, 0, 1).slice(3, 0, 1)
  // biome-ignore format: one case a line
  test.each<[() => unknown, string]>([
    [() => F.batchNorm(image, null, null), 'running_mean must be defined in evaluation mode'],
    [() => F.batchNorm(image, w, null), 'running_var must be defined in evaluation mode'],
    [() => F.batchNorm(image, two, w), 'running_mean should contain 3 elements not 2'],
    [() => F.batchNorm(image, b, two), 'running_var should contain 3 elements not 2'],
    [() => F.batchNorm(image, b, w, two), 'weight should contain 3 elements not 2'],
    [() => F.batchNorm(image, b, w, w, two), 'bias should contain 3 elements not 2'],
    [() => F.batchNorm(one, null, null, null, null, training), 'Expected more than 1 value per channel when training, got input size torch.Size([1, 3, 1, 1])'],
    [() => F.batchNorm(tensor([1, 2]), null, null, null, null, training), 'Dimension out of range (expected to be in range of [-1, 0], but got 1)'],
    [() => F.batchNorm(image.to('int64'), null, null, null, null, training), `"batch_norm" not implemented for 'Long'`],
    [() => F.batchNorm(image, b.to('float64'), w, w, b), 'expected scalar type Float but found Double'],
    [() => F.batchNorm(image.to('float64'), null, null, w, b, training), 'expected scalar type Double but found Float'],
    [() => F.batchNorm(image, b, w, [1] as never), "batch_norm(): argument 'weight' must be Tensor or null, not an array"],
    [() => F.batchNorm(image, b, w, w, b, { momentum: null as never, training: true }), "batch_norm(): argument 'momentum' must be float"],
    [() => F.batchNorm(image, b, w, w, b, { epsilon: 1 } as never), "batch_norm() got an unexpected keyword argument 'epsilon'"],
    [() => new BatchNorm1d(3)(image), 'expected 2D or 3D input (got 4D input)'],
    [() => new BatchNorm2d(3)(line), 'expected 4D input (got 3D input)'],
    [() => new BatchNorm3d(3)(image), 'expected 5D input (got 4D input)'],
    [() => new BatchNorm2d(4)(image), 'running_mean should contain 3 elements not 4'],
    [() => new BatchNorm2d(4, { trackRunningStats: false })(image), 'weight should contain 3 elements not 4'],
    [() => new BatchNorm2d(-1), 'negative dimension -1'],
    [() => new BatchNorm2d(2.5), "argument 'num_features' must be an integer"],
    [() => F.instanceNorm(line.slice(2, 0, 1)), 'Expected more than 1 spatial element when training, got input size torch.Size([2, 3, 1])'],
    [() => F.instanceNorm(image, null, null, null, null, { useInputStats: false }), 'Expected running_mean and running_var to be defined when use_input_stats is false'],
    [() => F.instanceNorm(image, null, null, two), 'weight should contain 3 elements not 2'],
    [() => new InstanceNorm1d(3)(image), 'expected 2D or 3D input (got 4D input)'],
    [() => new InstanceNorm2d(3)(line.select(0, 0)), 'expected 3D or 4D input (got 2D input)'],
    [() => new InstanceNorm3d(3)(line), 'expected 4D or 5D input (got 3D input)'],
    [() => F.groupNorm(image, 2), 'Expected number of channels in input to be divisible by num_groups, but got input of shape [2, 3, 7, 6] and num_groups=2'],
    [() => F.groupNorm(image, 0), 'Expected num groups to be greater than 0, got 0'],
    [() => F.groupNorm(image, 3, two), 'Expected weight to be a vector of size equal to the number of channels in input, but got weight of shape [2] and input of shape [2, 3, 7, 6]'],
    [() => F.groupNorm(one, 3), 'Expected more than 1 value per channel when training, got input size [1, 3, 1, 1]'],
    [() => new GroupNorm(4, 6), 'num_channels must be divisible by num_groups'],
    [() => F.layerNorm(image, 5), 'Given normalized_shape=[5], expected input with shape [*, 5], but got input of size[2, 3, 7, 6]'],
    [() => F.layerNorm(image, []), 'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []'],
    [() => F.layerNorm(image, [6], ones([5])), 'Expected weight to be of same shape as normalized_shape, but got weight of shape [5] and normalized_shape = [6]'],
    [() => F.layerNorm(image.to('int64'), [6]), `"LayerNormKernelImpl" not implemented for 'Long'`],
    [() => new LayerNorm([2, 3])(randn([3])), 'Given normalized_shape=[2, 3], expected input with shape [*, 2, 3], but got input of size[3]'],
    [() => F.localResponseNorm(randn([2, 3]), 2), 'Expected 3D or higher dimensionality'],
    [() => F.localResponseNorm(line, 0), 'kernel size should be greater than zero, but got kH: 0 kW: 1'],
  ])('%s', (call, message) => {
    expect(call).toThrow(message)
  })
})
