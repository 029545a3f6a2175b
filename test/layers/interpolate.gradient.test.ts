import { describe, test } from 'vitest'
import { channelShuffle, interpolate, pixelShuffle, pixelUnshuffle } from '../../src/nn/functional/interpolate.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { checkGradient } from '../gradients.js'
import { tensorOf } from '../ops/elementwise.fixture.js'

const numbers = (...shape: number[]) =>
  tensorOf(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(3 * i + 1)),
    shape,
  )

const LINE = numbers(2, 3, 5)
const IMAGE = numbers(1, 2, 4, 5)
const VOLUME = numbers(1, 2, 2, 4, 3)

const RESIZINGS: Record<string, [(x: Tensor) => Tensor, Tensor]> = {
  nearest: [x => interpolate(x, { scaleFactor: [1.5, 2] }), IMAGE],
  'nearest-exact': [x => interpolate(x, { size: [3, 7], mode: 'nearest-exact' }), IMAGE],
  linear: [x => interpolate(x, { size: 8, mode: 'linear' }), LINE],
  bilinear: [x => interpolate(x, { scaleFactor: [1.7, 0.7], mode: 'bilinear' }), IMAGE],
  'bilinear with aligned corners': [x => interpolate(x, { size: [7, 3], mode: 'bilinear', alignCorners: true }), IMAGE],
  bicubic: [x => interpolate(x, { size: [6, 4], mode: 'bicubic' }), IMAGE],
  trilinear: [x => interpolate(x, { size: [3, 5, 2], mode: 'trilinear' }), VOLUME],
  area: [x => interpolate(x, { size: [3, 7], mode: 'area' }), IMAGE],
  pixelShuffle: [x => pixelShuffle(x, 2), numbers(2, 8, 1, 3)],
  pixelUnshuffle: [x => pixelUnshuffle(x, 2), numbers(1, 2, 4, 6)],
  channelShuffle: [x => channelShuffle(x, 3), numbers(2, 6, 4)],
}

describe('gradients of resizings are the finite differences, to the second order', () => {
  for (const [name, [resize, input]] of Object.entries(RESIZINGS)) {
    test(name, () => checkGradient(x => resize(x!).mul(resize(x!.mul(x!))), [input], { order: 2, tolerance: 1e-5 }))
  }
})
