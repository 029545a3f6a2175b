import { describe, expect, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import type { DType } from '../../src/tensor/dtype.js'
import { allocate } from '../../src/tensor/tensor.js'
import { bits, tensorOf } from './elementwise.fixture.js'

const leaf = (...values: number[]) => tensorOf(values).requiresGrad_()

describe('in place', () => {
  const x = () => tensorOf([0.5, -1.5, 2, -3], [2, 2], 'float32')
  const FORMS: Record<string, [(t: Tensor) => Tensor, (t: Tensor) => Tensor]> = {
    add_: [t => t.add_(2, { alpha: 3 }), t => t.add(2, { alpha: 3 })],
    sub_: [t => t.sub_(t), t => t.sub(t)],
    mul_: [t => t.mul_(t), t => t.mul(t)],
    div_: [t => t.div_(3, { roundingMode: 'floor' }), t => t.div(3, { roundingMode: 'floor' })],
    floorDivide_: [t => t.floorDivide_(2), t => t.floorDivide(2)],
    remainder_: [t => t.remainder_(2), t => t.remainder(2)],
    fmod_: [t => t.fmod_(2), t => t.fmod(2)],
    pow_: [t => t.pow_(3), t => t.pow(3)],
    square_: [t => t.square_(), t => t.square()],
    neg_: [t => t.neg_(), t => t.neg()],
    reciprocal_: [t => t.reciprocal_(), t => t.reciprocal()],
    clamp_: [t => t.clamp_(-1, 1), t => t.clamp(-1, 1)],
    'clamp_ by an object': [t => t.clamp_({ max: 1 }), t => t.clamp({ max: 1 })],
    clampMin_: [t => t.clampMin_(0), t => t.clampMin(0)],
    clampMax_: [t => t.clampMax_(0), t => t.clampMax(0)],
    maskedFill_: [t => t.maskedFill_(t.gt(0), 7), t => t.maskedFill(t.gt(0), 7)],
    lerp_: [t => t.lerp_(t.neg(), 0.25), t => t.lerp(t.neg(), 0.25)],
    relu_: [t => t.relu_(), t => t.relu()],
    leakyRelu_: [t => t.leakyRelu_(0.1), t => t.leakyRelu(0.1)],
    tanh_: [t => t.tanh_(), t => t.tanh()],
    floor_: [t => t.floor_(), t => t.floor()],
  }
  for (const name of [
    'abs',
    'sign',
    'exp',
    'expm1',
    'log',
    'log2',
    'log10',
    'log1p',
    'sqrt',
    'rsqrt',
    'sin',
    'cos',
    'tan',
    'sigmoid',
    'erf',
    'ceil',
    'round',
    'trunc',
  ] as const) {
    FORMS[`${name}_`] = [t => t[`${name}_`](), t => t[name]()]
  }
  for (const [name, [inPlace, ordinary]] of Object.entries(FORMS)) {
    test(`${name} changes the tensor and returns it`, () => {
      const t = x()
      const { version } = t.storage
      expect(inPlace(t)).toBe(t)
      expect(bits(t)).toBe(bits(ordinary(x())))
      expect(t.storage.version).toBe(version + 1)
    })
  }

  test('fill_, zero_ and copy_', () => {
    expect(x().fill_(2.5).tolist()).toEqual([
      [2.5, 2.5],
      [2.5, 2.5],
    ])
    expect(
      x()
        .fill_(tensorOf([7], []))
        .tolist(),
    ).toEqual([
      [7, 7],
      [7, 7],
    ])
    expect(x().zero_().tolist()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(
      x()
        .copy_(tensorOf([1, 2]))
        .tolist(),
    ).toEqual([
      [1, 2],
      [1, 2],
    ])
    // any dtype may be copied to any, as by a cast
    expect(
      x()
        .long()
        .copy_(tensorOf([1.9, -2.9]))
        .tolist()
        .toString(),
    ).toBe('1,-2,1,-2')
    expect(x().bool().fill_(3).tolist()).toEqual([
      [true, true],
      [true, true],
    ])
    expect(() => x().fill_(tensorOf([1, 2]))).toThrow(
      'fill_ only supports 0-dimension value tensor but got tensor with 1 dimensions.',
    )
    expect(() => x().char().fill_(300)).toThrow('value cannot be converted to type int8_t without overflow')
    expect(() => x().fill_({ re: 1, im: 1 })).toThrow('value cannot be converted to type float without overflow')
    expect(() => x().char().fill_(-128.9)).toThrow('value cannot be converted to type int8_t without overflow')
    expect(x().char().fill_(-127.9).tolist()).toEqual([
      [-127, -127],
      [-127, -127],
    ])
  })

  test('relu_ and leakyRelu_ need no second tensor, in any layout and dtype', () => {
    for (const dtype of ['float32', 'float64', 'float16', 'bfloat16'] as const) {
      const values = () =>
        tensorOf(
          Array.from({ length: 24 }, (_, i) => i - 11.5),
          [2, 3, 4],
          dtype,
        )
      const [base, other] = [values(), values()]
      const { data } = base.storage
      base.permute(2, 0, 1).select(1, 1).relu_()
      base.select(0, 0).leakyRelu_(0.5)
      expect(base.storage.data).toBe(data)
      expect(base.tolist()).toEqual([other.select(0, 0).leakyRelu(0.5).tolist(), other.select(0, 1).relu().tolist()])
    }
  })

  test('a view writes through to its base', () => {
    const base = allocate([3, 4], 'float32')
    base.narrow(1, 1, 2).add_(5)
    base.t().select(0, 3).fill_(2)
    expect(base.tolist()).toEqual([
      [0, 5, 5, 2],
      [0, 5, 5, 2],
      [0, 5, 5, 2],
    ])
  })

  test('the dtype of the result must fit', () => {
    const cases: [DType, (t: Tensor) => unknown, string][] = [
      ['int64', t => t.add_(1.5), "result type Float can't be cast to the desired output type Long"],
      ['int64', t => t.mul_(tensorOf([1.5])), "result type Double can't be cast to the desired output type Long"],
      ['int64', t => t.div_(2), "result type Float can't be cast to the desired output type Long"],
      ['int32', t => t.sqrt_(), "result type Float can't be cast to the desired output type Int"],
      ['bool', t => t.add_(1), "result type Long can't be cast to the desired output type Bool"],
      [
        'float32',
        t => t.mul_({ re: 0, im: 1 }),
        "result type ComplexFloat can't be cast to the desired output type Float",
      ],
    ]
    for (const [dtype, f, message] of cases) expect(() => f(tensorOf([1, 2], [2], dtype))).toThrow(message)
    // narrower ones of the same kind are allowed
    expect(
      tensorOf([100, 27], [2], 'int8')
        .add_(tensorOf([1, 101], [2], 'int64'))
        .tolist(),
    ).toEqual([101, -128])
    expect(tensorOf([1, 2], [2], 'float32').add_(tensorOf([0.5, 0.25])).dtype).toBe('float32')
  })

  test('the shape of the result must be the tensor’s', () => {
    expect(() => tensorOf([1, 2, 3]).add_(allocate([2, 3], 'float64'))).toThrow(
      "output with shape [3] doesn't match the broadcast shape [2, 3]",
    )
    expect(() => allocate([3], 'float32').copy_(allocate([2, 3], 'float32'))).toThrow(
      "output with shape [3] doesn't match the broadcast shape [2, 3]",
    )
  })

  test('expanded tensors are refused, except where all elements become the same', () => {
    const message = 'more than one element of the written-to tensor refers to a single memory location'
    const expanded = () => tensorOf([1], [1]).expand(3)
    expect(() => expanded().add_(1)).toThrow(message)
    expect(() => expanded().copy_(tensorOf([1, 2, 3]))).toThrow(message)
    expect(() => expanded().relu_()).toThrow(message)
    expect(expanded().fill_(4).tolist()).toEqual([4, 4, 4])
    expect(expanded().zero_().tolist()).toEqual([0, 0, 0])
  })

  test('memory that is read and written at once is read first', () => {
    const values = () => tensorOf([1, 2, 3, 4, 5])
    const a = values()
    a.narrow(0, 1, 4).copy_(a.narrow(0, 0, 4))
    expect(a.tolist()).toEqual([1, 1, 2, 3, 4])
    const b = values()
    b.narrow(0, 0, 4).copy_(b.narrow(0, 1, 4))
    expect(b.tolist()).toEqual([2, 3, 4, 5, 5])
    const c = values()
    c.narrow(0, 1, 4).add_(c.narrow(0, 0, 4))
    expect(c.tolist()).toEqual([1, 3, 5, 7, 9])
    const square = tensorOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3])
    square.add_(square.t())
    expect(square.tolist()).toEqual([
      [2, 6, 10],
      [6, 10, 14],
      [10, 14, 18],
    ])
    square.copy_(square.flip(0).t())
    expect(square.tolist()).toEqual([
      [10, 6, 2],
      [14, 10, 6],
      [18, 14, 10],
    ])
  })
})

describe('in place on the tape', () => {
  const LEAF = 'a leaf Variable that requires grad is being used in an in-place operation.'

  test('leaves that require a gradient are refused, without recording they are not', () => {
    const w = leaf(1, 2)
    for (const f of [
      () => w.add_(1),
      () => w.fill_(1),
      () => w.zero_(),
      () => w.copy_(tensorOf([3, 4])),
      () => w.relu_(),
    ]) {
      expect(f).toThrow(LEAF)
    }
    expect(() => w.view(2, 1).mul_(2)).toThrow(
      `a view of a leaf Variable that requires grad is being used in an in-place operation.`,
    )
    expect(w.tolist()).toEqual([1, 2])
    noGrad(() => w.sub_(tensorOf([0.5, 0.5])))
    expect(w.tolist()).toEqual([0.5, 1.5])
    expect([w.isLeaf, w.requiresGrad]).toEqual([true, true])
    w.mul(2).sum().backward()
    expect(w.grad!.tolist()).toEqual([2, 2])
  })

  test('gradients go through, with the values from before the change', () => {
    const x = leaf(1, 2, 3)
    const y = x.mul(2)
    y.mul_(y.detach().clone()).add_(x)
    expect(y.gradFn!.name).toBe('AddBackward0')
    y.sum().backward()
    expect(x.grad!.tolist()).toEqual([5, 9, 13])

    // the factor needs the tensor's old elements
    const [a, b] = [leaf(1, 2, 3), leaf(4, 5, 6)]
    const z = a.mul(1)
    z.mul_(b).mul_(b)
    z.sum().backward()
    expect(a.grad!.tolist()).toEqual([16, 25, 36])
    expect(b.grad!.tolist()).toEqual([8, 20, 36])
  })

  test('a tensor multiplied by itself', () => {
    const x = leaf(1, 2, 3)
    const y = x.mul(1)
    y.mul_(y)
    y.sum().backward()
    expect(x.grad!.tolist()).toEqual([2, 4, 6])
  })

  test('what another node saved may not be changed', () => {
    const x = leaf(1, 2)
    const y = x.mul(3)
    const z = y.square()
    y.add_(1)
    expect(() => z.sum().backward()).toThrow(
      'one of the variables needed for gradient computation has been modified by an inplace operation',
    )
  })

  test('what no node needs may be changed', () => {
    const [x, w] = [tensorOf([1, 2]), leaf(3, 4)]
    const y = w.mul(5).add(x)
    x.add_(1)
    const scaled = w.mul(2)
    const out = scaled.mul(3)
    scaled.add_(1)
    out.add(y).sum().backward()
    expect(w.grad!.tolist()).toEqual([11, 11])
  })

  test('copy_, fill_ and zero_ cut off what was there', () => {
    const [x, w] = [leaf(1, 2), leaf(3, 4)]
    const y = x.mul(2)
    y.copy_(w)
    expect(y.gradFn!.name).toBe('CopyBackwards')
    y.mul(x).sum().backward()
    expect(x.grad!.tolist()).toEqual([3, 4])
    expect(w.grad!.tolist()).toEqual([1, 2])

    const z = x.mul(2)
    z.fill_(1)
    expect(z.requiresGrad).toBe(true)
    z.sum().backward()
    expect(x.grad!.tolist()).toEqual([3, 4])

    const buffer = allocate([2, 2], 'float64')
    buffer.copy_(w)
    buffer.sum().backward()
    expect(w.grad!.tolist()).toEqual([3, 4])
  })

  test('a fresh tensor gets onto the tape', () => {
    const w = leaf(3, 4)
    const x = tensorOf([1, 2])
    x.mul_(w)
    expect([x.requiresGrad, x.isLeaf]).toEqual([true, false])
    x.sum().backward()
    expect(w.grad!.tolist()).toEqual([1, 2])
  })

  test('writing through one view writes to the other ones', () => {
    const w = leaf(3, 4)
    const buffer = allocate([3, 2], 'float64')
    const other = buffer.view(6)
    buffer.select(0, 0).copy_(w)
    expect(noGrad(() => buffer.sum().item())).toBe(7)
    buffer.sum().add(other.sum()).backward()
    expect(w.grad!.tolist()).toEqual([2, 2])
  })

  test('through complex and real views of one memory, too', () => {
    const z = tensorOf([1, 2, 3, 4], [2, 2]).viewAsComplex()
    const parts = z.viewAsReal()
    const { version } = z.storage
    parts.mul_(2)
    expect(z.storage.version).toBe(version + 1)
    parts.select(1, 0).mul_(leaf(1, 1))
    expect(() => z.abs()).toThrow("this tensor's gradient is not known")
  })
})
