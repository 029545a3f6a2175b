/** The memory format that results have, against PyTorch's strides (fixtures/memoryFormat.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { arange, autograd, cat, nn, ones, type Tensor, zeros } from '../../src/index.js'
import { viewOf } from '../../src/tensor/tensor.js'

interface Case {
  shape: number[]
  strides: number[]
  results: Record<string, number[]>
}

const F = nn.functional
const cases: Case[] = JSON.parse(readFileSync(new URL('fixtures/memoryFormat.json', import.meta.url), 'utf8'))

function make({ shape, strides }: Case): Tensor {
  const length = shape.reduce((last, size, dim) => last + (size - 1) * strides[dim]!, 1)
  return viewOf(arange(length).float(), shape, strides) as Tensor
}

const weight = (x: Tensor, outChannels: number, inChannels = x.shape[1]!) => ones(outChannels, inChannels, 3, 3)

function gradient(x: Tensor): Tensor {
  const leaf = x.detach().requiresGrad_()
  const y = F.conv2d(leaf, weight(x, 7), null, { padding: 1 })
  return autograd.grad(y, leaf, y.detach())[0]!
}

const OPERATIONS: Record<string, (x: Tensor) => Tensor> = {
  interpolate: x => F.interpolate(x, { scaleFactor: 2 }),
  batchNorm: x => F.batchNorm(x, zeros(x.shape[1]!), ones(x.shape[1]!)),
  groupNorm: x => F.groupNorm(x, 1),
  pad: x => F.pad(x, [1, 2]),
  cat: x => cat([x, x], 1),
  conv2d: x => F.conv2d(x, weight(x, 7), null, { padding: 1 }),
  'conv2d, one channel': x => F.conv2d(x, weight(x, 1), null, { padding: 1 }),
  'conv2d, depthwise': x => F.conv2d(x, weight(x, x.shape[1]!, 1), null, { padding: 1, groups: x.shape[1]! }),
  'conv2d, weight channels_last': x =>
    F.conv2d(x, weight(x, 7).contiguous({ memoryFormat: 'channels_last' }), null, { padding: 1 }),
  'conv2d, gradient': gradient,
  maxPool2d: x => F.maxPool2d(x, 1),
  avgPool2d: x => F.avgPool2d(x, 1),
  adaptiveAvgPool2d: x => F.adaptiveAvgPool2d(x, 2),
  pixelShuffle: x => F.pixelShuffle(cat([x, x, x, x], 1), 2),
  relu: x => x.relu(),
  'add one': x => x.add(1),
  add: x => x.add(x),
  clone: x => x.clone(),
}

describe.each(Object.entries(OPERATIONS))('%s', (name, operation) => {
  const own = cases.filter(({ results }) => name in results)
  test.each(own.map(one => [one.shape.join(' x '), one.strides.join(', '), one] as const))(
    '%s with strides %s',
    (_shape, _strides, one) => {
      expect(operation(make(one)).stride()).toEqual(one.results[name])
    },
  )
})
