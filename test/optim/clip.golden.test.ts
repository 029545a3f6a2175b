/**
 * The clipping of gradients against PyTorch.
 */
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/ops/creation/fromData.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import type { Nested } from '../../src/ops/creation/nested.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { clipGradNorm, clipGradNorm_, clipGradValue_ } from '../../src/optim/index.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { expectClose, readFixture, tensorIn } from './support.js'

type Values = number | string | null | Values[]

interface Fixture {
  gradients: [name: string, gradients: Values[]][]
  norms: {
    gradients: string
    dtype: DType
    maxNorm: number
    normType: Values
    total: Values
    after: Values[]
  }[]
  values: { gradients: string; clipValue: number; after: Values[] }[]
  message: string
}

const fixture = readFixture<Fixture>('clip')

/** JSON has no NaN and no infinities: they stand as text. */
const numbers = (values: Values): Nested => (Array.isArray(values) ? values.map(numbers) : Number(values)) as Nested

function parameters(name: string, dtype: DType = 'float32'): Tensor[] {
  const own = fixture.gradients.find(([known]) => known === name)![1]
  return own.map(values => {
    const gradient = values === null ? null : tensor(numbers(values), { dtype })
    const parameter = zeros(gradient?.shape ?? [1], { dtype, requiresGrad: true })
    parameter.grad = gradient
    return parameter
  })
}

/** Elements apart from NaN and the infinities, which must be the same, within a few units of the last place. */
function expectGradients(actual: readonly Tensor[], expected: readonly Values[], tolerance: number): void {
  expected.forEach((values, i) => {
    const { grad } = actual[i]!
    if (values === null) expect(grad).toBeNull()
    else {
      const wanted = [...toFloat64(tensor(numbers(values), { dtype: 'float64' }))]
      const found = [...toFloat64(grad!)]
      expect(found.map(Number.isFinite)).toEqual(wanted.map(Number.isFinite))
      wanted.forEach((value, k) => {
        if (Number.isFinite(value)) {
          expect(Math.abs(found[k]! - value)).toBeLessThanOrEqual(tolerance * Math.abs(value))
        } else expect(found[k]).toBe(value)
      })
    }
  })
}

describe('clipGradNorm_', () => {
  test.each(fixture.norms)('$gradients $dtype, norm $normType to $maxNorm', own => {
    const tolerance = own.dtype === 'float32' ? 1e-6 : 1e-14
    const made = parameters(own.gradients, own.dtype)
    const total = clipGradNorm_(made, own.maxNorm, { normType: Number(own.normType) })
    const wanted = Number(own.total)
    if (Number.isFinite(wanted)) expectClose(total, [wanted], tolerance, 'total')
    else expect(total.item()).toBe(wanted)
    expect(total.dtype).toBe(own.gradients === 'none' ? 'float32' : own.dtype)
    expect(total.shape).toEqual([])
    expectGradients(made, own.after, tolerance)
  })

  test('is in place, in any memory layout, and counted as a change', () => {
    const parameter = zeros(2, 3, { requiresGrad: true })
    const gradient = tensorIn('strided', [1, 2, 3, 4, 5, 6], [2, 3], 'float32')
    parameter.grad = gradient
    const { version } = gradient.storage
    clipGradNorm_(parameter, 1)
    expect(parameter.grad).toBe(gradient)
    const length = Math.sqrt(91)
    expectClose(
      gradient,
      [1, 2, 3, 4, 5, 6].map(x => x / length),
      1e-6,
      'gradient',
    )
    expect(gradient.storage.version).toBeGreaterThan(version)
  })

  test('16-bit and complex gradients', () => {
    const half = zeros(2, { dtype: 'float16', requiresGrad: true })
    half.grad = tensor([3, 4], { dtype: 'float16' })
    const complex = zeros(1, { dtype: 'complex64', requiresGrad: true })
    complex.grad = tensor([{ re: 0, im: 12 }])
    expect(clipGradNorm_([half, complex], 6.5).item()).toBe(13)
    expectClose(half.grad, [1.5, 2], 1e-3, 'float16')
    expect(complex.grad.tolist()).toEqual([{ re: 0, im: expect.closeTo(6, 5) }])
  })

  test('takes named parameters, and has a name without underscore', () => {
    const parameter = zeros(1, { requiresGrad: true })
    parameter.grad = tensor([10])
    clipGradNorm([['weight', parameter]], 5)
    expectClose(parameter.grad, [5], 1e-6, 'gradient')
  })

  test('refuses a norm that is not finite if asked to, and changes nothing then', () => {
    const made = parameters('nan')
    const message = fixture.message.replace('order 2.0', 'order 2')
    expect(() => clipGradNorm_(made, 1, { errorIfNonfinite: true })).toThrow(message)
    expectGradients(made, fixture.gradients.find(([name]) => name === 'nan')![1], 0)
  })

  test('refuses what is not a number, and unknown options', () => {
    expect(() => clipGradNorm_([], '1' as never)).toThrow(TypeError)
    expect(() => clipGradNorm_([], 1, { norm: 2 } as never)).toThrow("unexpected keyword argument 'norm'")
  })
})

describe('clipGradValue_', () => {
  test.each(fixture.values)('$gradients to $clipValue', own => {
    const made = parameters(own.gradients)
    clipGradValue_(made, own.clipValue)
    expectGradients(made, own.after, 1e-7)
  })

  test('refuses complex gradients before it changes any, and negative bounds', () => {
    const real = zeros(1, { requiresGrad: true })
    real.grad = tensor([10])
    const complex = zeros(1, { dtype: 'complex64', requiresGrad: true })
    complex.grad = tensor([{ re: 1, im: 1 }])
    expect(() => clipGradValue_([real, complex], 1)).toThrow('clamp is not supported for complex types')
    expect(() => clipGradValue_([real], -1)).toThrow('clipValue=-1')
    expect(real.grad.tolist()).toEqual([10])
  })
})
