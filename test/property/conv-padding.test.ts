import { nn } from '../../src/index.js'
import { convolution } from '../../src/nn/functional/conv.js'
import { convolve, extent, inputShape, MODES, property, weightShape } from './support/convCase.js'
import { assertSame, numbers } from './support/numbers.js'

const padMode = (mode: (typeof MODES)[number]) => (mode === 'zeros' ? 'constant' : mode)

property('padding is pad() and then a convolution without padding', { modes: MODES, runs: 100 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const amounts = [...one.padding].reverse().flatMap(amount => [amount, amount])
  const padded = nn.functional.pad(input, amounts, padMode(one.mode))
  const bare = { ...one, padding: one.padding.map(() => 0), mode: 'zeros' as const }
  assertSame(convolve(one, input, weight), convolve(bare, padded, weight))
})

property('padding by reflect, replicate and circular may be negative: it crops', { modes: MODES.slice(1) }, drawn => {
  // each axis is cropped by another amount, or padded
  const padding = drawn.padding.map((amount, axis) => ((drawn.seed >> axis) % 2 === 0 ? -amount : amount))
  const input = extent(drawn).map((size, axis) => Math.max(size + 2 * Math.abs(padding[axis]!), drawn.input[axis]!))
  const one = { ...drawn, padding, input }
  const image = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  let cropped = image
  for (const [axis, amount] of padding.entries()) {
    if (amount < 0) cropped = cropped.narrow(axis + 2, -amount, input[axis]! + 2 * amount)
  }
  const rest = { ...one, padding: padding.map(amount => Math.max(0, amount)), input: cropped.shape.slice(2) }
  assertSame(convolve(one, image, weight), convolve(rest, cropped, weight))
})

property("'same' is as much before as after, and the odd one after", { modes: MODES }, drawn => {
  const total = extent(drawn).map(size => size - 1)
  const stride = drawn.stride.map(() => 1)
  // room for reflections
  const input = drawn.input.map((size, axis) => Math.max(size, Math.ceil(total[axis]! / 2) + 1))
  const one = { ...drawn, stride, input }
  const image = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const { rank, dilation, groups, mode } = one
  const same = convolution(rank, image, weight, null, { padding: 'same', dilation, groups }, mode)
  const amounts = [...total].reverse().flatMap(sum => [Math.floor(sum / 2), Math.ceil(sum / 2)])
  const padded = nn.functional.pad(image, amounts, padMode(mode))
  const bare = { ...one, padding: one.padding.map(() => 0), mode: 'zeros' as const }
  assertSame(same, convolve(bare, padded, weight))
  assertSame(convolution(rank, padded, weight, null, { padding: 'valid', dilation, groups }), same)
})
