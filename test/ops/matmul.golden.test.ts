import { describe, test } from 'vitest'
import { readCases, runCase, title } from './cases.fixture.js'

/** Made of other operations, differently in each version of PyTorch. */
const composed = ['matmul', 'linear']

describe('matrix products, joining and picking, as PyTorch has them', () => {
  test.each(readCases('matmul').map(one => [title(one), one] as const))('%s', (_, one) => {
    runCase(one, { gradFn: name => (composed.includes(one.call) ? null : name) })
  })
})
