/**
 * Every algorithm against the reference, on random specs. A failure names the pass, the spec and the seed of the run;
 * `CONVFORGE_SEED` repeats it.
 */
import { describe, expect, test } from 'vitest'
import type { DType } from '../../src/index.js'
import { isConcerned } from '../algorithmSets.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { accepts, compare, FAST, PASSES } from './support/compare.js'
import { PLAIN, pick, randomSpec } from './support/specs.js'

const SPECS = 1000
const TYPES: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'uint8',
  'int32',
  'int64',
]

test('there is a fast algorithm to compare', () => expect(FAST.length).toBeGreaterThan(0))

/** Those for some shapes only have tests of their own. */
const GENERAL = FAST.filter(({ name }) => isConcerned(name)).filter(algorithm =>
  PASSES.some(pass => accepts(algorithm, PLAIN, pass, 'float32')),
)

describe.each(GENERAL.map(algorithm => [algorithm.name, algorithm] as const))('%s', (_, algorithm) => {
  const own = PASSES.map(pass => [pass, TYPES.filter(dtype => accepts(algorithm, PLAIN, pass, dtype))] as const)

  test.each(own.filter(([, types]) => types.length > 0))(
    `%s of %s is the reference's, on ${SPECS} specs (CONVFORGE_SEED=${SEED})`,
    (pass, types) => {
      const next = generator(SEED)
      let served = 0
      for (let i = 0; i < SPECS; i++) {
        const [spec, dtype] = [randomSpec(next), pick(next, types)]
        if (!accepts(algorithm, spec, pass, dtype)) continue
        compare(algorithm, spec, pass, dtype, SEED + 7 * i)
        served++
      }
      // an algorithm may be for some shapes only, but a suite that compares nothing tests nothing
      expect(served).toBeGreaterThan(SPECS / 20)
    },
  )
})
