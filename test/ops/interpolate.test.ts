import { describe, expect, test } from 'vitest'
import { arange, zeros } from '../../src/index.js'
import { interpolate } from '../../src/nn/functional/interpolate.js'

describe('images of bytes', () => {
  const image = arange(12, { dtype: 'uint8' }).view(1, 1, 3, 4)

  // torch.nn.functional.interpolate(torch.arange(12, dtype=torch.uint8).view(1, 1, 3, 4), size=(5, 6), mode=mode)
  test.each([
    [
      'nearest',
      [
        [0, 0, 1, 2, 2, 3],
        [0, 0, 1, 2, 2, 3],
        [4, 4, 5, 6, 6, 7],
        [4, 4, 5, 6, 6, 7],
        [8, 8, 9, 10, 10, 11],
      ],
    ],
    [
      'nearest-exact',
      [
        [0, 1, 1, 2, 3, 3],
        [0, 1, 1, 2, 3, 3],
        [4, 5, 5, 6, 7, 7],
        [8, 9, 9, 10, 11, 11],
        [8, 9, 9, 10, 11, 11],
      ],
    ],
  ] as const)('are shown by %s', (mode, expected) => {
    const resized = interpolate(image, { size: [5, 6], mode })
    expect([resized.dtype, resized.tolist()]).toEqual(['uint8', [[expected]]])
  })

  test.each([[[1, 3, 7]], [[2, 3, 7, 6]], [[1, 2, 4, 3, 5]]])('of shape %j are as those of floats', shape => {
    const bytes = arange(shape.reduce((a, b) => a * b))
      .to('uint8')
      .view(shape)
    for (const memoryFormat of ['contiguous', 'channels_last'] as const) {
      if (memoryFormat === 'channels_last' && shape.length === 3) continue
      const x = bytes.contiguous({ memoryFormat })
      for (const mode of ['nearest', 'nearest-exact'] as const) {
        const resized = interpolate(x, { scaleFactor: 1.7, mode })
        expect(resized.tolist()).toEqual(interpolate(x.to('float32'), { scaleFactor: 1.7, mode }).tolist())
      }
    }
  })

  test('are not mixed, nor are other integers taken', () => {
    for (const mode of ['bilinear', 'bicubic', 'area'] as const) {
      expect(() => interpolate(image, { size: [5, 6], mode }), mode).toThrow("not implemented for 'Byte'")
    }
    expect(() => interpolate(image.to('int32'), { size: [5, 6] })).toThrow("not implemented for 'Int'")
  })
})

test('options that are true or false are nothing else', () => {
  const image = zeros(1, 1, 4, 4)
  for (const [option, name] of [
    ['alignCorners', 'align_corners'],
    ['antialias', 'antialias'],
    ['recomputeScaleFactor', 'recompute_scale_factor'],
  ] as const) {
    const resize = (value: unknown) => interpolate(image, { scaleFactor: 2, mode: 'bilinear', [option]: value })
    const message = (text: string) => `interpolate(): argument '${name}' must be bool, but got ${name}=${text}`
    expect(() => resize('false')).toThrow(new TypeError(message("'false'")))
    expect(() => resize(1)).toThrow(new TypeError(message('1')))
    for (const value of [true, false, undefined]) expect(resize(value).shape).toEqual([1, 1, 8, 8])
  }
})
