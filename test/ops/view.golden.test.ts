import { describe, test } from 'vitest'
import { readCases, runCase, title } from './cases.fixture.js'

// PyTorch 2 records reshape as a view; 1.13 had a name of its own
const gradFn = (name: string) => (name === 'ReshapeAliasBackward0' ? 'ViewBackward0' : name)

describe('views and rearrangements, as PyTorch has them', () => {
  test.each(readCases('view').map(one => [title(one), one] as const))('%s', (_, one) => {
    runCase(one, { places: 0, strides: one.call !== 'reshape', gradFn })
  })
})
