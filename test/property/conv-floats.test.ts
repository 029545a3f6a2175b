import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { autograd, backends, complex, type DType, type Tensor } from '../../src/index.js'
import { isConcerned, setsFor } from '../algorithmSets.js'
import {
  type ConvCase,
  convCases,
  convolve,
  inputShape,
  MODES,
  outputShape,
  property,
  type Rank,
  weightShape,
} from './support/convCase.js'
import { assertSame, numbers, values } from './support/numbers.js'
import { SEED } from './support/seed.js'

/** Output and all gradients. */
function passes(one: ConvCase, operands: readonly Tensor[], gradient: Tensor): Tensor[] {
  const leaves = operands.map(own => own.detach().requiresGrad_())
  const output = convolve(one, leaves[0]!, leaves[1]!, leaves[2] ?? null)
  return [output.detach(), ...autograd.grad(output, leaves, gradient)] as Tensor[]
}

/** Input, weight, bias and the output's gradient: multiples of 1/32, whose sums of products a double holds exactly. */
function operandsOf(one: ConvCase, dtype: DType) {
  const options = { dtype, denominator: 32 }
  const operands = [
    numbers(one.seed, inputShape(one), options),
    numbers(one.seed + 1, weightShape(one), options),
    numbers(one.seed + 2, [one.groups * one.outPerGroup], options),
  ]
  return { operands, y: numbers(one.seed + 3, outputShape(one), options) }
}

function check(rank: Rank, names: readonly string[], holds: (one: ConvCase) => void): void {
  const cases = convCases(rank, { modes: MODES })
  fc.assert(
    fc.property(cases, one => backends.withAlgorithm(names, () => holds(one))),
    { numRuns: 40, seed: SEED },
  )
}

/** What only loops compute has no part in the run of a backend of kernels. */
const ofLoops = describe.skipIf(!isConcerned('reference'))

ofLoops.each(['float16', 'bfloat16'] as const)('%s is the float64 result, rounded once', dtype => {
  test.each(setsFor(dtype).flatMap(set => ([1, 2, 3] as const).map(rank => [set.title, rank, set.names] as const)))(
    '%s %id',
    (_, rank, names) => {
      check(rank, names, one => {
        const { operands, y } = operandsOf(one, dtype)
        const wide = operands.map(own => own.to('float64'))
        const [expected, found] = [passes(one, wide, y.to('float64')), passes(one, operands, y)]
        // a bias gradient is a sum(), not a pass of the convolution
        for (const i of [0, 1, 2]) assertSame(found[i]!, expected[i]!.to(dtype), ['output', 'input', 'weight'][i])
      })
    },
  )

  test('a fast algorithm takes it', () => expect(setsFor(dtype).length).toBeGreaterThan(1))
})

property('float32 stays within the bound of float32 sums', { modes: MODES }, one => {
  const options = { dtype: 'float32', denominator: 9973 } as const
  const input = numbers(one.seed, inputShape(one), options)
  const weight = numbers(one.seed + 1, weightShape(one), options)
  const exact = values(convolve(one, input.double(), weight.double()))
  const sizes = values(convolve(one, input.double().abs(), weight.double().abs()))
  const bound = (i: number) => 16 * 2 ** -24 * sizes[i]!
  const found = values(convolve(one, input, weight))
  expect(found.findIndex((value, i) => !(Math.abs(value - exact[i]!) <= bound(i)))).toBe(-1)
})

ofLoops('complex convolutions', () => {
  const TYPES = [
    ['complex64', 'float32'],
    ['complex128', 'float64'],
  ] as const
  const cases = TYPES.flatMap(([dtype, real]) =>
    setsFor(dtype).flatMap(set => ([1, 2, 3] as const).map(rank => [dtype, set.title, rank, real, set.names] as const)),
  )

  test.each(cases)('%s (%s) %id are four real ones, in every pass', (_dtype, _title, rank, real, names) => {
    check(rank, names, one => {
      const draw = (seed: number, shape: readonly number[]) => numbers(one.seed + seed, shape, { dtype: real })
      const pair = (seed: number, shape: readonly number[]) => [draw(seed, shape), draw(seed + 1, shape)] as const
      const [xr, xi] = pair(0, inputShape(one))
      const [wr, wi] = pair(2, weightShape(one))
      const [br, bi] = pair(4, [one.groups * one.outPerGroup])
      const [yr, yi] = pair(6, outputShape(one))
      const zero = br.mul(0)
      const found = passes(one, [complex(xr, xi), complex(wr, wi), complex(br, bi)], complex(yr, yi))
      // each real run gives the output of (x, w) and the gradients G(y, w) and H(y, x)
      const rr = passes(one, [xr, wr, zero], yr)
      const ii = passes(one, [xi, wi, zero], yi)
      const [ri, ir] = [convolve(one, xr, wi), convolve(one, xi, wr)]
      const column = [-1, ...one.input.map(() => 1)]
      assertSame(found[0]!.real(), rr[0]!.sub(ii[0]!).add(br.reshape(column)), 'real part')
      assertSame(found[0]!.imag(), ri.add(ir).add(bi.reshape(column)), 'imaginary part')
      // PyTorch's convention: gradients go through the conjugates of weight and input
      const yrwi = passes(one, [xr, wi, zero], yr)
      const yiwr = passes(one, [xr, wr, zero], yi)
      assertSame(found[1]!.real(), rr[1]!.add(ii[1]!), 'real input gradient')
      assertSame(found[1]!.imag(), yiwr[1]!.sub(yrwi[1]!), 'imaginary input gradient')
      const yrxi = passes(one, [xi, wr, zero], yr)
      assertSame(found[2]!.real(), rr[2]!.add(ii[2]!), 'real weight gradient')
      assertSame(found[2]!.imag(), yiwr[2]!.sub(yrxi[2]!), 'imaginary weight gradient')
      assertSame(found[3]!, complex(rr[3]!, yiwr[3]!), 'bias gradient')
    })
  })

  test.each(cases.filter(([dtype]) => dtype === 'complex128'))(
    '%s (%s) %id, differentiated twice',
    (_dtype, _title, rank, _real, names) => {
      check(rank, names, one => {
        const draw = (seed: number, shape: readonly number[]) =>
          numbers(one.seed + seed, shape, { dtype: 'complex128' })
        const byParts = (x: Tensor, w: Tensor) => {
          const [xr, xi, wr, wi] = [x.real(), x.imag(), w.real(), w.imag()]
          const real = convolve(one, xr, wr).sub(convolve(one, xi, wi))
          return complex(real, convolve(one, xr, wi).add(convolve(one, xi, wr)))
        }
        const twice = (f: (x: Tensor, w: Tensor) => Tensor) => {
          const leaves = [inputShape(one), weightShape(one), outputShape(one)].map((shape, i) =>
            draw(i, shape).requiresGrad_(),
          )
          const [x, w, y] = leaves as [Tensor, Tensor, Tensor]
          const first = autograd.grad(f(x, w), [x, w], y, { createGraph: true }) as Tensor[]
          const cotangents = first.map((gradient, i) => draw(3 + i, gradient.shape))
          return autograd.grad(first, leaves, cotangents) as Tensor[]
        }
        const expected = twice(byParts)
        const found = twice((x, w) => convolve(one, x, w))
        for (const [i, gradient] of found.entries())
          assertSame(gradient, expected[i]!, ['input', 'weight', 'output'][i])
      })
    },
  )
})
