import { nn } from '../../src/index.js'
import { type ConvCase, convolve, extent, inputShape, property, weightShape } from './support/convCase.js'
import { assertSame, numbers } from './support/numbers.js'

const dims = (one: ConvCase) => one.input.map((_, axis) => axis + 2)
/** By how many outputs to shift, another number on each axis. */
const shifts = (one: ConvCase) => one.input.map((_, axis) => ((one.seed >> axis) % 3) + 1 + axis)

/** A case whose output goes round with its input: padding of half the kernel, and a size that the stride divides. */
function goingRound(one: ConvCase): ConvCase {
  const kernel = one.kernel.map((size, axis) => (one.dilation[axis]! % 2 === 1 ? size - 1 + (size % 2) : size))
  const padding = extent({ ...one, kernel }).map(size => (size - 1) / 2)
  const least = one.input.map((size, axis) => Math.max(size, padding[axis]!))
  const input = least.map((size, axis) => Math.ceil(size / one.stride[axis]!) * one.stride[axis]!)
  return { ...one, kernel, padding, input, mode: 'circular' }
}

property('circular padding: rolling the input rolls the output', {}, drawn => {
  const one = goingRound(drawn)
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const by = shifts(one).map(shift => (one.seed % 2 === 0 ? shift : -shift))
  const rolled = input.roll(
    by.map((shift, axis) => shift * one.stride[axis]!),
    dims(one),
  )
  assertSame(convolve(one, rolled, weight), convolve(one, input, weight).roll(by, dims(one)))
})

property('zeros before the input move the output on', {}, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const by = shifts(one)
  const amounts = by.flatMap((shift, axis) => [0, shift * one.stride[axis]!]).reverse()
  let moved = convolve(one, nn.functional.pad(input, amounts), weight)
  for (const [axis, shift] of by.entries()) moved = moved.narrow(axis + 2, shift, moved.shape[axis + 2]! - shift)
  assertSame(moved, convolve(one, input, weight))
})

property('a stride leaves out outputs of stride 1', { modes: ['zeros', 'reflect', 'replicate', 'circular'] }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  let all = convolve({ ...one, stride: one.stride.map(() => 1) }, input, weight)
  for (const [axis, stride] of one.stride.entries()) all = all.slice(axis + 2, 0, null, stride)
  assertSame(convolve(one, input, weight), all)
})
