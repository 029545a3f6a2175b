import { describe, test } from 'vitest'
import * as F from '../../src/nn/functional/pooling.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { wrapArray } from '../../src/tensor/tensor.js'
import { checkGradient } from '../gradients.js'

/** Elements in no order, the nearest two 1/16 apart: a finite difference does not change which is the largest. */
function scattered(...shape: number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  const values = Float64Array.from({ length: count }, (_, i) => ((i * 7919 + 13) % 10007) / 10007)
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!)
  for (const [rank, at] of order.entries()) values[at] = (rank - count / 2) / 16
  return wrapArray(values, shape, 'float64')
}

const LINE = scattered(2, 3, 7)
const IMAGE = scattered(1, 2, 5, 6)
const VOLUME = scattered(1, 2, 3, 5, 4)

const POOLINGS: Record<string, [(x: Tensor) => Tensor, Tensor]> = {
  maxPool1d: [x => F.maxPool1d(x, 3, { stride: 2, padding: 1 }), LINE],
  maxPool2d: [x => F.maxPool2d(x, 2), IMAGE],
  'maxPool2d with overlap and padding': [
    x => F.maxPool2d(x, [3, 2], { stride: [2, 1], padding: 1, ceilMode: true }),
    IMAGE,
  ],
  'maxPool2d with dilation': [x => F.maxPool2d(x, 2, { dilation: [2, 3], stride: 1 }), IMAGE],
  'maxPool2d whose indices are asked for': [x => F.maxPool2d(x, 3, { stride: 1, returnIndices: true })[0], IMAGE],
  'maxPool2d unbatched': [x => F.maxPool2d(x, 2, { stride: 1 }), IMAGE.select(0, 0)],
  'maxPool2d of a window on padding only': [
    x => F.maxPool2d(x, 2, { padding: 1, dilation: 6 }).clampMin(-9),
    scattered(1, 2, 5, 7),
  ],
  maxPool3d: [x => F.maxPool3d(x, 2, { stride: 1 }), VOLUME],
  avgPool1d: [x => F.avgPool1d(x, 3, { stride: 2, padding: 1 }), LINE],
  avgPool2d: [
    x => F.avgPool2d(x, [3, 2], { stride: [2, 1], padding: 1, ceilMode: true, countIncludePad: false }),
    IMAGE,
  ],
  'avgPool2d with a divisor': [x => F.avgPool2d(x, 3, { stride: 1, divisorOverride: 5 }), IMAGE],
  avgPool3d: [x => F.avgPool3d(x, 2, { stride: 1, padding: 1 }), VOLUME],
  adaptiveAvgPool1d: [x => F.adaptiveAvgPool1d(x, 4), LINE],
  adaptiveAvgPool2d: [x => F.adaptiveAvgPool2d(x, [3, 4]), IMAGE],
  adaptiveAvgPool3d: [x => F.adaptiveAvgPool3d(x, [2, null, 5]), VOLUME],
  adaptiveMaxPool1d: [x => F.adaptiveMaxPool1d(x, 4), LINE],
  adaptiveMaxPool2d: [x => F.adaptiveMaxPool2d(x, [3, 4]), IMAGE],
  adaptiveMaxPool3d: [x => F.adaptiveMaxPool3d(x, [2, 3, 7]), VOLUME],
}

describe('gradients of poolings are the finite differences, to the second order', () => {
  for (const [name, [pool, input]] of Object.entries(POOLINGS)) {
    // a product, because the second derivative of something linear would be zero
    test(name, () =>
      checkGradient(x => pool(x!).mul(pool(x!.mul(x!).mul(0.1).add(x!))), [input], { order: 2, tolerance: 1e-5 }),
    )
  }

  test('of channels_last images', () => {
    const last = (x: Tensor) => x.contiguous({ memoryFormat: 'channels_last' })
    checkGradient(x => F.maxPool2d(last(x!), 3, { padding: 1 }).square(), [IMAGE], { order: 2 })
    checkGradient(x => F.avgPool2d(last(x!), 3, { padding: 1 }).square(), [IMAGE], { order: 2 })
  })
})
