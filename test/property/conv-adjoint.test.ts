import { expect } from 'vitest'
import { autograd, nn, tensor } from '../../src/index.js'
import {
  type ConvCase,
  convolve,
  extent,
  inputShape,
  MODES,
  outputShape,
  property,
  weightShape,
} from './support/convCase.js'
import { defineTransposed, wholeNumbers } from './support/definition.js'
import { assertSame, dot, numbers } from './support/numbers.js'

const { convTranspose1d, convTranspose2d, convTranspose3d } = nn.functional
const TRANSPOSED = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }

/** What the stride leaves over on each axis: the output padding that leads back to the input's size. */
const remainder = (one: ConvCase) =>
  extent(one).map((size, axis) => (one.input[axis]! + 2 * one.padding[axis]! - size) % one.stride[axis]!)

property('transposed is the adjoint: <conv(x), y> = <x, convTranspose(y)>', { runs: 80 }, one => {
  const x = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const y = numbers(one.seed + 2, outputShape(one))
  const { stride, padding, dilation, groups } = one
  const back = TRANSPOSED[one.rank](y, weight, null, {
    stride,
    padding,
    dilation,
    groups,
    outputPadding: remainder(one),
  })
  expect(back.shape).toEqual(x.shape)
  expect(dot(convolve(one, x, weight), y)).toBe(dot(x, back))
})

property('transposed is what its definition says', { runs: 80 }, one => {
  const { stride, dilation, groups, seed } = one
  // any output padding below the stride or the dilation, another one on each axis
  const outputPadding = stride.map((s, axis) => (seed >> (3 * axis)) % Math.max(s, dilation[axis]!))
  const spatial = one.input.map((_, axis) => 1 + ((seed >> (2 * axis)) % (4 + axis)))
  const full = extent(one).map((size, axis) => (spatial[axis]! - 1) * stride[axis]! + size + outputPadding[axis]!)
  const padding = one.padding.map((amount, axis) => Math.min(amount, Math.floor((full[axis]! - 1) / 2)))
  const result = [one.batch, groups * one.inPerGroup, ...full.map((size, axis) => size - 2 * padding[axis]!)]
  const y = numbers(seed, [one.batch, groups * one.outPerGroup, ...spatial])
  const weight = numbers(seed + 1, weightShape(one))
  const bias = numbers(seed + 2, [groups * one.inPerGroup])
  const options = { stride, padding, dilation, groups, outputPadding }
  const expected = defineTransposed({ ...one, padding }, spatial, wholeNumbers(y), wholeNumbers(weight), result)
  const output = TRANSPOSED[one.rank](y, weight, null, options)
  assertSame(output, tensor(Float64Array.from(expected, Number), { shape: result }))
  const column = bias.reshape([-1, ...spatial.map(() => 1)])
  assertSame(TRANSPOSED[one.rank](y, weight, bias, options), output.add(column))
})

property('the gradients are the adjoints, for every padding mode', { modes: MODES, runs: 80 }, one => {
  const x = numbers(one.seed, inputShape(one)).requiresGrad_()
  const weight = numbers(one.seed + 1, weightShape(one)).requiresGrad_()
  const bias = numbers(one.seed + 2, [one.groups * one.outPerGroup]).requiresGrad_()
  const y = numbers(one.seed + 3, outputShape(one))
  const output = convolve(one, x, weight)
  const [gradX, gradWeight] = autograd.grad(output, [x, weight], y)
  expect(dot(output, y)).toBe(dot(x, gradX!))
  expect(dot(output, y)).toBe(dot(weight, gradWeight!))
  const [gradBias] = autograd.grad(convolve(one, x, weight, bias), [bias], y)
  const perChannel = y.sum([...y.shape.keys()].filter(dim => dim !== 1))
  assertSame(gradBias!, perChannel)
})
