/**
 * The bits of a result depend on nothing but the operands: not on threads, on the rest of the batch, nor on what ran
 * before. Messages name the spec; `CONVFORGE_SEED` repeats them.
 */
import { afterEach, describe, expect, test } from 'vitest'
import type { Pass } from '../../src/conv/spec.js'
import { backends, cat, type Tensor } from '../../src/index.js'
import { PASSES } from '../differential/support/compare.js'
import { integer, pick } from '../differential/support/specs.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { drawSpec, plain } from './drawSpec.js'
import { expectSameBits, operandsOf, planFor } from './sameBits.js'

const ALGORITHMS = backends.convolutionAlgorithms().filter(({ name }) => /^(x64|wasm)\//.test(name))
const THREADS = [1, 2, 3, 7]
const SPECS = 40

const before = backends.getNumThreads()
afterEach(() => backends.setNumThreads(before))

const cases = ALGORITHMS.flatMap(algorithm => PASSES.map(pass => [algorithm.name, pass, algorithm] as const)).filter(
  ([, pass, algorithm]) => planFor(algorithm, plain(algorithm.name), pass, 'float32') !== null,
)

describe.each(cases)(`%s %s (CONVFORGE_SEED=${SEED})`, (_, pass, algorithm) => {
  const type = (next: () => number) => pick(next, ['float32', 'float32', 'float64'] as const)

  test(`is the same with any number of threads, and when repeated, on ${SPECS} specs`, () => {
    const next = generator(SEED)
    for (let i = 0; i < SPECS; i++) {
      const [spec, dtype] = [drawSpec(next, algorithm.name), type(next)]
      backends.setNumThreads(1)
      const operands = operandsOf(spec, pass, dtype, SEED + 7 * i)
      const expected = planFor(algorithm, spec, pass, dtype)?.(operands)
      if (!expected) continue
      for (const threads of THREADS) {
        backends.setNumThreads(threads)
        const kernel = planFor(algorithm, spec, pass, dtype)!
        for (const again of ['', ', again'])
          expectSameBits(kernel(operands), expected, spec, `running on ${threads} threads${again}`)
      }
    }
  })

  test.skipIf(pass === 'weightGradient')(`is the same for a sample alone and in a batch, on ${SPECS} specs`, () => {
    const next = generator(SEED + 1)
    for (let i = 0; i < SPECS; i++) {
      const [one, dtype] = [{ ...drawSpec(next, algorithm.name), batch: 1 }, type(next)]
      const samples = [0, 1, 2].map(n => operandsOf(one, pass, dtype, SEED + 7 * i + n))
      const { second, bias } = samples[0]!
      backends.setNumThreads(pick(next, THREADS))
      const alone = planFor(algorithm, one, pass, dtype)
      if (!alone) continue
      const expected = samples.map(({ first }) => alone({ first, second, bias }))
      backends.setNumThreads(pick(next, THREADS))
      const together = planFor(algorithm, { ...one, batch: 3 }, pass, dtype)!
      const first = cat(samples.map(sample => sample.first))
      expectSameBits(together({ first, second, bias }), cat(expected), one, 'being in a batch')
    }
  })
})

describe.skipIf(cases.length === 0)(`layers in turn (CONVFORGE_SEED=${SEED})`, () => {
  test('leave nothing behind that another one could take for its own', { timeout: 240_000 }, () => {
    const next = generator(SEED + 2)
    // for each layer two plans and two sets of operands: whatever is kept between calls is of another one
    const runs = Array.from({ length: 12 }, (_, i) => {
      const spec = i % 2 === 0 ? plain('') : drawSpec(next, i % 4 === 1 ? '/depthwise' : '')
      return cases.flatMap(([, pass, algorithm]) => {
        const kernels = [0, 1].map(() => planFor(algorithm, spec, pass, 'float32'))
        if (kernels.includes(null)) return []
        const operands = [0, 1].map(n => operandsOf(spec, pass, 'float32', SEED + 20 * i + 2 * n))
        return { spec, kernels: kernels.map(kernel => kernel!), operands, pass }
      })
    }).flat()
    backends.setNumThreads(1)
    const expected = runs.map(({ kernels, operands }) => operands.map(own => kernels[0]!(own)))
    for (let i = 0; i < 1500; i++) {
      const at = integer(next, 0, runs.length - 1)
      const { spec, kernels, operands, pass } = runs[at]!
      if (i % 50 === 0) backends.setNumThreads(pick(next, THREADS))
      for (const _ of [0, 1]) {
        const which = integer(next, 0, 1)
        const found = pick(next, kernels)(operands[which]!)
        expectSameBits(found, expected[at]![which]!, spec, `an earlier call before ${pass}`)
      }
    }
  })

  test('see what has been written to an input between two calls', () => {
    const next = generator(SEED + 3)
    for (const [, pass, algorithm] of cases) {
      const spec = { ...plain(algorithm.name), batch: 1 }
      const { first, second } = operandsOf(spec, pass, 'float32', 2 * SEED)
      for (const threads of THREADS) {
        backends.setNumThreads(threads)
        const kernel = planFor(algorithm, spec, pass, 'float32')!
        const once = kernel({ first, second, bias: null })
        const factor = pick(next, [2, 4, 0.5])
        // a power of two changes no rounding
        expectSameBits(kernel({ first: doubled(first, factor), second, bias: null }), once.mul(factor), spec, pass)
        doubled(first, 1 / factor)
      }
    }
  })
})

/** The tensor itself, multiplied in place. */
const doubled = (tensor: Tensor, factor: number): Tensor => tensor.mul_(factor)

test('there are algorithms to test', () => {
  const isAvailable = backends.describeBackends().some(({ name, available }) => /^(x64|wasm)$/.test(name) && available)
  const passes = new Set<Pass>(cases.map(([, pass]) => pass))
  expect(passes.size).toBe(isAvailable ? 3 : 0)
})
