import { afterEach, expect, test } from 'vitest'
import { getBackend, setBackend } from '../../src/backends/registry.js'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { backends, nn, randn } from '../../src/index.js'

const before = getBackend()
afterEach(() => setBackend(before))

const isAvailable = backends.describeBackends().find(({ name }) => name === 'x64')!.available

/** How many calls machine code serves in an elementwise operation, a sum and a pooling. */
function served(): number {
  const x = randn(2, 3, 24, 26)
  const count = servedCalls()
  x.add(x)
  x.sum(2)
  nn.functional.maxPool2d(x, 2)
  return servedCalls() - count
}

test.runIf(isAvailable)('elementwise operations, sums and poolings are those of the chosen backend', () => {
  setBackend('x64')
  expect(served()).toBe(3)
  for (const name of ['portable', 'reference']) {
    setBackend(name)
    expect(served(), name).toBe(0)
  }
})
