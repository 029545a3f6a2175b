import { describe, expect, test } from 'vitest'
import { empty, randn, tensor, zeros } from '../../src/index.js'
import { channelShuffle, interpolate, pixelShuffle, pixelUnshuffle } from '../../src/nn/functional/interpolate.js'
import { ChannelShuffle, PixelShuffle, PixelUnshuffle } from '../../src/nn/modules/pixelShuffle.js'
import { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from '../../src/nn/modules/upsample.js'
import type { Tensor } from '../../src/ops/tensor.js'

const line = randn([2, 3, 7])
const image = randn([2, 3, 7, 6])
const volume = randn([2, 3, 7, 6, 5])
const same = (a: Tensor, b: Tensor) => expect(a.tolist()).toEqual(b.tolist())

describe('printing is PyTorch’s', () => {
  test.each([
    [new Upsample({ scaleFactor: 2 }), 'Upsample(scale_factor=2.0, mode=nearest)'],
    [new Upsample({ size: [3, 4], mode: 'bilinear' }), 'Upsample(size=(3, 4), mode=bilinear)'],
    [
      new Upsample({ scaleFactor: [2, 1.5], mode: 'bicubic', alignCorners: true }),
      'Upsample(scale_factor=(2.0, 1.5), mode=bicubic)',
    ],
    [new Upsample(), 'Upsample(size=None, mode=nearest)'],
    [new UpsamplingNearest2d({ scaleFactor: 2 }), 'UpsamplingNearest2d(scale_factor=2.0, mode=nearest)'],
    [new UpsamplingBilinear2d({ size: 5 }), 'UpsamplingBilinear2d(size=5, mode=bilinear)'],
    [new PixelShuffle(3), 'PixelShuffle(upscale_factor=3)'],
    [new PixelUnshuffle(3), 'PixelUnshuffle(downscale_factor=3)'],
    [new ChannelShuffle(2), 'ChannelShuffle(groups=2)'],
  ])('%s', (module, text) => expect(String(module)).toBe(text))
})

test('modules are the functions', () => {
  same(
    new Upsample({ scaleFactor: 1.7, mode: 'linear' })(line),
    interpolate(line, { scaleFactor: 1.7, mode: 'linear' }),
  )
  const options = { scaleFactor: 1.7, recomputeScaleFactor: true, mode: 'bilinear', alignCorners: false } as const
  same(new Upsample(options)(image), interpolate(image, options))
  same(new UpsamplingNearest2d({ size: [3, 11] })(image), interpolate(image, { size: [3, 11] }))
  same(
    new UpsamplingBilinear2d({ scaleFactor: 2 })(image),
    interpolate(image, { scaleFactor: 2, mode: 'bilinear', alignCorners: true }),
  )
  const channels = randn([2, 12, 3, 5])
  same(new PixelShuffle(2)(channels), pixelShuffle(channels, 2))
  same(new PixelUnshuffle(2)(pixelShuffle(channels, 2)), channels)
  same(new ChannelShuffle(3)(channels), channelShuffle(channels, 3))
})

describe('dtypes, devices and memory', () => {
  test.each(['float16', 'bfloat16'] as const)('%s is computed in float32 and rounded once', dtype => {
    const x = image.to(dtype)
    for (const mode of ['nearest', 'bilinear', 'bicubic', 'area'] as const) {
      const resized = interpolate(x, { size: [9, 4], mode })
      expect(resized.dtype).toBe(dtype)
      same(resized, interpolate(x.to('float32'), { size: [9, 4], mode }).to(dtype))
    }
  })

  test('views with gaps and other orders', () => {
    const view = randn([6, 2, 7, 9]).permute(1, 0, 3, 2).slice(3, 0, null, 2)
    for (const mode of ['nearest', 'bicubic'] as const) {
      same(interpolate(view, { size: 5, mode }), interpolate(view.contiguous(), { size: 5, mode }))
    }
    const channels = randn([2, 3, 5, 8]).permute(0, 3, 1, 2)
    same(pixelShuffle(channels, 2), pixelShuffle(channels.contiguous(), 2))
  })

  test('meta tensors give shapes', () => {
    const meta = empty([2, 4, 7, 6], { device: 'meta', requiresGrad: true })
    const resized = interpolate(meta, { scaleFactor: 1.5, mode: 'bicubic' })
    expect([resized.shape, resized.device]).toEqual([[2, 4, 10, 9], 'meta'])
    expect(pixelShuffle(meta, 2).shape).toEqual([2, 1, 14, 12])
    resized.sum().backward()
    expect(meta.grad!.shape).toEqual(meta.shape)
  })

  test('where the image gets smaller, antialias lets infinities be', () => {
    const x = zeros([1, 1, 11, 13])
    x.select(2, 3).select(2, 12).fill_(Number.POSITIVE_INFINITY)
    const y = interpolate(x, { size: [3, 4], mode: 'bilinear', antialias: true })
    expect(y.tolist()).toEqual([
      [
        [
          [0, 0, 0, Number.POSITIVE_INFINITY],
          [0, 0, 0, Number.POSITIVE_INFINITY],
          [0, 0, 0, 0],
        ],
      ],
    ])
  })

  test('an empty batch', () => {
    expect(interpolate(zeros([0, 3, 7, 6]), { size: 3 }).shape).toEqual([0, 3, 3, 3])
    expect(pixelShuffle(zeros([0, 4, 2, 3]), 2).shape).toEqual([0, 1, 4, 6])
  })

  test('names on the tape', () => {
    const x = randn([1, 1, 2, 3], { requiresGrad: true })
    expect(interpolate(x, { size: 4, mode: 'bilinear' }).gradFn!.name).toBe('UpsampleBilinear2DBackward0')
    expect(interpolate(x, { size: 4, mode: 'nearest-exact' }).gradFn!.name).toBe('UpsampleNearestExact2DBackward0')
  })
})

describe('errors are PyTorch’s', () => {
  const x4 = randn([2, 8, 3, 5])
  // biome-ignore format: one case a line
  test.each<[() => unknown, string]>([
    [() => interpolate(image, {}), 'either size or scale_factor should be defined'],
    [() => interpolate(image, { size: 3, scaleFactor: 2 }), 'only one of size or scale_factor should be defined'],
    [() => interpolate(image, { size: [3] }), 'Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of [7, 6] and output size of [3]. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.'],
    [() => interpolate(image, { scaleFactor: [3] }), 'Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of [7, 6] and scale_factor of shape [3].'],
    [() => interpolate(image, { size: [3, 4], recomputeScaleFactor: true }), 'recompute_scale_factor is not meaningful with an explicit size.'],
    [() => interpolate(image, { size: 0 }), 'Input and output sizes should be greater than 0, but got input (H: 7, W: 6) output (H: 0, W: 0)'],
    [() => interpolate(image, { scaleFactor: 0.01 }), 'Input and output sizes should be greater than 0, but got input (H: 7, W: 6) output (H: 0, W: 0)'],
    [() => interpolate(zeros([2, 3, 7, 6, 0]), { size: 3 }), 'Input and output sizes should be greater than 0, but got input (D: 7, H: 6, W: 0) output (D: 3, H: 3, W: 3)'],
    [() => interpolate(image, { size: 3, mode: 'linear' }), 'Got 4D input, but linear mode needs 3D input'],
    [() => interpolate(line, { size: 3, mode: 'bilinear' }), 'Got 3D input, but bilinear mode needs 4D input'],
    [() => interpolate(image, { size: 3, mode: 'trilinear' }), 'Got 4D input, but trilinear mode needs 5D input'],
    [() => interpolate(volume, { size: 3, mode: 'bicubic' }), 'Input Error: Only 3D, 4D and 5D input Tensors supported (got 5D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got bicubic)'],
    [() => interpolate(image.select(0, 0).select(0, 0), { size: [] }), 'Input Error: Only 3D, 4D and 5D input Tensors supported (got 2D)'],
    [() => interpolate(image, { size: 3, mode: 'foo' as never }), 'Input Error: Only 3D, 4D and 5D input Tensors supported (got 4D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got foo)'],
    [() => interpolate(image, { size: 3, alignCorners: true }), 'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear'],
    [() => interpolate(volume, { size: 3, antialias: true }), 'Anti-alias option is only supported for bilinear and bicubic modes'],
    [() => interpolate(image, { size: 3, antialias: true }), "Anti-alias option is only supported for bilinear and bicubic modes, but got mode='nearest' and 4D input"],
    [() => interpolate(image.to('int64'), { size: 3, mode: 'bicubic', antialias: true }), `"compute_indices_weights_aa" not implemented for 'Long'`],
    [() => interpolate(zeros([2, 0, 7, 6]), { size: 3 }), 'Non-empty 4D data tensor expected but got a tensor with sizes [2, 0, 7, 6]'],
    [() => interpolate(image.to('int64'), { size: 3 }), `"compute_indices_weights_nearest" not implemented for 'Long'`],
    [() => interpolate(image, { size: 2.5 }), "interpolate(): argument 'size' must be an integer or a list with one for each axis, but got size=2.5"],
    [() => interpolate(image, { scaleFactor: 'a' as never }), "interpolate(): argument 'scaleFactor' must be a number"],
    [() => interpolate(image, { scale: 2 } as never), "interpolate() got an unexpected keyword argument 'scale'"],
    [() => new UpsamplingNearest2d({ mode: 'linear' } as never), "UpsamplingNearest2d() got an unexpected keyword argument 'mode'"],
    [() => pixelShuffle(x4, 3), "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=8 is not divisible by 9"],
    [() => pixelShuffle(x4, 0), 'pixel_shuffle expects a positive upscale_factor, but got 0'],
    [() => pixelShuffle(tensor([1, 2]), 1), 'pixel_shuffle expects input to have at least 3 dimensions, but got input with 1 dimension(s)'],
    [() => pixelUnshuffle(x4, 2), 'pixel_unshuffle expects height to be divisible by downscale_factor, but input.size(-2)=3 is not divisible by 2'],
    [() => pixelUnshuffle(randn([2, 3, 4, 5]), 2), 'pixel_unshuffle expects width to be divisible by downscale_factor, but input.size(-1)=5 is not divisible by 2'],
    [() => pixelUnshuffle(x4, -2), 'pixel_unshuffle expects a positive downscale_factor, but got -2'],
    [() => channelShuffle(x4, 3), 'Number of channels must be divisible by groups. Got 8 channels and 3 groups.'],
    [() => channelShuffle(x4, 0), 'Number of groups to divide channels in must be positive. Value of groups:0'],
    [() => channelShuffle(tensor([[1, 2]]), 1), 'channel_shuffle expects input with > 2 dims, but got input with sizes [1, 2]'],
  ])('%s', (call, message) => {
    expect(call).toThrow(message)
  })
})
