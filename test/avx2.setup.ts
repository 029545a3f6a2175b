/**
 * For the suites that run once more with AVX2, on a processor that has AVX-512 too (`vitest.config.ts`): their kernels are
 * those of AVX2, or they fail.
 */
import { beforeAll, expect } from 'vitest'
import { instructionSet, unavailable } from '../src/backends/x64/runtime/index.js'

beforeAll(() => {
  if (unavailable() === null) expect(instructionSet()).toBe('avx2')
})
