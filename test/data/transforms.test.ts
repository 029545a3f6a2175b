/**
 * Transforms: what they make of images, and what they refuse. The draws are in golden.test.ts.
 */
import { describe, expect, test } from 'vitest'
import { compose, normalize, randomCrop, randomHorizontalFlip, toTensor } from '../../src/data/index.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { arange } from '../../src/ops/creation/fromSizes.js'
import { Generator, manualSeed } from '../../src/tensor/random/generator.js'

const image = arange(1, 7, { dtype: 'float32' }).reshape(1, 2, 3)

describe('toTensor', () => {
  test('knows the channels, or counts them', () => {
    const data = Uint8ClampedArray.of(0, 51, 102, 255)
    expect(toTensor({ data, width: 2, height: 2 }).shape).toEqual([1, 2, 2])
    expect(toTensor({ data, width: 1, height: 2 }).tolist()).toEqual([
      [[0], [Math.fround(0.4)]],
      [[Math.fround(0.2)], [1]],
    ])
  })

  test.each<[object, string]>([
    [{ data: new Uint8Array(5), width: 2, height: 2 }, '5 bytes are not width=2 x height=2 x channels=1.25'],
    [{ data: new Uint8Array(4), width: 2, height: 2, channels: 3 }, 'channels=3'],
    [{ data: new Uint8Array(0), width: 0, height: 2 }, 'width=0'],
    [{ data: new Float32Array(4), width: 2, height: 2 }, 'data must be a Uint8Array, but got Float32Array'],
  ])('refuses %o', (pixels, message) => {
    expect(() => toTensor(pixels as never)).toThrow(message)
  })
})

describe('normalize', () => {
  test('works on single images and on batches, with one number or one for each channel', () => {
    const batch = tensor([
      [[[1]], [[2]]],
      [[[3]], [[4]]],
    ])
    expect(normalize([1, 2], [2, 4])(batch).tolist()).toEqual([
      [[[0]], [[0]]],
      [[[1]], [[0.5]]],
    ])
    expect(normalize([1], [2])(batch).tolist()).toEqual([
      [[[0]], [[0.5]]],
      [[[1]], [[1.5]]],
    ])
    expect(normalize([1], [2])(batch.to('float16')).dtype).toBe('float16')
  })

  test('refuses', () => {
    expect(() => normalize([0], [0])).toThrow('std must not be 0')
    expect(() => normalize([], [1])).toThrow('mean must be a list of numbers')
    expect(() => normalize([1, 2], [1])(image)).toThrow('mean has 2 numbers, and the image has 1 channels')
    expect(() => normalize([1], [1])(image.to('int64'))).toThrow('Input tensor should be a float tensor. Got int64.')
    expect(() => normalize([1], [1])(tensor([1]))).toThrow(
      'expected a tensor image of size (..., C, H, W), but got [1]',
    )
  })
})

describe('randomCrop', () => {
  test.each([
    [
      { padding: 1 },
      [
        [0, 0, 0, 0, 0],
        [0, 1, 2, 3, 0],
        [0, 4, 5, 6, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      { padding: [1, 0], fill: 9 },
      [
        [9, 1, 2, 3, 9],
        [9, 4, 5, 6, 9],
      ],
    ],
    [
      { padding: [0, 1, 2, 0], paddingMode: 'edge' },
      [
        [1, 2, 3, 3, 3],
        [1, 2, 3, 3, 3],
        [4, 5, 6, 6, 6],
      ],
    ],
    [
      { padding: [1, 0, 2, 1], paddingMode: 'reflect' },
      [
        [2, 1, 2, 3, 2, 1],
        [5, 4, 5, 6, 5, 4],
        [2, 1, 2, 3, 2, 1],
      ],
    ],
  ] as const)('pads first: %j', (options, expected) => {
    const whole: [number, number] = [expected.length, expected[0]!.length]
    expect(randomCrop(whole, options)(image).tolist()).toEqual([expected])
  })

  test('every place comes, equally often', () => {
    const crop = randomCrop([1, 2], { generator: new Generator(5) })
    const counts = new Map<string, number>()
    for (let i = 0; i < 4000; i++) {
      const key = String(crop(image).tolist())
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['1,2', '2,3', '4,5', '5,6'])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })

  test('refuses', () => {
    expect(() => randomCrop(3)(image)).toThrow('Required crop size 3,3 is larger than input image size 2,3')
    expect(() => randomCrop(0)).toThrow('size must be positive')
    expect(() => randomCrop([1, 2, 3] as never)).toThrow('size must be 1 or 2 whole numbers, but got size=[1,2,3]')
    expect(() => randomCrop(1, { padding: -1 })).toThrow(
      'padding must be 1 or 2 or 4 whole numbers, but got padding=[-1]',
    )
    expect(() => randomCrop(1, { paddingMode: 'wrap' as never })).toThrow(
      'paddingMode must be one of constant, edge, reflect, but got wrap',
    )
    expect(() => randomCrop(1, { fill: null as never })).toThrow('fill must be a number')
    expect(() => randomCrop(1, { pad: 2 } as never)).toThrow("unexpected keyword argument 'pad'")
  })
})

test('randomHorizontalFlip mirrors left to right', () => {
  expect(randomHorizontalFlip(1)(image).tolist()).toEqual([
    [
      [3, 2, 1],
      [6, 5, 4],
    ],
  ])
  expect(randomHorizontalFlip(0)(image)).toBe(image)
  expect(() => randomHorizontalFlip(1.5)).toThrow('p must be in [0, 1], but got p=1.5')
})

test('a generator of its own is drawn from, and the default one is not', () => {
  const generator = new Generator(3)
  const augment = compose(randomCrop(2, { generator }), randomHorizontalFlip(0.5, { generator }))
  const first = manualSeed(9).clone().random32()
  const draws = Array.from({ length: 8 }, () => String(augment(image).tolist()))
  expect(new Set(draws).size).toBeGreaterThan(2)
  expect(manualSeed(9).random32()).toBe(first)
  generator.manualSeed(3)
  expect(Array.from({ length: 8 }, () => String(augment(image).tolist()))).toEqual(draws)
})

test('compose goes from left to right', () => {
  const transform = compose(toTensor, normalize([0.5], [0.5]), input => input.mul(10))
  expect(transform({ data: Uint8Array.of(0, 255), width: 2, height: 1 }).tolist()).toEqual([[[-10, 10]]])
  expect(() => compose(3 as never)).toThrow('compose takes functions, but got number 3')
})
