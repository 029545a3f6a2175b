import { describe, expect, test } from 'vitest'
import { lerp } from '../../src/ops/elementwise/where.js'
import type { Tensor } from '../../src/ops/tensor.js'
import type { DType } from '../../src/tensor/dtype.js'
import { allocate } from '../../src/tensor/tensor.js'
import { bits, tensorOf } from './elementwise.fixture.js'

/** 2 x 3 x 4 x 5 different numbers in each layout that a tensor can come in. */
function layouts(dtype: DType): Record<string, Tensor> {
  const values = Array.from({ length: 120 }, (_, i) => ((i * 37) % 120) - 60)
  const plain = tensorOf(values, [2, 3, 4, 5], 'float64').div(4).to(dtype)
  const room = tensorOf(
    Array.from({ length: 960 }, (_, i) => i),
    [4, 6, 8, 5],
    'float64',
  ).to(dtype)
  const strided = room.slice(0, 1, 4, 2).slice(1, 0, 6, 2).slice(2, 1, 8, 2)
  return {
    plain,
    'channels last': plain.contiguous({ memoryFormat: 'channels_last' }),
    permuted: plain.permute(3, 1, 0, 2).contiguous().permute(2, 1, 3, 0),
    strided: strided.copy_(plain),
  }
}

const BINARY: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  add: (x, y) => x.add(y),
  mul: (x, y) => x.mul(y),
  sub: (x, y) => x.sub(y, { alpha: 2 }),
  maximum: (x, y) => x.maximum(y),
  lt: (x, y) => x.lt(y),
  where: (x, y) => x.where(y.gt(0), y),
  lerp: (x, y) => lerp(x, y, x),
  isclose: (x, y) => x.isclose(y, { atol: 3 }),
}
const UNARY: Record<string, (x: Tensor) => Tensor> = {
  relu: x => x.relu(),
  leakyRelu: x => x.leakyRelu(),
  neg: x => x.neg(),
  double: x => x.double(),
  clone: x => x.clone(),
}

describe('the layout of operands does not change results', () => {
  for (const dtype of ['float32', 'float64', 'int64', 'complex64'] as const) {
    for (const [name, f] of Object.entries(BINARY)) {
      const defined =
        dtype.startsWith('float') || ['add', 'mul', 'sub'].includes(name) || (dtype === 'int64' && name !== 'lerp')
      if (!defined) continue
      test(`${name} of ${dtype}`, () => {
        const [left, right] = [layouts(dtype), layouts(dtype)]
        const expected = bits(f(left.plain!, right.plain!.flip(0, 1, 2, 3)))
        for (const [a, x] of Object.entries(left)) {
          for (const [b, y] of Object.entries(right)) {
            // flipping changes the numbers, so the other operand is flipped and laid out as before
            const flipped = layouts(dtype)[b]!.copy_(right.plain!.flip(0, 1, 2, 3))
            expect(bits(f(x, flipped)), `${a}, ${b}`).toBe(expected)
            expect(y.shape).toEqual([2, 3, 4, 5])
          }
        }
      })
    }
    for (const [name, f] of Object.entries(UNARY)) {
      if (dtype !== 'float32' && dtype !== 'float64') continue
      test(`${name} of ${dtype}`, () => {
        const all = layouts(dtype)
        for (const [a, x] of Object.entries(all)) expect(bits(f(x)), a).toBe(bits(f(all.plain!)))
      })
    }
  }

  test('operands broadcast on every axis, expanded or not', () => {
    const x = layouts('float32').permuted!
    for (const shape of [[5], [4, 1], [3, 1, 1], [2, 1, 1, 1], [2, 1, 4, 1], [1, 3, 1, 5], []]) {
      const size = shape.reduce((n, s) => n * s, 1)
      const y = tensorOf(
        Array.from({ length: size }, (_, i) => i * 0.75 - 2),
        shape,
        'float32',
      )
      const expected = bits(x.mul(y.expand(2, 3, 4, 5).clone()))
      expect(bits(x.mul(y)), `[${shape}]`).toBe(expected)
      expect(bits(y.mul(x)), `[${shape}] first`).toBe(expected)
      expect(bits(x.mul(y.expand(2, 3, 4, 5))), `[${shape}] expanded`).toBe(expected)
    }
    expect(() => x.add(tensorOf([1, 2, 3]))).toThrow(
      'The size of tensor a (5) must match the size of tensor b (3) at non-singleton dimension 3',
    )
  })

  test('both operands broadcast at once', () => {
    const out = tensorOf([1, 2, 3], [3, 1])
      .mul(tensorOf([10, 100], [2, 1, 1]))
      .add(tensorOf([0, 1, 2, 3]))
    expect(out.shape).toEqual([2, 3, 4])
    expect(out.tolist()).toEqual([
      [
        [10, 11, 12, 13],
        [20, 21, 22, 23],
        [30, 31, 32, 33],
      ],
      [
        [100, 101, 102, 103],
        [200, 201, 202, 203],
        [300, 301, 302, 303],
      ],
    ])
  })

  test('channels_last is kept, also with a number, a channel vector or a 0-dimensional tensor', () => {
    const x = layouts('float32')['channels last']!
    const perChannel = tensorOf([1, 2, 3], [3, 1, 1], 'float32')
    for (const out of [
      x.relu(),
      x.add(x),
      x.add(1),
      x.mul(perChannel),
      perChannel.mul(x),
      x.add(tensorOf([1], [])),
      x.clone(),
      x.half(),
      x.gt(0),
      x.where(x.gt(0), 0),
      x.clamp(0, 1),
    ]) {
      expect(out.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
      expect(out.isContiguous()).toBe(false)
    }
    // where the operands disagree, the result is contiguous
    expect(x.add(layouts('float32').plain!).isContiguous()).toBe(true)
  })

  test('empty tensors', () => {
    const x = allocate([2, 0, 3], 'float32')
    expect(x.add(1).shape).toEqual([2, 0, 3])
    expect(x.mul(allocate([2, 1, 3], 'float32')).shape).toEqual([2, 0, 3])
    expect(x.relu().where(x.gt(0), 1).shape).toEqual([2, 0, 3])
    expect(x.add_(1)).toBe(x)
    expect(x.equal(x)).toBe(true)
  })
})

describe('on the meta device only shape and dtype are computed', () => {
  const x = allocate([2, 3, 4, 5], 'float32', { device: 'meta', memoryFormat: 'channels_last' })
  const cases: Record<string, [() => Tensor, DType, number[]]> = {
    add: [() => x.add(x), 'float32', [2, 3, 4, 5]],
    'add a number': [() => x.add(2.5), 'float32', [2, 3, 4, 5]],
    'mul by int64': [() => x.mul(allocate([7, 1, 1, 1, 1], 'int64', { device: 'meta' })), 'float32', [7, 2, 3, 4, 5]],
    eq: [() => x.eq(1), 'bool', [2, 3, 4, 5]],
    'div of integers': [() => x.int().div(2), 'float32', [2, 3, 4, 5]],
    where: [() => x.where(x.gt(0), x.double()), 'float64', [2, 3, 4, 5]],
    abs: [() => x.cfloat().abs(), 'float32', [2, 3, 4, 5]],
    relu_: [() => x.relu().relu_(), 'float32', [2, 3, 4, 5]],
    copy_: [() => x.clone().copy_(tensorOf([1])), 'float32', [2, 3, 4, 5]],
    viewAsReal: [() => x.cfloat().viewAsReal(), 'float32', [2, 3, 4, 5, 2]],
    half: [() => x.half(), 'float16', [2, 3, 4, 5]],
  }
  for (const [name, [f, dtype, shape]] of Object.entries(cases)) {
    test(name, () => {
      const out = f()
      expect([out.device, out.dtype, out.shape]).toEqual(['meta', dtype, shape])
    })
  }

  test('channels_last and gradients are there', () => {
    const w = x.clone().requiresGrad_()
    const out = w.mul(x).relu()
    expect(out.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
    out.sum().backward()
    expect([w.grad!.device, w.grad!.shape]).toEqual(['meta', [2, 3, 4, 5]])
  })

  test('tensors on two devices are refused, 0-dimensional ones are not', () => {
    expect(() => x.add(tensorOf([1]))).toThrow(
      'Expected all tensors to be on the same device, but found at least two devices, meta and cpu!',
    )
    expect(() => tensorOf([1]).maximum(x)).toThrow('at least two devices, cpu and meta')
    expect(x.add(tensorOf([1], [])).device).toBe('meta')
  })
})
