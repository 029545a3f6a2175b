/**
 * The depthwise kernel against the reference; `CONVFORGE_SEED` repeats what a failure names.
 */
import { describe, expect, test } from 'vitest'
import { choose } from '../../src/conv/algorithm.js'
import { inputShape, outputShape, weightShape } from '../../src/conv/spec.js'
import { backends, full, ones } from '../../src/index.js'
import { generator, values } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { accepts, compare, PASSES } from './support/compare.js'
import { depthwiseSpec } from './support/depthwiseSpecs.js'
import { problemOf } from './support/operands.js'
import { integer, PLAIN, pick, specOf } from './support/specs.js'

const SPECS = 400
const REFERENCE = backends.convolutionAlgorithms().find(({ name }) => name === 'reference')!
const ALGORITHMS = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/depthwise'))

describe.each(ALGORITHMS.map(own => [own.name, own] as const))('%s', (_, algorithm) => {
  test.each(PASSES)(`%s is the reference's, on ${SPECS} specs (CONVFORGE_SEED=${SEED})`, pass => {
    const next = generator(SEED)
    let served = 0
    for (let i = 0; i < SPECS; i++) {
      const [spec, dtype] = [depthwiseSpec(next), pick(next, ['float32', 'float32', 'float64'] as const)]
      backends.setNumThreads(pick(next, [1, 2, 3]))
      if (!accepts(algorithm, spec, pass, dtype)) continue
      compare(algorithm, spec, pass, dtype, SEED + 7 * i)
      served++
    }
    expect(served).toBeGreaterThan(SPECS / 5)
  })

  test('is chosen for 3x3 filters, and for larger ones where there are registers for many rows of results', () => {
    const [target] = algorithm.name.split('/') as [string]
    const own = backends.convolutionAlgorithms().filter(({ name }) => name.startsWith(`${target}/`))
    for (const [size, stride] of [
      [3, 1],
      [3, 2],
      [5, 1],
      [5, 2],
    ] as const) {
      const axis = { input: 28, kernel: size, stride, dilation: 1, before: size >> 1, after: size >> 1 }
      const channels = { batch: 2, groups: 48, inChannels: 48, outChannels: 48, paddingMode: 'zeros' } as const
      const spec = specOf(
        [axis, axis].map(one => ({ ...one, output: 28 / stride })),
        channels,
      )
      for (const pass of PASSES) {
        const fewRows = size === 3 || pass === 'weightGradient' || target === 'x64'
        const { chosen } = choose(own, problemOf(spec, pass))
        expect(chosen.name, `${size}x${size}, stride ${stride}, ${pass}`).toBe(
          fewRows ? algorithm.name : `${target}/pixel-lanes`,
        )
      }
    }
  })

  test('does not take padding in depth for a plane', () => {
    const depth = { ...PLAIN, spatialRank: 3, inChannels: 3, outChannels: 3, groups: 3 } as const
    // the one output reads the zeros in front of the input
    const spec = { ...depth, stride: [3, 1, 1], padBefore: [1, 1, 1], padAfter: [1, 1, 1] } as const
    for (const pass of PASSES) expect(accepts(algorithm, spec, pass, 'float32')).toBe(false)
  })

  test('multiplies the padding of a weight gradient with what is infinite in a gradient, as the reference does', () => {
    const next = generator(SEED)
    let [served, nans] = [0, 0]
    for (let i = 0; i < 80; i++) {
      const spec = depthwiseSpec(next)
      const problem = { spec, pass: 'weightGradient', dtype: 'float32', format: 'contiguous' } as const
      const all = { ...problem, reducedPrecision: false }
      if (algorithm.refuse(all) !== null) continue
      const first = ones(...outputShape(spec))
      first
        .flatten()
        .select(0, integer(next, 0, first.numel() - 1))
        .fill_(Number.POSITIVE_INFINITY)
      const operands = { first, second: ones(...inputShape(spec)), bias: null }
      const [found, expected] = [algorithm, REFERENCE].map(own => values(own.prepare(all)(operands)))
      expect(found).toEqual(expected)
      served++
      if (expected!.some(Number.isNaN)) nans++
    }
    expect(served).toBeGreaterThan(10)
    expect(nans).toBeGreaterThan(0)
  })

  test('treats the padding of infinite weights as the reference does', () => {
    const next = generator(SEED)
    for (let i = 0; i < 40; i++) {
      const spec = depthwiseSpec(next)
      for (const pass of ['forward', 'inputGradient'] as const) {
        const problem = { spec, pass, dtype: 'float32', format: 'contiguous', reducedPrecision: false } as const
        if (algorithm.refuse(problem) !== null) continue
        const first = ones(...(pass === 'forward' ? inputShape(spec) : outputShape(spec)))
        const operands = { first, second: full(weightShape(spec), Number.POSITIVE_INFINITY), bias: null }
        const [found, expected] = [algorithm, REFERENCE].map(own => own.prepare(problem)(operands).tolist())
        expect(found).toEqual(expected)
      }
    }
  })
})
