import { expect } from 'vitest'
import { autograd, stack, type Tensor } from '../../src/index.js'
import { type ConvCase, convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { numbers } from './support/numbers.js'

/** Real float32 numbers, whose sums depend on their order: equal bits mean the same order of additions. */
const real = (seed: number, shape: readonly number[]) =>
  numbers(seed, shape, { dtype: 'float32', denominator: 9973 }).mul(0.7)

function expectSameBits(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape)
  expect(Buffer.from(actual.dataSync().buffer).equals(Buffer.from(expected.dataSync().buffer))).toBe(true)
}

const operands = (one: ConvCase) => ({
  input: real(one.seed, inputShape(one)).requiresGrad_(),
  weight: real(one.seed + 1, weightShape(one)).requiresGrad_(),
  bias: real(one.seed + 2, [one.groups * one.outPerGroup]).requiresGrad_(),
  y: real(one.seed + 3, outputShape(one)),
})

property('a sample comes out the same to the bit, whatever batch it is in', { modes: MODES }, one => {
  const { input, weight, bias, y } = operands(one)
  const together = convolve(one, input, weight, bias)
  const [gradient] = autograd.grad(together, input, y)
  const samples = [...input.detach()].map(sample => sample.requiresGrad_())
  const alone = samples.map(sample => convolve(one, sample, weight, bias))
  expectSameBits(together, stack(alone))
  expectSameBits(gradient!, stack(alone.map((output, n) => autograd.grad(output, samples[n]!, y.select(0, n))[0]!)))
})

property('without a batch dimension: as a batch of one', { modes: MODES }, drawn => {
  const one = { ...drawn, batch: 1 }
  const { input, weight, bias, y } = operands(one)
  const batched = convolve(one, input, weight, bias)
  const sample = input.detach().select(0, 0).requiresGrad_()
  const alone = convolve(one, sample, weight, bias)
  expectSameBits(alone, batched.select(0, 0))
  const expected = autograd.grad(batched, [input, weight, bias], y)
  const gradients = autograd.grad(alone, [sample, weight, bias], y.select(0, 0))
  expect(gradients[0]!.shape).toEqual(sample.shape)
  for (const [i, gradient] of gradients.entries()) expectSameBits(gradient!.reshape(expected[i]!.shape), expected[i]!)
})

property('an empty batch gives an empty output, and gradients of zero', { modes: MODES, runs: 20 }, drawn => {
  const one = { ...drawn, batch: 0 }
  const { input, weight, bias, y } = operands(one)
  const output = convolve(one, input, weight, bias)
  expect(output.shape).toEqual(outputShape(one))
  const [gradInput, gradWeight, gradBias] = autograd.grad(output, [input, weight, bias], y)
  expect(gradInput!.shape).toEqual(input.shape)
  expect(gradWeight!.shape).toEqual(weight.shape)
  expect(new Set([...gradWeight!.dataSync(), ...gradBias!.dataSync()])).toEqual(new Set([0]))
})
