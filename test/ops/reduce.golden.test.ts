import { describe, test } from 'vitest'
import { readCases, runCase, title } from './cases.fixture.js'

describe('reductions, as PyTorch has them', () => {
  test.each(readCases('reduce').map(one => [title(one), one] as const))('%s', (_, one) => {
    runCase(one)
  })
})
