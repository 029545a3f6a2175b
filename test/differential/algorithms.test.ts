/**
 * Every algorithm against the reference, on random specs. A failure names the pass, the spec and the seed of the run;
 * `CONVFORGE_SEED` repeats it.
 */
import { describe, expect, test } from 'vitest'
import type { DType } from '../../src/index.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { compare, FAST, PASSES } from './support/compare.js'
import { pick, randomSpec } from './support/specs.js'

const SPECS = 1500
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

describe.each(FAST.map(algorithm => [algorithm.name, algorithm] as const))('%s', (_, algorithm) => {
  const taken = TYPES.filter(dtype => algorithm.refuse({ dtype } as never) === null)

  test.each(PASSES)(`%s is the reference's, on ${SPECS} specs (CONVFORGE_SEED=${SEED})`, pass => {
    const next = generator(SEED)
    for (let i = 0; i < SPECS; i++) compare(algorithm, randomSpec(next), pass, pick(next, taken), SEED + 7 * i)
  })
})
