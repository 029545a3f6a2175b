import { convolve, inputShape, MODES, property, weightShape } from './support/convCase.js'
import { assertSame, numbers } from './support/numbers.js'

property('linear in the input', { modes: MODES }, one => {
  const [a, b] = [numbers(one.seed, inputShape(one)), numbers(one.seed + 1, inputShape(one))]
  const weight = numbers(one.seed + 2, weightShape(one))
  const together = convolve(one, a.mul(3).sub(b.mul(2)), weight)
  assertSame(
    together,
    convolve(one, a, weight)
      .mul(3)
      .sub(convolve(one, b, weight).mul(2)),
  )
})

property('linear in the weight', { modes: MODES }, one => {
  const input = numbers(one.seed, inputShape(one))
  const [a, b] = [numbers(one.seed + 1, weightShape(one)), numbers(one.seed + 2, weightShape(one))]
  const together = convolve(one, input, a.mul(3).sub(b.mul(2)))
  assertSame(
    together,
    convolve(one, input, a)
      .mul(3)
      .sub(convolve(one, input, b).mul(2)),
  )
})

property('a bias is added to every element of its channel', { modes: MODES }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const bias = numbers(one.seed + 2, [one.groups * one.outPerGroup])
  const column = bias.reshape([-1, ...one.input.map(() => 1)])
  assertSame(convolve(one, input, weight, bias), convolve(one, input, weight).add(column))
})
