/**
 * Timers that a test has put in place of the host's. A file of its own: whose timers serve is decided once.
 */
import { test, vi } from 'vitest'
import { nn, noGrad, randn } from '../../src/index.js'
import { expectSame } from './support/bits.js'

test('neither a first call under fake timers nor those after it wait for ever', { timeout: 10_000 }, async () => {
  const conv = new nn.Conv2d(1, 1, 1)
  const x = randn(1, 1, 4, 4)
  const expected = noGrad(() => conv(x))
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout'] })
  const first = noGrad(() => conv.forwardAsync(x))
  vi.useRealTimers()
  expectSame(await first, expected)
  expectSame(await noGrad(() => conv.forwardAsync(x)), expected)
})
