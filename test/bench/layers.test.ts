import { backends, nn, noGrad } from 'convforge'
import { describe, expect, test } from 'vitest'
import { LAYERS, layer, operations, RESNET18_LAYERS, selectLayers, specOf } from '../../bench/layers.js'
import { operandsOf } from '../../bench/operands.js'

describe('layer', () => {
  test('reads every number', () => {
    expect(layer('6x20x31 -> 9 k3x5 s2 p1 d2 g3')).toEqual({
      name: '6x20x31 -> 9 k3x5 s2 p1 d2 g3',
      inChannels: 6,
      input: [20, 31],
      outChannels: 9,
      kernel: [3, 5],
      // (20 + 2 - 2 * 2 - 1) / 2 + 1 and (31 + 2 - 2 * 4 - 1) / 2 + 1
      output: [9, 13],
      stride: 2,
      padding: 1,
      dilation: 2,
      groups: 3,
    })
  })

  test.each([
    '8x8 -> 8 k3',
    '8x8x8 -> 8 k3 s1x2',
    '8x8x8 -> 8 k3 psame',
    '8x8x8 -> 8 k3 float64',
    '8x8x8 -> 8 k3 reflect',
  ])('refuses %s', text => {
    expect(() => layer(text)).toThrow('is not a plain 2d convolution')
  })

  test('gives the sizes that the library gives', () => {
    const odd = layer('6x20x31 -> 9 k3x5 s2 p1 d2 g3')
    const { input, weight, bias } = operandsOf(odd, 2)
    const { stride, padding, dilation, groups } = odd
    const output = noGrad(() => nn.functional.conv2d(input, weight, bias, { stride, padding, dilation, groups }))
    expect(output.shape).toEqual([2, odd.outChannels, ...odd.output])
    expect(operations(odd, 2)).toBe(2 * backends.multiplyAdds(specOf(odd, 2)))
  })
})

test('the lists have the layers they promise', () => {
  expect(LAYERS).toHaveLength(11)
  expect(new Set(RESNET18_LAYERS.map(({ name }) => name)).size).toBe(11)
  // the number that `convforge explain` prints for the layer of its own example
  expect(operations(LAYERS[0]!, 1)).toBe(2 * 115_605_504)
})

describe('selectLayers', () => {
  const names = (texts: string[]) => selectLayers(LAYERS, texts).map(({ name }) => name)

  test('by a part of the name, with or without spaces', () => {
    expect(names(['k7s2', 'p2 d2'])).toEqual(['3x224x224 -> 64 k7 s2 p3', '256x32x32 -> 256 k3 p2 d2'])
    expect(names(['k1'])).toEqual(['256x56x56 -> 64 k1', '1024x14x14 -> 256 k1'])
  })

  test('a layer of its own has an arrow', () => {
    expect(names(['5x6x7 -> 8 k3'])).toEqual(['5x6x7 -> 8 k3'])
  })

  test('refuses what no name contains', () => {
    expect(() => names(['512x8x8'])).toThrow('no layer\'s name contains "512x8x8"')
  })
})
