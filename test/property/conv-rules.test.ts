/**
 * The table of derivatives in `conv/rules.ts`, for all passes, complex numbers and beyond the second order. On small
 * whole numbers everything is exact.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DERIVATIVES } from '../../src/conv/rules.js'
import type { ConvSpec, Pass } from '../../src/conv/spec.js'
import { checkConvolution } from '../../src/conv/validate.js'
import { autograd, type Tensor } from '../../src/index.js'
import { convolve, inputGradient, weightGradient } from '../../src/ops/convolution/convolution.js'
import * as conv from './support/convCase.js'
import { dot, numbers } from './support/numbers.js'
import { SEED } from './support/seed.js'

const PASSES = Object.keys(DERIVATIVES) as Pass[]
const RUN = { forward: convolve, inputGradient, weightGradient }

type Shapes = readonly [first: number[], second: number[], result: number[]]

/** The shapes of what each pass computes with. */
function shapesOf(one: conv.ConvCase): Record<Pass, Shapes> {
  const [input, weight, output] = [conv.inputShape(one), conv.weightShape(one), conv.outputShape(one)]
  return {
    forward: [input, weight, output],
    inputGradient: [output, weight, input],
    weightGradient: [output, input, weight],
  }
}

function specOf(one: conv.ConvCase): ConvSpec {
  const { rank: spatialRank, stride, padding, dilation, groups, mode } = one
  const operand = (shape: number[]) => ({ shape, dtype: 'float64' as const })
  const paddingMode = mode === 'zeros' ? undefined : mode
  const [input, weight] = [operand(conv.inputShape(one)), operand(conv.weightShape(one))]
  const call = { operation: 'conv', spatialRank, input, weight, bias: null, stride, padding, dilation, groups }
  return checkConvolution({ ...call, paddingMode }).spec
}

test.each([1, 2, 3] as const)('the rules are the adjoints, over complex numbers: %id', rank => {
  const drawn = fc.property(conv.convCases(rank, { modes: conv.MODES }), one => {
    const [spec, shapes] = [specOf(one), shapesOf(one)]
    const complex = (seed: number, shape: number[]) => numbers(seed, shape, { dtype: 'complex128', bound: 3 })
    for (const pass of PASSES) {
      const [a, b, g, other] = [...shapes[pass], shapes[pass][1]].map((shape, i) => complex(one.seed + i, shape))
      const leaves = [a!.requiresGrad_(), b!.requiresGrad_()] as const
      const result = RUN[pass](spec, ...leaves)
      const [da, db] = autograd.grad(result, leaves, g!)
      // as real inner products: Re <P(a, b), g> = Re <a, da> = Re <b, db>
      expect(dot(a!, da!)).toBe(dot(result, g!))
      expect(dot(b!, db!)).toBe(dot(result, g!))
      // and in another direction
      expect(dot(other!, db!)).toBe(dot(RUN[pass](spec, a!.detach(), other!), g!))
    }
  })
  fc.assert(drawn, { numRuns: 40, seed: SEED })
})

conv.property('derivatives to the fourth order, of every pass', { modes: conv.MODES, runs: 15 }, one => {
  const [spec, shapes] = [specOf(one), shapesOf(one)]
  for (const pass of PASSES) {
    const draw = (seed: number) => shapes[pass].slice(0, 2).map((shape, i) => numbers(seed + i, shape, { bound: 2 }))
    const [at, along] = [draw(one.seed), draw(one.seed + 2)]
    // of fourth degree along any line, so that its fourth difference is its fourth derivative
    const f = ([a, b]: readonly Tensor[]) => RUN[pass](spec, a!, b!).square().sum()
    const value = (t: number) => Number(f(at.map((start, i) => start.add(along[i]!.mul(t)))).item())
    const difference = value(2) - 4 * value(1) + 6 * value(0) - 4 * value(-1) + value(-2)
    const leaves = at.map(start => start.requiresGrad_())
    let derivative = f(leaves)
    for (let order = 1; order <= 4; order++) {
      const gradients = autograd.grad(derivative, leaves, null, { createGraph: true })
      derivative = gradients.map((g, i) => g!.mul(along[i]!).sum()).reduce((sum, part) => sum.add(part))
    }
    expect(derivative.item()).toBe(difference)
  }
})
