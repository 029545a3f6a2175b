/**
 * pad, unfold and fold as PyTorch computes them (fixtures/blocks.py), with gradients and refusals.
 */
import { describe, expect, test } from 'vitest'
import { autograd, nn, type Tensor } from '../../src/index.js'
import { values } from '../property/support/numbers.js'
import { type Expected, fixture, pattern } from './support/pattern.js'

interface Outcome {
  readonly input: readonly number[]
  readonly refused?: string
  readonly output?: Expected
  readonly gradient?: readonly number[]
}

interface Pad extends Outcome {
  readonly pad: readonly number[]
  readonly mode: 'constant' | 'reflect' | 'replicate' | 'circular'
  readonly value: number | null
}

interface Blocks extends Outcome {
  readonly kernel: number | readonly number[]
  readonly options: object
  /** For fold. */
  readonly size: readonly number[]
}

const { fold, pad, unfold } = nn.functional
const { pads, unfolds, folds } = fixture<{ pads: Pad[]; unfolds: Blocks[]; folds: Blocks[] }>('blocks.json')

function check(one: Outcome, call: (input: Tensor) => Tensor): void {
  const input = pattern(1, one.input).requiresGrad_()
  if (one.refused) {
    expect(() => call(input)).toThrow()
    return
  }
  const output = call(input)
  expect(output.shape).toEqual(one.output!.shape)
  expect(values(output)).toEqual(one.output!.data)
  if (output.numel() === 0) return
  const [gradient] = autograd.grad(output, input, pattern(2, output.shape))
  expect(values(gradient!).map(x => x + 0)).toEqual(one.gradient)
}

const titled = <T extends Outcome>(cases: readonly T[]) =>
  cases.map(({ output, gradient, ...rest }, i) => [JSON.stringify(rest), cases[i]!] as const)

describe('pad', () => {
  test.each(titled(pads))('%s', (_, one) => check(one, x => pad(x, one.pad, one.mode, one.value)))

  // PyTorch reads memory that it has not written yet here
  test.each([[[-4, 5]], [[5, -4]]])('circular %j of 6 wants more than cropping has left: refused', amounts => {
    expect(() => pad(pattern(1, [2, 3, 6]), amounts, 'circular')).toThrow('wrapping around more than once')
  })
})

describe('unfold', () => {
  test.each(titled(unfolds))('%s', (_, one) => check(one, x => unfold(x, one.kernel, one.options)))
})

describe('fold', () => {
  test.each(titled(folds))('%s', (_, one) => check(one, x => fold(x, one.size, one.kernel, one.options)))
})
