import { describe, expect, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import * as activation from '../../src/ops/elementwise/activation.js'
import { add, mul } from '../../src/ops/elementwise/arithmetic.js'
import type { Operand } from '../../src/ops/elementwise/operand.js'
import { where } from '../../src/ops/elementwise/where.js'
import { Tensor } from '../../src/ops/tensor.js'
import { wrapArray } from '../../src/tensor/tensor.js'
import { tensorOf } from './elementwise.fixture.js'

const x = tensorOf([1, 2, 3])
const ints = tensorOf([1, 2, 3], [3], 'int32')

describe('arguments', () => {
  test('of the wrong type are named', () => {
    const wrong = (value: unknown) => value as Operand
    expect(() => x.add(wrong('2'))).toThrow("add(): argument 'other' must be Tensor or Number, but got string 2")
    expect(() => x.add(wrong([1]))).toThrow("add(): argument 'other' must be Tensor or Number, but got an array")
    expect(() => mul(wrong(null), x)).toThrow("mul(): argument 'input' must be Tensor or Number, but got null")
    expect(() => x.maximum(2 as unknown as Tensor)).toThrow("maximum(): argument 'other' must be Tensor, not number 2")
    expect(() => activation.relu(2 as unknown as Tensor)).toThrow(
      "relu(): argument 'input' must be Tensor, not number 2",
    )
    expect(() => x.leakyRelu('0.1' as unknown as number)).toThrow(
      "leaky_relu(): argument 'negative_slope' must be a number, but got negative_slope=0.1",
    )
    expect(() => x.elu(null as unknown as number)).toThrow("argument 'alpha' must be a number")
  })

  test('in options: none is passed over', () => {
    type Options = Parameters<Tensor['add']>[1]
    const wrong = (value: unknown) => value as Options
    for (const [name, run] of [
      ['add', (options: Options) => x.add(1, options)],
      ['sub', (options: Options) => x.sub(1, options)],
      ['add_', (options: Options) => x.clone().add_(1, options)],
      ['sub_', (options: Options) => x.clone().sub_(1, options)],
    ] as const) {
      expect(() => run(wrong({ alpha: 'a' }))).toThrow(`${name}(): argument 'alpha' must be Number, not string a`)
      expect(() => run(wrong({ alpha: null }))).toThrow(`${name}(): argument 'alpha' must be Number, not null`)
      expect(() => run(wrong({ alpah: 2 }))).toThrow(`${name}() got an unexpected keyword argument 'alpah'`)
      expect(() => run(wrong(2))).toThrow(`${name}(): options must be an object with alpha, but got number 2`)
      expect(run({ alpha: undefined }).tolist()).toEqual(run(undefined).tolist())
    }
    const other = { rounding: 'floor' } as unknown as Record<string, never>
    for (const name of ['div', 'clone', 'contiguous', 'isContiguous'] as const) {
      const run = () => (name === 'div' ? x.div(2, other) : x[name](other))
      expect(run).toThrow(`${name}() got an unexpected keyword argument 'rounding'`)
    }
    expect(() => x.isContiguous({ memoryFormat: 'last' as 'contiguous' })).toThrow(
      "memoryFormat must be 'contiguous' or 'channels_last', but got memoryFormat=last",
    )
    expect(() => x.clone().normal_(0, 'b' as unknown as number)).toThrow(
      "normal_(): argument 'std' must be float, not string b",
    )
    expect(() => x.clone().uniform_('a' as unknown as number)).toThrow(
      "uniform_(): argument 'from' must be float, not string a",
    )
  })

  test('with a value that is not allowed are refused as in PyTorch', () => {
    expect(() => x.div(2, { roundingMode: 'flor' as 'floor' })).toThrow(
      "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found 'flor'",
    )
    expect(() => x.clamp()).toThrow("torch.clamp: At least one of 'min' or 'max' must not be None")
    expect(() => x.clamp({})).toThrow("torch.clamp: At least one of 'min' or 'max' must not be None")
    expect(() => ints.add(1, { alpha: 1.5 })).toThrow(
      'For integral input tensors, argument alpha must not be a floating point number.',
    )
    expect(() => x.add(1, { alpha: { re: 0, im: 1 } })).toThrow(
      'For non-complex input tensors, argument alpha must not be a complex number.',
    )
    expect(() => x.sub(1, { alpha: true })).toThrow('Boolean alpha only supported for Boolean results.')
    for (const divided of [
      () => ints.div(0, { roundingMode: 'trunc' }),
      () => ints.floorDivide(0),
      () => ints.remainder(0),
      () => ints.fmod(0),
      () => ints.long().fmod(0),
      () => ints.long().floorDivide(0),
    ]) {
      expect(divided).toThrow('ZeroDivisionError')
    }
    expect(() => x.gelu({ approximate: 'foo' as 'none' })).toThrow('approximate argument must be either none or tanh.')
    expect(() => x.isclose(x.float())).toThrow('Double did not match Float')
    expect(() => x.isclose(x, { rtol: -1 })).toThrow('rtol must be greater than or equal to zero, but got -1')
    expect(() => x.lerp(x.float(), 0.5)).toThrow('expected dtype double for `end` but got dtype float')
    expect(() => x.lerp(x, x.float())).toThrow('expected dtype double for `weight` but got dtype float')
    expect(() => ints.lerp(ints, 0.5)).toThrow(`"lerp_kernel_scalar" not implemented for 'Int'`)
    expect(() => where(ints, x, 0)).toThrow(
      'where expected condition to be a boolean tensor, but got a tensor with dtype Int',
    )
    expect(() => x.maskedFill(ints, 0)).toThrow(
      'masked_fill only supports boolean masks, but got mask with dtype int32',
    )
    expect(() => x.maskedFill(x.gt(1), x)).toThrow(
      'masked_fill only supports a 0-dimensional value tensor, but got tensor with 1 dimension(s).',
    )
    const image = tensorOf([1, 2, 3, 4, 5, 6], [1, 3, 2])
    expect(() => image.prelu(tensorOf([1, 2]))).toThrow(
      'Mismatch of parameter numbers and input channel size. Found parameter numbers = 2 and channel size = 3.',
    )
    expect(() => image.prelu(tensorOf([1, 2, 3], [1, 3]))).toThrow(
      'prelu: Expected `weight` to be a scalar or 1D tensor, but got ndim = 2',
    )
    expect(() => image.prelu(tensorOf([1, 2, 3], [3], 'float32'))).toThrow('Found dtype Float but expected Double')
  })
})

describe('numbers', () => {
  test('keep all their digits', () => {
    expect(x.mul(0.1).tolist()).toEqual([0.1, 0.2, 0.1 * 3])
    expect(x.requiresGrad_().mul(0.1).sum().item()).toBe(0.1 + 0.2 + 0.1 * 3)
    x.requiresGrad_(false)
    const large = wrapArray(BigInt64Array.of(2n ** 60n + 1n), [1], 'int64')
    expect(large.add(1).dataSync()).toEqual(BigInt64Array.of(2n ** 60n + 2n))
    expect(large.sub(2n ** 60n).dataSync()).toEqual(BigInt64Array.of(1n))
    expect(large.eq(2 ** 60).tolist()).toEqual([false])
    const w = tensorOf([1]).requiresGrad_()
    w.mul(0.1).sum().backward()
    expect(w.grad!.tolist()).toEqual([0.1])
  })

  test('may stand first', () => {
    expect(add(1, x).tolist()).toEqual([2, 3, 4])
    expect(add(1, 2).item()).toBe(3)
    expect(add(1, 2).dtype).toBe('int64')
  })

  test('wrap around in integers', () => {
    const big = tensorOf([2 ** 31 - 1], [1], 'int32')
    expect(big.mul(big).tolist()).toEqual([1])
    expect(big.square().tolist()).toEqual([1])
    expect(big.add(1).tolist()).toEqual([-(2 ** 31)])
    expect(big.add(big, { alpha: 2 ** 31 - 1 }).tolist()).toEqual([-(2 ** 31)])
    const long = wrapArray(BigInt64Array.of(2n ** 63n - 1n), [1], 'int64')
    expect(long.add(1).dataSync()).toEqual(BigInt64Array.of(-(2n ** 63n)))
    expect(tensorOf([200], [1], 'uint8').add(100).tolist()).toEqual([44])
    expect(
      tensorOf([-(2 ** 31)], [1], 'int32')
        .div(-1, { roundingMode: 'trunc' })
        .tolist(),
    ).toEqual([-(2 ** 31)])
  })
})

describe('comparing whole tensors', () => {
  test('equal', () => {
    expect(x.equal(tensorOf([1, 2, 3]))).toBe(true)
    expect(x.equal(tensorOf([1, 2, 3], [3, 1]))).toBe(false)
    expect(x.equal(tensorOf([1, 2, 4]))).toBe(false)
    expect(x.equal(ints)).toBe(true)
    expect(tensorOf([Number.NaN]).equal(tensorOf([Number.NaN]))).toBe(false)
  })

  test('allclose and isclose', () => {
    expect(x.allclose(x.add(1e-6))).toBe(true)
    expect(x.allclose(x.add(1e-4))).toBe(false)
    expect(x.allclose(x.add(1e-4), { atol: 1e-3 })).toBe(true)
    // the tolerance is relative to the other one
    expect(tensorOf([100]).allclose(tensorOf([90]), { rtol: 0.105, atol: 0 })).toBe(false)
    expect(tensorOf([90]).allclose(tensorOf([100]), { rtol: 0.105, atol: 0 })).toBe(true)
    const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN]
    expect(
      tensorOf([inf, -inf, inf, nan, 1])
        .isclose(tensorOf([inf, inf, 1, nan, nan]))
        .tolist(),
    ).toEqual([true, false, false, false, false])
    expect(
      tensorOf([nan, nan])
        .isclose(tensorOf([nan, 1]), { equalNan: true })
        .tolist(),
    ).toEqual([true, false])
    const z = tensorOf([1, 2, 3, 4], [2, 2]).viewAsComplex()
    expect(z.allclose(z.add({ re: 0, im: 1e-7 }))).toBe(true)
    expect(z.isclose(z.add({ re: 0, im: 1e-3 })).tolist()).toEqual([false, false])
    expect(ints.isclose(ints.add(1), { atol: 1 }).tolist()).toEqual([true, true, true])
  })
})

describe('methods', () => {
  test('are named, hidden from enumeration, and each is there', () => {
    const names = Object.keys(Object.getOwnPropertyDescriptors(Tensor.prototype))
    for (const name of ['add', 'clampMin_', 'leakyRelu', 'viewAsComplex', 'to', 'backward', 'requiresGrad_']) {
      expect(names).toContain(name)
      expect((Tensor.prototype as unknown as Record<string, { name: string }>)[name]!.name).toBe(name)
    }
    expect(Object.keys(Tensor.prototype)).toEqual([])
  })

  test('record only where gradients are recorded', () => {
    const w = tensorOf([1, -1]).requiresGrad_()
    expect(noGrad(() => w.relu().gradFn)).toBe(null)
    expect(w.gt(0).requiresGrad).toBe(false)
    expect(w.relu().gradFn!.name).toBe('ReluBackward0')
  })
})
