import { describe, test } from 'vitest'
import { readCases, runCase, title } from './cases.fixture.js'

/** PyTorch 2 has other names than 1.13; `sumToSize` is made of a sum and a view there. */
const RENAMED: Record<string, string> = { NormBackward1: 'LinalgVectorNormBackward0' }

describe('reductions, as PyTorch has them', () => {
  test.each(readCases('reduce').map(one => [title(one), one] as const))('%s', (_, one) => {
    runCase(one, { gradFn: name => (one.call === 'sumToSize' ? null : (RENAMED[name] ?? name)) })
  })
})
