/**
 * Results are got as memory with anything in it. Here there are NaNs, which must be gone.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { backends, randn, relu } from '../../src/index.js'
import { PASSES } from '../differential/support/compare.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { drawSpec } from './drawSpec.js'
import { expectSameBits, operandsOf, planFor } from './sameBits.js'

const ALGORITHMS = backends.convolutionAlgorithms().filter(({ name }) => /^(x64|wasm)\//.test(name))

describe.skipIf(ALGORITHMS.length === 0)('memory with anything in it', () => {
  const allocate = Buffer.allocUnsafeSlow
  let given = 0
  const poisoned = (bytes: number) => {
    given++
    return allocate(bytes).fill(0xff)
  }
  const zeroed = (bytes: number) => allocate(bytes).fill(0)
  const spy = vi.spyOn(Buffer, 'allocUnsafeSlow')
  beforeAll(() => void backends.setNumThreads(2))
  afterAll(() => spy.mockRestore())

  test.each(ALGORITHMS)('is written whole by $name', algorithm => {
    const next = generator(SEED)
    given = 0
    for (let i = 0; i < 40; i++) {
      const spec = drawSpec(next, algorithm.name)
      for (const pass of PASSES) {
        const kernel = planFor(algorithm, spec, pass, 'float32')
        if (!kernel) continue
        const operands = operandsOf(spec, pass, 'float32', i)
        spy.mockImplementation(zeroed)
        const expected = kernel(operands)
        spy.mockImplementation(poisoned)
        expectSameBits(kernel(operands), expected, spec, `NaN in memory, ${pass}`)
      }
    }
    expect(given).toBeGreaterThan(0)
  })

  test('is written whole by elementwise operations and products of matrices', () => {
    spy.mockImplementation(poisoned)
    given = 0
    const [a, b] = [randn(50, 60), randn(60, 70)]
    for (const result of [relu(a), a.mul(a.t().contiguous().t()), a.matmul(b), a.gt(0)])
      expect(result.isnan().any().item()).toBe(false)
    expect(given).toBeGreaterThan(0)
  })
})
