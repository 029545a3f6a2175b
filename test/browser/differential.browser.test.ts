/**
 * Every algorithm of WebAssembly against the reference, on random specs; `CONVFORGE_SEED` repeats a failure.
 */
import { expect, test } from 'vitest'
import type { DType } from '../../src/index.js'
import { accepts, compare, FAST, PASSES } from '../differential/support/compare.js'
import { depthwiseSpec } from '../differential/support/depthwiseSpecs.js'
import { largeSpec } from '../differential/support/largeSpecs.js'
import { pick, randomSpec } from '../differential/support/specs.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'

const SPECS = 100
const TYPES: readonly DType[] = ['float32', 'float64']
const OWN = FAST.filter(({ name }) => name.startsWith('wasm/'))

test('there are all algorithms of WebAssembly to compare', () =>
  expect(OWN.map(({ name }) => name)).toEqual([
    'wasm/depthwise',
    'wasm/channel-lanes',
    'wasm/pixel-lanes',
    'wasm/weight-gradient',
  ]))

test.each(OWN.map(algorithm => [algorithm.name, algorithm] as const))(
  `%s is the reference's, on ${SPECS} specs (CONVFORGE_SEED=${SEED})`,
  (name, algorithm) => {
    const next = generator(SEED)
    let served = 0
    for (let i = 0; i < SPECS; i++) {
      const isLarge = i % 10 === 0
      const spec = name.endsWith('/depthwise') ? depthwiseSpec(next) : isLarge ? largeSpec(next, 1e6) : randomSpec(next)
      const dtype = pick(next, TYPES)
      for (const pass of PASSES) {
        if (!accepts(algorithm, spec, pass, dtype)) continue
        compare(algorithm, spec, pass, dtype, SEED + 7 * i)
        served++
      }
    }
    expect(served).toBeGreaterThan(SPECS / 10)
  },
)
