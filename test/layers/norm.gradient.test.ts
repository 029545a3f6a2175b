import { describe, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { enableGrad } from '../../src/autograd/modes.js'
import * as F from '../../src/nn/functional/normalization.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { checkGradient } from '../gradients.js'
import { tensorOf } from '../ops/elementwise.fixture.js'

const numbers = (...shape: number[]) =>
  tensorOf(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(3 * i * i + 1) + 0.2 * i),
    shape,
  )

const MEAN = tensorOf([0.3, -0.6, 1.1])
const VARIANCE = tensorOf([0.8, 1.7, 2.3])
const WEIGHT = tensorOf([1.2, -0.7, 0.4])
const BIAS = tensorOf([0.1, 0.5, -0.2])

type Function = (...x: Tensor[]) => Tensor
const training = { training: true }

const NORMS: Record<string, [Function, Tensor[]]> = {
  'batchNorm of [N, C]': [(x, w, b) => F.batchNorm(x!, null, null, w, b, training), [numbers(4, 3), WEIGHT, BIAS]],
  'batchNorm of [N, C, H, W]': [
    (x, w, b) => F.batchNorm(x!, null, null, w, b, training),
    [numbers(2, 3, 2, 4), WEIGHT, BIAS],
  ],
  'batchNorm of channels_last': [
    (x, w, b) => F.batchNorm(x!.contiguous({ memoryFormat: 'channels_last' }), null, null, w, b, training),
    [numbers(2, 3, 2, 4), WEIGHT, BIAS],
  ],
  'batchNorm without parameters': [x => F.batchNorm(x!, null, null, null, null, training), [numbers(3, 2, 4)]],
  'batchNorm by running statistics': [
    (x, w, b) => F.batchNorm(x!, MEAN, VARIANCE, w, b),
    [numbers(2, 3, 4), WEIGHT, BIAS],
  ],
  'batchNorm with a bias only': [(x, b) => F.batchNorm(x!, MEAN, VARIANCE, null, b), [numbers(2, 3, 4), BIAS]],
  instanceNorm: [(x, w, b) => F.instanceNorm(x!, null, null, w, b), [numbers(2, 3, 4), WEIGHT, BIAS]],
  'instanceNorm by running statistics': [
    (x, w) => F.instanceNorm(x!, MEAN, VARIANCE, w, null, { useInputStats: false }),
    [numbers(2, 3, 4), WEIGHT],
  ],
  groupNorm: [(x, w, b) => F.groupNorm(x!, 2, w, b), [numbers(2, 4, 3), numbers(4), numbers(4)]],
  'groupNorm of [N, C]': [(x, w) => F.groupNorm(x!, 2, w), [numbers(2, 6), numbers(6)]],
  layerNorm: [(x, w, b) => F.layerNorm(x!, [2, 4], w, b), [numbers(3, 2, 4), numbers(2, 4), numbers(2, 4)]],
  'layerNorm with a bias only': [(x, b) => F.layerNorm(x!, 4, null, b), [numbers(3, 4), numbers(4)]],
  localResponseNorm: [x => F.localResponseNorm(x!, 3, { alpha: 0.5 }), [numbers(2, 4, 3)]],
}

describe('gradients of normalisations are the finite differences', () => {
  for (const [name, [norm, inputs]] of Object.entries(NORMS)) {
    // weighed, because the sums of normalised elements are constant
    const weighed: Function = (...x) => norm(...x).mul(x[0]!.sin())
    test(name, () => checkGradient(weighed, inputs, { order: 2, tolerance: 1e-5 }))
  }

  test('third derivatives', () => {
    const slope: Function = (x, w) =>
      enableGrad(() => {
        const own = x!.requiresGrad ? x! : x!.detach().requiresGrad_()
        const y = F.batchNorm(own, null, null, w, null, training).mul(own.sin()).square().sum()
        return grad(y, [own], null, { createGraph: true })[0]!
      })
    checkGradient(slope, [numbers(2, 3, 2), WEIGHT], { order: 2, tolerance: 1e-4 })
  })
})
