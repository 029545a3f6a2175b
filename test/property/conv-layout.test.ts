import { expect } from 'vitest'
import { autograd, nn, type Tensor, zeros } from '../../src/index.js'
import { type ConvCase, convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { assertSame, numbers } from './support/numbers.js'

const channelsLast = { memoryFormat: 'channels_last' } as const

/** The same elements in memory of other strides, or with others between them. */
const DISGUISES: readonly ((tensor: Tensor) => Tensor)[] = [
  tensor => tensor,
  tensor => {
    const reversed = [...tensor.shape.keys()].reverse()
    return tensor.permute(reversed).contiguous().permute(reversed)
  },
  tensor => tensor.transpose(0, 1).contiguous().transpose(0, 1),
  tensor => {
    const sparse = zeros([...tensor.shape.slice(0, -1), 2 * tensor.shape.at(-1)!], { dtype: tensor.dtype }).add(99)
    const own = sparse.slice(-1, 1, null, 2)
    own.copy_(tensor)
    return own
  },
  tensor => {
    const larger = zeros(
      tensor.shape.map(size => size + 3),
      { dtype: tensor.dtype },
    ).sub(99)
    let own = larger
    for (const [dim, size] of tensor.shape.entries()) own = own.narrow(dim, 1 + (dim % 2), size)
    own.copy_(tensor)
    return own
  },
]

const pick = (tensor: Tensor, seed: number) => DISGUISES[seed % DISGUISES.length]!(tensor)

property('memory of other strides changes nothing', { modes: MODES, runs: 80 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const bias = numbers(one.seed + 2, [one.groups * one.outPerGroup])
  const y = numbers(one.seed + 3, outputShape(one))
  const run = (x: Tensor, w: Tensor, b: Tensor, gradient: Tensor) => {
    const leaves = [x, w, b].map(own => own.detach().requiresGrad_())
    const output = convolve(one, leaves[0]!, leaves[1]!, leaves[2]!)
    return [output, ...autograd.grad(output, leaves, gradient)]
  }
  const expected = run(input, weight, bias, y)
  const sparseBias = DISGUISES[3]!(bias)
  const found = run(pick(input, one.seed), pick(weight, one.seed >> 3), sparseBias, pick(y, one.seed >> 6))
  for (const [i, result] of found.entries()) assertSame(result!, expected[i]!, ['output', 'input', 'weight', 'bias'][i])
})

property('expanded inputs, weights and gradients are read as if they were copied', { modes: MODES }, one => {
  const sample = numbers(one.seed, [1, ...inputShape(one).slice(1)])
  const column = numbers(one.seed, [...inputShape(one).slice(0, -1), 1])
  const kernel = numbers(one.seed + 1, [1, ...weightShape(one).slice(1)])
  const y = numbers(one.seed + 2, [])
  const run = (x: Tensor, w: Tensor, gradient: Tensor) => {
    const leaves = [x, w].map(own => own.detach().requiresGrad_())
    const output = convolve(one, leaves[0]!, leaves[1]!)
    return [output, ...autograd.grad(output, leaves, gradient)]
  }
  const expanded = { w: kernel.expand(weightShape(one)), y: y.expand(outputShape(one)) }
  for (const x of [sample.expand(inputShape(one)), column.expand(inputShape(one))]) {
    const expected = run(x.clone().contiguous(), expanded.w.contiguous(), expanded.y.contiguous())
    for (const [i, result] of run(x, expanded.w, expanded.y).entries()) assertSame(result!, expected[i]!)
  }
})

/** Whether a shape's channels_last strides differ from the contiguous ones: with one channel or pixel they do not. */
const tells = (shape: readonly number[]) => shape[1]! > 1 && shape.slice(2).some(size => size > 1)

function expectFormat(output: Tensor, expected: 'channels_last' | 'contiguous'): void {
  expect(output.isContiguous({ memoryFormat: expected })).toBe(true)
}

property(
  'channels_last in the input or the weight: the same numbers, channels_last',
  { modes: MODES, ranks: [2, 3] },
  one => {
    const input = numbers(one.seed, inputShape(one))
    const weight = numbers(one.seed + 1, weightShape(one))
    const expected = convolve(one, input, weight)
    expectFormat(expected, 'contiguous')
    for (const [x, w] of [
      [input.to(channelsLast), weight],
      [input, weight.to(channelsLast)],
      [input.to(channelsLast), weight.to(channelsLast)],
    ] as const) {
      const output = convolve(one, x, w)
      assertSame(output, expected)
      const told = (x !== input && tells(x.shape)) || (w !== weight && tells(w.shape))
      expectFormat(output, told ? 'channels_last' : 'contiguous')
    }
  },
)

property(
  'channels_last stays through gradients and transposed convolutions',
  { modes: MODES, ranks: [2, 3], maxStride: 3 },
  drawn => {
    const one: ConvCase = { ...drawn, inPerGroup: drawn.inPerGroup + 1, batch: 2 }
    const input = numbers(one.seed, inputShape(one))
    const weight = numbers(one.seed + 1, weightShape(one))
    const run = (x: Tensor) => {
      const leaves = [x, weight].map(own => own.detach().requiresGrad_())
      const output = convolve(one, leaves[0]!, leaves[1]!)
      return [output, ...autograd.grad(output, leaves, output.detach())] as Tensor[]
    }
    const [expected, found] = [run(input), run(input.to(channelsLast))]
    for (const [i, result] of found.entries()) assertSame(result, expected[i]!)
    // where the output has one channel or pixel, its gradient does not say what order it is in
    const told = tells(input.shape) && tells(outputShape(one))
    if (told) for (const result of found) expectFormat(result, 'channels_last')

    const transposed = one.rank === 2 ? nn.functional.convTranspose2d : nn.functional.convTranspose3d
    const { stride, dilation, groups } = one
    const y = expected[0]!.detach()
    const back = transposed(y.to(channelsLast), weight, null, { stride, dilation, groups })
    assertSame(back, transposed(y, weight, null, { stride, dilation, groups }))
    if (tells(y.shape)) expectFormat(back, 'channels_last')
  },
)
