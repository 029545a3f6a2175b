/**
 * A convolution with what follows it, against the operations one after another, on every set of algorithms.
 */
import { describe, expect, test, vi } from 'vitest'
import { planFused } from '../../src/backends/dispatch.js'
import type { ConvProblem } from '../../src/conv/algorithm.js'
import { type Activation, epilogueOf } from '../../src/conv/epilogue.js'
import { checkConvolution } from '../../src/conv/validate.js'
import { autograd, backends, type DType, nn, type Tensor } from '../../src/index.js'
import { convolve } from '../../src/ops/convolution/convolution.js'
import { convolveFused, type FusedOptions } from '../../src/ops/convolution/fusedConvolution.js'
import { ALGORITHM_SETS } from '../algorithmSets.js'
import { problemOf } from '../differential/support/operands.js'
import { assertSame, numbers } from '../property/support/numbers.js'

const F = nn.functional
const WINOGRAD = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/winograd'))
const SETS = [...ALGORITHM_SETS.map(({ names }) => names), ...WINOGRAD.map(({ name }) => [name])]

const APPLY: readonly (readonly [Activation | null, (x: Tensor) => Tensor])[] = [
  [null, x => x],
  [{ kind: 'relu' }, x => F.relu(x)],
  [{ kind: 'relu6' }, x => F.relu6(x)],
  [{ kind: 'leakyRelu', negativeSlope: 0.3 }, x => F.leakyRelu(x, 0.3)],
  [{ kind: 'silu' }, x => F.silu(x)],
  [{ kind: 'hardswish' }, x => F.hardswish(x)],
]

const real = (seed: number, shape: readonly number[], dtype: DType = 'float32') =>
  numbers(seed, shape, { dtype, denominator: 9973 })

/** A 3x3 layer of 8 to 12 channels, on 16x15 pixels: enough of them for elementwise kernels. */
function layer(dtype: DType = 'float32', groups = 1, [inside, outside] = [8, 12 * groups]) {
  const [x, weight, bias] = [
    real(1, [2, inside, 16, 15], dtype),
    real(2, [outside, inside / groups, 3, 3], dtype),
    real(3, [outside], dtype),
  ]
  const { spec } = checkConvolution({
    operation: 'conv2d',
    spatialRank: 2,
    input: x,
    weight,
    bias,
    stride: 1,
    padding: 1,
    dilation: 1,
    groups,
  })
  return { spec, x, weight, bias, residual: real(4, [2, outside, 16, 15], dtype) }
}

const oneAfterAnother = (own: ReturnType<typeof layer>, residual: boolean, f: (x: Tensor) => Tensor) => {
  const sum = convolve(own.spec, own.x, own.weight, own.bias)
  return f(residual ? sum.add(own.residual) : sum)
}

describe.each(SETS)('%s', (...names: string[]) => {
  test.each(APPLY.map(([activation, f]) => [activation?.kind ?? 'no activation', activation, f] as const))(
    '%s',
    (_, activation, f) => {
      for (const dtype of ['float32', 'float64'] as const) {
        for (const groups of [1, 4]) {
          for (const residual of [false, true]) {
            const own = layer(dtype, groups)
            const options = { bias: own.bias, activation, residual: residual ? own.residual : null }
            backends.withAlgorithm(names, () => {
              const found = convolveFused(own.spec, own.x, own.weight, options)
              assertSame(found, oneAfterAnother(own, residual, f), `${dtype}, ${groups} groups`)
            })
          }
        }
      }
    },
  )
})

const RELU = { kind: 'relu' } as const

test.each([
  ...SETS,
  // depthwise layers have an algorithm of their own
  null,
])('infinite weights, which meet zeros of the padding: %s', names => {
  for (const groups of [1, 32]) {
    const own = layer('float32', groups, [32, 32])
    own.weight.flatten().select(0, 0).fill_(Number.POSITIVE_INFINITY)
    const options = { bias: own.bias, activation: RELU, residual: own.residual }
    const check = () => {
      const expected = oneAfterAnother(own, true, x => F.relu(x))
      expect(convolveFused(own.spec, own.x, own.weight, options).tolist(), `${groups} groups`).toEqual(
        expected.tolist(),
      )
    }
    if (names) backends.withAlgorithm(names, check)
    else check()
  }
})

test('is one pass where machine code runs, and several elsewhere', () => {
  const { spec } = layer()
  const problem: ConvProblem = { ...problemOf(spec), epilogue: epilogueOf(RELU, true) }
  const hasMachineCode = WINOGRAD.length > 0
  expect(planFused(problem)?.chosen.name.startsWith('x64/')).toBe(hasMachineCode || undefined)
  // the exponential of machine code is not exact enough
  expect(planFused({ ...problem, dtype: 'float64', epilogue: epilogueOf({ kind: 'silu' }, false) })).toBeNull()
  backends.withAlgorithm('portable/direct', () => expect(planFused(problem)).toBeNull())
  backends.withAlgorithm('reference', () => expect(planFused(problem)).toBeNull())
})

test('nobody is asked again what was refused or planned', () => {
  // a depthwise layer looks at all its rows before it answers
  for (const { spec } of [layer('float32', 32, [32, 32]), layer('bfloat16')]) {
    const dtype = spec.groups > 1 ? 'float32' : 'bfloat16'
    const problem: ConvProblem = { ...problemOf(spec), dtype, epilogue: epilogueOf(RELU, false) }
    const first = planFused(problem)
    const asked = backends.convolutionAlgorithms().map(own => vi.spyOn(own, 'refuse'))
    expect(planFused(problem)).toBe(first)
    for (const spy of asked) {
      expect(spy).not.toHaveBeenCalled()
      spy.mockRestore()
    }
  }
})

test('plans are kept apart by their epilogues', () => {
  const { spec, x, weight } = layer()
  const slopes = [0.5, 0, -0, 2, Number.NaN]
  for (const _ of [0, 1]) {
    for (const negativeSlope of slopes) {
      const found = convolveFused(spec, x, weight, { activation: { kind: 'leakyRelu', negativeSlope } })
      assertSame(found, F.leakyRelu(convolve(spec, x, weight), negativeSlope))
      const signs = (own: Tensor) => [...(own.dataSync() as Float32Array)].map(value => Object.is(value, -0))
      if (negativeSlope === 0) {
        expect(signs(found)).toEqual(signs(F.leakyRelu(convolve(spec, x, weight), negativeSlope)))
      }
    }
    assertSame(convolveFused(spec, x, weight), convolve(spec, x, weight))
  }
})

test('an empty batch and nothing to sum over are served, too', () => {
  const own = layer()
  for (const spec of [
    { ...own.spec, batch: 0 },
    { ...own.spec, inChannels: 0 },
  ]) {
    const x = real(1, [spec.batch, spec.inChannels, 16, 15])
    const weight = real(2, [12, spec.inChannels, 3, 3])
    const options = { bias: own.bias, residual: real(4, [spec.batch, 12, 16, 15]), activation: RELU }
    const sum = convolve(spec, x, weight, own.bias)
    assertSame(convolveFused(spec, x, weight, options), F.relu(sum.add(options.residual)))
  }
})

describe('layouts', () => {
  const last = (own: Tensor) => own.to({ memoryFormat: 'channels_last' })
  const transposed = (own: Tensor) => own.transpose(2, 3).contiguous().transpose(2, 3)
  const same = (own: Tensor) => own

  test.each([
    ['a channels_last input', last, same],
    ['a channels_last residual', same, last],
    ['both channels_last', last, last],
    ['a transposed residual', same, transposed],
    ['a transposed input', transposed, same],
  ])('%s: numbers and strides are those of the operations one after another', (_, ofInput, ofResidual) => {
    const own = layer()
    const changed = { ...own, x: ofInput(own.x), residual: ofResidual(own.residual) }
    const found = convolveFused(own.spec, changed.x, own.weight, {
      bias: own.bias,
      residual: changed.residual,
      activation: RELU,
    })
    const expected = oneAfterAnother(changed, true, x => F.relu(x))
    assertSame(found, expected)
    expect(found.strides).toEqual(expected.strides)
  })
})

test.each(['input', 'weight', 'bias', 'residual'])('a gradient for the %s is that of the three operations', name => {
  const gradientBy = (f: (own: ReturnType<typeof layer>) => Tensor) => {
    const own = layer('float64')
    const wanted = { input: own.x, weight: own.weight, bias: own.bias, residual: own.residual }[name]!
    wanted.requiresGrad_()
    f(own).sum().backward()
    return wanted.grad!
  }
  const found = gradientBy(({ spec, x, weight, bias, residual }) =>
    convolveFused(spec, x, weight, { bias, residual, activation: RELU }),
  )
  assertSame(
    found,
    gradientBy(own => oneAfterAnother(own, true, x => F.relu(x))),
  )
})

test('without recording, what requires a gradient is fused, and the result requires none', () => {
  const { spec, x, weight, bias, residual } = layer()
  const expected = convolveFused(spec, x, weight, { bias, residual, activation: RELU })
  weight.requiresGrad_()
  const found = autograd.noGrad(() => convolveFused(spec, x, weight, { bias, residual, activation: RELU }))
  expect(found.requiresGrad).toBe(false)
  assertSame(found, expected)
})

test('on the meta device there is a shape', () => {
  const { spec, x, weight, residual } = layer()
  const found = convolveFused(spec, x.to('meta'), weight, { residual: residual.to('meta'), activation: RELU })
  expect([found.device, found.shape]).toEqual(['meta', [2, 12, 16, 15]])
})

test.each([
  ['shape', (own: Tensor): Tensor => own.slice(1, 0, 1)],
  ['dtype', (own: Tensor): Tensor => own.to('float64')],
])('a residual of another %s is refused', (_, change) => {
  const { spec, x, weight, residual } = layer()
  const options: FusedOptions = { residual: change(residual) }
  expect(() => convolveFused(spec, x, weight, options)).toThrow(
    /^convolveFused\(\): the residual must be float32 \[2, 12, 16, 15\], but is /,
  )
})
