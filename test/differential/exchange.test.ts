/**
 * Input gradients with kernel and output exchanged: what the portable algorithm does where the kernel is the larger.
 */
import { describe, expect, test } from 'vitest'
import { directConvolution } from '../../src/backends/portable/direct.js'
import { isExchangeWorthwhile } from '../../src/backends/portable/exchange.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import { autograd, backends, type DType, nn } from '../../src/index.js'
import { assertSame, generator, numbers } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { compare } from './support/compare.js'
import { pick, randomSpec } from './support/specs.js'

const TYPES: readonly DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'uint8']

describe(`exchanged input gradients (CONVFORGE_SEED=${SEED})`, () => {
  test('are those of the reference', () => {
    const next = generator(SEED)
    let served = 0
    for (let i = 0; i < 900; i++) {
      const one: ConvSpec = { ...randomSpec(next), paddingMode: 'zeros' }
      if (!isExchangeWorthwhile(one)) continue
      compare(directConvolution, one, 'inputGradient', pick(next, TYPES), SEED + 7 * served++)
    }
    expect(served).toBeGreaterThan(60)
  })

  test('a kernel as large as its image', () => {
    const [x, w] = [numbers(SEED, [2, 6, 14, 11]).requiresGrad_(), numbers(SEED + 1, [4, 3, 14, 11])]
    const gradient = () => {
      const output = nn.functional.conv2d(x, w, null, { groups: 2 })
      return autograd.grad(output, x, numbers(SEED + 2, output.shape))[0]!
    }
    assertSame(gradient(), backends.withAlgorithm('reference', gradient))
  })

  test('a transposed convolution of single pixels, with a bias and channels_last', () => {
    const [x, w, b] = [numbers(SEED, [3, 5, 1, 1]), numbers(SEED + 1, [5, 6, 4, 3]), numbers(SEED + 2, [6])]
    const run = () => nn.functional.convTranspose2d(x, w.to({ memoryFormat: 'channels_last' }), b, { stride: [2, 3] })
    const output = run()
    assertSame(output, backends.withAlgorithm('reference', run))
    expect(output.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
  })
})
