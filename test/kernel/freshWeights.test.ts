/**
 * Weights that change from call to call are not packed beforehand, those that stay are; the results are the same.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PackedWeights } from '../../src/backends/packedWeights.js'
import { backends, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import { isConcerned } from '../algorithmSets.js'

const SERVING = backends
  .convolutionAlgorithms()
  .map(({ name }) => name)
  .filter(name => name.endsWith('/channel-lanes') && isConcerned(name))

/** 276 kB of weights, for maps of few pixels. */
const SHAPE = [64, 120, 3, 3] as const
const [input, output] = [randn(5, 120, 3, 2), randn(5, 64, 3, 2)]
const bias = { forward: randn(64), inputGradient: randn(120) }

const PASSES = {
  forward: (weight: Tensor) => nn.functional.conv2d(input, weight, bias.forward, { padding: 1 }),
  inputGradient: (weight: Tensor) => nn.functional.convTranspose2d(output, weight, bias.inputGradient, { padding: 1 }),
}

const cases = SERVING.flatMap(name => Object.entries(PASSES).map(([pass, run]) => [name, pass, run] as const))

describe.skipIf(cases.length === 0).each(cases)('%s %s', (name, _, convolve) => {
  const run = (weight: Tensor) => noGrad(() => backends.withAlgorithm(name, () => convolve(weight)))
  const change = (weight: Tensor) => noGrad(() => weight.mul_(1.25))
  const packs = vi.spyOn(PackedWeights.prototype, 'of')

  /** How often a call, or several, asked for packed weights. */
  function asked(calls: () => void): number {
    packs.mockClear()
    calls()
    return packs.mock.calls.length
  }
  beforeEach(() => void packs.mockClear())
  afterEach(() => backends.setNumThreads(1))

  test('packed for the first call, and no more when they have changed for the second and those after it', () => {
    for (const threads of [1, 2]) {
      backends.setNumThreads(threads)
      const weight = randn(...SHAPE)
      expect(asked(() => run(weight))).toBe(1)
      for (let step = 0; step < 3; step++) {
        change(weight)
        let result: Tensor | undefined
        const times = asked(() => {
          result = run(weight)
        })
        expect(times).toBe(0)
        // a new weight is packed
        expect(result!.tolist()).toEqual(run(weight.clone()).tolist())
      }
    }
  })

  test('packed where they are used again', () => {
    const weight = randn(...SHAPE)
    run(weight)
    change(weight)
    expect(asked(() => run(weight))).toBe(0)
    expect(asked(() => run(weight))).toBe(1)
    run(weight)
    for (let step = 0; step < 2; step++) {
      change(weight)
      // twice a step, as the time before
      expect(asked(() => [run(weight), run(weight)])).toBe(2)
    }
  })

  test('packed for each step of two uses, whichever came first', () => {
    for (const first of [1, 2]) {
      const weight = randn(...SHAPE)
      for (let i = 0; i < first; i++) run(weight)
      const perStep = [1, 2, 3, 4].map(() => {
        change(weight)
        return asked(() => [run(weight), run(weight)])
      })
      expect(perStep.slice(1)).toEqual([2, 2, 2])
    }
  })

  test('one of two views of the same memory', () => {
    const memory = randn(2 * SHAPE[0], ...SHAPE.slice(1))
    const views = () => [memory.narrow(0, 0, SHAPE[0]), memory.narrow(0, SHAPE[0], SHAPE[0])]
    for (let step = 0; step < 3; step++) {
      for (const view of views()) expect(run(view).tolist()).toEqual(run(view.clone()).tolist())
      change(memory)
    }
  })

  test('not finite', () => {
    const weight = randn(...SHAPE)
    run(weight)
    const corner = weight.flatten().select(0, 0)
    const exact = (own: Tensor) => backends.withAlgorithm('reference', () => noGrad(() => convolve(own)))
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN, 1]) {
      noGrad(() => corner.fill_(value))
      const [found, expected] = [run(weight), exact(weight)].map(own => own.isfinite().tolist())
      expect(found, String(value)).toEqual(expected)
    }
  })

  test('in a training of the layer', () => {
    const [one, other] = [randn(...SHAPE), randn(...SHAPE)]
    other.copy_(one)
    for (const weight of [one, other]) weight.requiresGrad_()
    for (let step = 0; step < 4; step++) {
      const gradients = [one, other].map((weight, i) => {
        weight.grad = null
        // the other one is packed each time
        const used = i === 0 ? weight : weight.clone()
        backends.withAlgorithm([name, name.replace('channel-lanes', 'weight-gradient')], () =>
          convolve(used).pow(2).sum().backward(),
        )
        noGrad(() => weight.sub_(weight.grad!.mul(1e-4)))
        return weight.grad!.tolist()
      })
      expect(gradients[0]).toEqual(gradients[1])
    }
  })
})
