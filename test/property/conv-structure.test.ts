import { cat, type Shape, type Tensor, tensor } from '../../src/index.js'
import { convolve, extent, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { flat, forEachIndex } from './support/definition.js'
import { assertSame, numbers, values } from './support/numbers.js'

/** A larger tensor of zeros with each element of `source` where `place` says. */
function scattered(source: Tensor, shape: Shape, place: (index: readonly number[]) => number[]): Tensor {
  const target = new Float64Array(shape.reduce((product, size) => product * size, 1))
  const from = values(source)
  forEachIndex(source.shape, index => {
    target[flat(place(index), shape)] = from[flat(index, source.shape)]!
  })
  return tensor(target, { shape: [...shape] })
}

property('dilation is a kernel with zeros between its elements', { modes: MODES }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const stuffed = scattered(weight, [...weight.shape.slice(0, 2), ...extent(one)], ([o, c, ...tap]) => [
    o!,
    c!,
    ...tap.map((k, axis) => k * one.dilation[axis]!),
  ])
  const dense = { ...one, kernel: extent(one), dilation: one.dilation.map(() => 1) }
  assertSame(convolve(one, input, weight), convolve(dense, input, stuffed))
})

property('groups are convolutions side by side', { modes: MODES, maxGroups: 4 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const bias = numbers(one.seed + 2, [one.groups * one.outPerGroup])
  const parts = Array.from({ length: one.groups }, (_, group) =>
    convolve(
      { ...one, groups: 1 },
      input.narrow(1, group * one.inPerGroup, one.inPerGroup),
      weight.narrow(0, group * one.outPerGroup, one.outPerGroup),
      bias.narrow(0, group * one.outPerGroup, one.outPerGroup),
    ),
  )
  assertSame(convolve(one, input, weight, bias), cat(parts, 1))
})

property('groups are a weight with zeros off its diagonal blocks', { maxGroups: 4 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const channels = one.groups * one.inPerGroup
  const dense = scattered(weight, [weight.shape[0]!, channels, ...one.kernel], ([o, c, ...tap]) => [
    o!,
    Math.floor(o! / one.outPerGroup) * one.inPerGroup + c!,
    ...tap,
  ])
  assertSame(convolve(one, input, weight), convolve({ ...one, groups: 1, inPerGroup: channels }, input, dense))
})

property(
  'depthwise: output o sees input channel floor(o / multiplier) alone',
  { modes: MODES, maxGroups: 6 },
  drawn => {
    const one = { ...drawn, inPerGroup: 1 }
    const input = numbers(one.seed, inputShape(one))
    const weight = numbers(one.seed + 1, weightShape(one))
    const single = { ...one, groups: 1, outPerGroup: 1 }
    const channels = Array.from({ length: one.groups * one.outPerGroup }, (_, o) =>
      convolve(single, input.narrow(1, Math.floor(o / one.outPerGroup), 1), weight.narrow(0, o, 1)),
    )
    assertSame(convolve(one, input, weight), cat(channels, 1))
  },
)

property('a 1x1 kernel is a matrix applied to every pixel that the stride reaches', {}, drawn => {
  const one = { ...drawn, groups: 1, kernel: drawn.kernel.map(() => 1), padding: drawn.padding.map(() => 0) }
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const [pixels, matrix] = [values(input), values(weight)]
  const product: number[] = []
  forEachIndex(outputShape(one), ([n, o, ...place]) => {
    const at = place.map((p, axis) => p * one.stride[axis]!)
    let sum = 0
    for (let c = 0; c < one.inPerGroup; c++) {
      sum += matrix[o! * one.inPerGroup + c]! * pixels[flat([n!, c, ...at], input.shape)]!
    }
    product.push(sum)
  })
  assertSame(convolve(one, input, weight), tensor(Float64Array.from(product), { shape: outputShape(one) }))
})
