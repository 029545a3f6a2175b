import { expect, test } from 'vitest'
import { autograd, nn, type Tensor, zeros } from '../../src/index.js'
import { convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { numbers } from './support/numbers.js'

const look = ({ shape, strides, dtype }: Tensor) => ({ shape, strides, dtype })

/** What a meta result must share with the real one. */
function expectLike(meta: Tensor, real: Tensor): void {
  expect(meta.device).toBe('meta')
  expect(look(meta)).toEqual(look(real))
}

property('the meta device knows shapes, strides and dtypes', { modes: MODES, runs: 40 }, (one, { takes }) => {
  const dtypes = (['float32', 'float64', 'bfloat16', 'float16'] as const).filter(takes)
  const dtype = dtypes[one.seed % dtypes.length]!
  const cpu = [
    numbers(one.seed, inputShape(one), { dtype }),
    numbers(one.seed + 1, weightShape(one), { dtype }),
    numbers(one.seed + 2, [one.groups * one.outPerGroup], { dtype }),
  ]
  if (one.rank === 2 && one.seed % 3 === 0) cpu[0] = cpu[0]!.to({ memoryFormat: 'channels_last' })
  const run = (operands: readonly Tensor[], y: Tensor) => {
    const leaves = operands.map(own => own.detach().requiresGrad_())
    const output = convolve(one, leaves[0]!, leaves[1]!, leaves[2]!)
    const [input, weight, bias] = autograd.grad(output, leaves, y)
    return { output, input: input!, weight: weight!, bias: bias! }
  }
  const y = numbers(one.seed + 3, outputShape(one), { dtype })
  const real = run(cpu, y)
  const meta = run(
    cpu.map(own => own.to('meta')),
    y.to('meta'),
  )
  for (const key of ['output', 'input', 'weight', 'bias'] as const) expectLike(meta[key], real[key])
})

property('so do transposed convolutions and unfold', { runs: 30 }, one => {
  const y = numbers(one.seed, [one.batch, one.groups * one.outPerGroup, ...one.input])
  const weight = numbers(one.seed + 1, weightShape(one))
  const { convTranspose1d, convTranspose2d, convTranspose3d, fold, unfold } = nn.functional
  const transposed = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }[one.rank]
  const { stride, dilation, groups, padding } = one
  expectLike(
    transposed(y.to('meta'), weight.to('meta'), null, { stride, dilation, groups }),
    transposed(y, weight, null, { stride, dilation, groups }),
  )
  if (one.rank !== 2) return
  const image = numbers(one.seed, inputShape(one))
  const columns = unfold(image, one.kernel, { stride, dilation, padding })
  expectLike(unfold(image.to('meta'), one.kernel, { stride, dilation, padding }), columns)
  const back = fold(columns, one.input, one.kernel, { stride, dilation, padding })
  expectLike(fold(columns.to('meta'), one.input, one.kernel, { stride, dilation, padding }), back)
})

test('one operand without data is enough to ask for a shape, as in PyTorch', () => {
  const [x, w, b] = [zeros(1, 2, 4, 5), zeros(3, 2, 3, 2), zeros(3)]
  const { conv2d, convTranspose2d } = nn.functional
  for (const out of [conv2d(x.to('meta'), w, b), conv2d(x, w.to('meta'), b), conv2d(x, w, b.to('meta'))]) {
    expect([out.device, out.shape]).toEqual(['meta', [1, 3, 2, 4]])
  }
  const back = convTranspose2d(x, zeros(2, 3, 3, 2).to('meta'))
  expect([back.device, back.shape]).toEqual(['meta', [1, 3, 6, 6]])
})
