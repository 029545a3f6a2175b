import { expect } from 'vitest'
import { tensor } from '../../src/index.js'
import { convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { defineConvolution, wholeNumbers } from './support/definition.js'
import { assertSame, numbers } from './support/numbers.js'

property('the output is what the definition says, in shape and every number', { modes: MODES, runs: 80 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const bias = one.seed % 3 === 0 ? null : numbers(one.seed + 2, [one.groups * one.outPerGroup])
  const output = convolve(one, input, weight, bias)
  expect(output.shape).toEqual(outputShape(one))
  const expected = defineConvolution(one, wholeNumbers(input), wholeNumbers(weight), bias && wholeNumbers(bias))
  assertSame(output, tensor(Float64Array.from(expected, Number), { shape: outputShape(one) }))
})
