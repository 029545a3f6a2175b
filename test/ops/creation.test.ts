import { describe, expect, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import { fromTypedArray, tensor } from '../../src/ops/creation/fromData.js'
import { arange, empty, eye, full, linspace, ones, zeros } from '../../src/ops/creation/fromSizes.js'
import { emptyLike, fullLike, onesLike, randLike, zerosLike } from '../../src/ops/creation/like.js'
import { bernoulli, rand, randint, randn, randperm } from '../../src/ops/creation/random.js'
import { Generator, manualSeed } from '../../src/tensor/random/generator.js'

describe('tensor()', () => {
  test('infers the dtype of plain values', () => {
    expect(tensor(1).dtype).toBe('float32')
    expect(tensor([1, 2]).dtype).toBe('float32')
    expect(tensor([true, false]).dtype).toBe('bool')
    expect(tensor([1n, 2n]).dtype).toBe('int64')
    expect(tensor([{ re: 1, im: 2 }]).dtype).toBe('complex64')
    expect(tensor([true, 1]).dtype).toBe('float32')
    expect(tensor([true, 1n]).dtype).toBe('int64')
    expect(tensor([1n, 2.5]).dtype).toBe('float32')
    expect(tensor([1, { re: 0, im: 2 }]).tolist()).toEqual([
      { re: 1, im: 0 },
      { re: 0, im: 2 },
    ])
    expect(tensor([]).dtype).toBe('float32')
  })

  test('takes nested arrays of any depth', () => {
    const x = tensor([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    expect(x.shape).toEqual([1, 2, 3])
    expect(x.tolist()).toEqual([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(tensor(2.5).shape).toEqual([])
  })

  test('converts to the dtype asked for', () => {
    expect(tensor([1.7, -1.7], { dtype: 'int8' }).tolist()).toEqual([1, -1])
    expect(tensor([2n ** 62n + 1n], { dtype: 'int64' }).dataSync()).toEqual(new BigInt64Array([2n ** 62n + 1n]))
    expect(tensor([1, true, 3n], { dtype: 'int64' }).tolist()).toEqual([1, 1, 3])
    expect(tensor([0, 2, -1], { dtype: 'bool' }).tolist()).toEqual([false, true, true])
    expect(tensor([1, 0.1], { dtype: 'float16' }).dataSync()).toEqual(new Uint16Array([0x3c00, 0x2e66]))
    expect(tensor(1e300).item()).toBe(Number.POSITIVE_INFINITY)
  })

  test.each([
    [[[1, 2], [3]], 'expected sequence of length 2 at dim 1 (got 1)'],
    [
      [
        [1, 2],
        [3, 4, 5],
      ],
      'expected sequence of length 2 at dim 1 (got 3)',
    ],
    [[[[1], [2]], [[3]]], 'expected sequence of length 2 at dim 1 (got 1)'],
    [[1, [2]], 'expected a number at dim 1, but got a sequence of length 1'],
    [[[1], 2], 'not a sequence: expected one of length 1 at dim 1, but got number 2'],
    ['a', 'Could not infer dtype of string a'],
    [[null], 'Could not infer dtype of null'],
  ])('refuses %j', (data, message) => {
    expect(() => tensor(data as never)).toThrow(message)
  })

  test.each([
    [300, 'uint8'],
    [128, 'int8'],
    [1e10, 'int32'],
    [Number.NaN, 'int32'],
    [2n ** 63n, 'int64'],
    [{ re: 1, im: 2 }, 'float32'],
  ] as const)('refuses %s as %s', (value, dtype) => {
    expect(() => tensor(value, { dtype })).toThrow('without overflow')
  })

  test('copies typed arrays, by their own dtype', () => {
    const data = new Float64Array([1, 2, 3, 4, 5, 6])
    const x = tensor(data, { shape: [2, 3] })
    data[0] = 9
    expect([x.dtype, x.tolist()]).toEqual([
      'float64',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    for (const [array, dtype] of [
      [new Float32Array(2), 'float32'],
      [new Int8Array(2), 'int8'],
      [new Int16Array(2), 'int16'],
      [new Int32Array(2), 'int32'],
      [new BigInt64Array(2), 'int64'],
      [new Uint8Array(2), 'uint8'],
    ] as const) {
      expect(tensor(array).dtype).toBe(dtype)
    }
    expect(tensor(new Int32Array([1, -2]), { dtype: 'float64' }).tolist()).toEqual([1, -2])
    expect(tensor(new Uint8Array([0, 7]), { dtype: 'bool' }).dataSync()).toEqual(new Uint8Array([0, 1]))
    expect(tensor(new BigInt64Array([5n]), { dtype: 'float32' }).item()).toBe(5)
  })

  test('takes bit patterns and interleaved complex numbers', () => {
    expect(tensor(new Uint16Array([0x3c00, 0xc000]), { dtype: 'float16' }).tolist()).toEqual([1, -2])
    expect(tensor(new Uint16Array([0x3f80]), { dtype: 'bfloat16' }).tolist()).toEqual([1])
    expect(() => tensor(new Uint16Array(2))).toThrow('bit patterns')
    expect(() => tensor(new Uint16Array(2), { dtype: 'int32' })).toThrow('bit patterns')
    const z = tensor(new Float32Array([1, 2, 3, 4]), { dtype: 'complex64', shape: [2, 1] })
    expect(z.tolist()).toEqual([[{ re: 1, im: 2 }], [{ re: 3, im: 4 }]])
    expect(tensor(new Float64Array([1, 2]), { dtype: 'complex64' }).tolist()).toEqual([{ re: 1, im: 2 }])
    expect(() => tensor(new Float32Array(3), { dtype: 'complex64' })).toThrow('odd number of entries: 3')
    expect(() => tensor(new Int32Array(4), { dtype: 'complex64' })).toThrow('Float32Array or Float64Array')
  })

  test('copies tensors', () => {
    const x = arange(6).view(2, 3).t()
    const copy = tensor(x, { dtype: 'float64', requiresGrad: true })
    expect(copy.isContiguous()).toBe(true)
    expect(copy.tolist()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
    expect(copy.isLeaf && copy.requiresGrad).toBe(true)
    expect(() => tensor(zeros(2, { device: 'meta' }), { device: 'cpu' })).toThrow('Cannot copy out of meta tensor')
  })

  test('checks shape and options', () => {
    expect(() => tensor(new Float32Array(6), { shape: [4] })).toThrow("shape '[4]' is invalid for input of size 6")
    expect(() => tensor([1, 2], { shape: [2] })).toThrow("'shape' goes with a typed array")
    expect(() => tensor([1], { foo: 1 } as never)).toThrow("unexpected keyword argument 'foo'")
    expect(() => tensor([1], { dtype: 'float' as never })).toThrow('dtype=float')
    expect(() => tensor([1], { device: 'cuda' as never })).toThrow('cuda')
    expect(() => tensor(new Uint32Array(2) as never)).toThrow('but got Uint32Array')
    expect(() => tensor([1n], { requiresGrad: true })).toThrow('Only Tensors of floating point')
    expect(tensor([1, 2], { device: 'meta', dtype: 'int8' }).device).toBe('meta')
  })
})

test('fromTypedArray shares memory', () => {
  const data = new Float32Array(6)
  const x = fromTypedArray(data, { shape: [2, 3] })
  x.get(1).fill_(7)
  expect(data).toEqual(new Float32Array([0, 0, 0, 7, 7, 7]))
  data[0] = 3
  expect(x.get(0, 0).item()).toBe(3)
  expect(() => fromTypedArray(new Float64Array(2), { dtype: 'float32' })).toThrow('float32 is kept in a Float32Array')
  expect(() => fromTypedArray(new Uint16Array(2))).toThrow('bit patterns')
  expect(fromTypedArray(new Uint16Array([0x4000]), { dtype: 'float16' }).item()).toBe(2)
  expect(fromTypedArray(new Float64Array(6), { dtype: 'complex128' }).shape).toEqual([3])
})

describe('sizes and options', () => {
  test('tensors of one shape may have the same lists, which nobody changes', () => {
    const sizes = [2, 3]
    const x = zeros(sizes)
    sizes[0] = 9
    expect([x.shape, zeros(2, 3).shape, x.add(1).strides]).toEqual([
      [2, 3],
      [2, 3],
      [3, 1],
    ])
    expect(() => Object.assign(x.shape, { 0: 4 })).toThrow(TypeError)
    expect(empty(2, 3, 4, 5, { memoryFormat: 'channels_last' }).strides).toEqual([60, 1, 15, 3])
    expect(empty(2, 3, 4, 5).strides).toEqual([60, 20, 5, 1])
    // -0 is no other size than 0
    expect(zeros([-0, 7]).add(1).shape).toEqual([0, 7])
    expect(zeros([0, 7]).add(1).shape).toEqual([0, 7])
  })

  test('sizes one by one or in an array, options at the end', () => {
    expect(zeros(2, 3).shape).toEqual([2, 3])
    expect(zeros([2, 3]).shape).toEqual([2, 3])
    expect(zeros(2, 3, { dtype: 'int8' }).dtype).toBe('int8')
    expect(zeros([2, 3], { dtype: 'int8' }).dtype).toBe('int8')
    expect(ones([]).shape).toEqual([])
    expect(randn(2, 3, { requiresGrad: true }).requiresGrad).toBe(true)
    expect(rand([0, 3], { dtype: 'float64' }).shape).toEqual([0, 3])
    expect(full(3, 2).shape).toEqual([3])
    expect(eye(2, { dtype: 'int32' }).dtype).toBe('int32')
    expect(arange(3, { dtype: 'float64' }).dtype).toBe('float64')
  })

  test.each([
    [() => zeros(), 'zeros() missing its sizes'],
    [() => zeros(2, 1.5), "zeros(): argument 'size' must be whole numbers, but found number 1.5 at pos 2"],
    [() => ones([2, '3' as never]), 'found string 3 at pos 2'],
    [() => randn(2, 3, { foo: 1 } as never), "randn() got an unexpected keyword argument 'foo'"],
    [() => rand(2, { memoryFormat: 'channels_last' } as never), "unexpected keyword argument 'memoryFormat'"],
    [() => zeros(2, { generator: new Generator() } as never), "unexpected keyword argument 'generator'"],
    [() => zeros(2, { requiresGrad: 1 } as never), 'requiresGrad must be true or false'],
    [() => zeros(2, { dtype: 'int32', requiresGrad: true }), 'Only Tensors of floating point'],
    [() => empty(2, 3, { memoryFormat: 'channels_last' }), 'required rank 4'],
    [() => empty(2, { memoryFormat: 'preserve' as never }), 'unsupported memory format preserve'],
    [() => full([2], 'a' as never), "full(): argument 'fillValue' must be a number, but got string a"],
    [() => arange('3' as never), 'start, end and step must be numbers'],
    [() => arange(0, Number.POSITIVE_INFINITY), 'unsupported range: 0 -> Infinity'],
    [() => arange(0, 1, Number.NaN), 'step must be nonzero'],
    [() => linspace(0, 1, 2.5), "argument 'steps' must be whole numbers"],
    [() => randint(5, 3 as never), "randint(): argument 'size' must be an array"],
    [() => randint(1.5, [2]), 'must be a safe integer'],
    [() => rand(2, { generator: 3 as never }), "argument 'generator' must be a Generator"],
    [() => zerosLike(3 as never), "argument 'input' must be Tensor"],
    [() => zerosLike(zeros(2), { generator: new Generator() } as never), "unexpected keyword argument 'generator'"],
    [() => bernoulli(tensor([0.5, 2])), 'Expected p_in >= 0 && p_in <= 1'],
    [() => bernoulli(tensor([1n, 0n])), "not implemented for 'Long'"],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('what PyTorch infers otherwise', () => {
  test('arange of whole numbers is int64', () => {
    expect(arange(5).dtype).toBe('int64')
    expect(arange(0, 1, 0.25).dtype).toBe('float32')
  })

  test('full goes by the JavaScript type', () => {
    expect([full([1], 2).dtype, full([1], 2n).dtype, full([1], true).dtype]).toEqual(['float32', 'int64', 'bool'])
    expect(full([1], { re: 1, im: 0 }).dtype).toBe('complex64')
    expect(fullLike(zeros(1, { dtype: 'int8' }), 2.5).tolist()).toEqual([2])
  })
})

describe('the meta device', () => {
  test('shapes, dtypes and strides without data, and without drawing', () => {
    const before = manualSeed(1).getState()
    for (const x of [
      zeros(2, 3, { device: 'meta' }),
      ones([2, 3], { device: 'meta' }),
      full([2, 3], 1, { device: 'meta' }),
      rand(2, 3, { device: 'meta' }),
      randn(2, 3, { device: 'meta' }),
      randLike(zeros(2, 3), { device: 'meta' }),
      onesLike(zeros(2, 3, { device: 'meta' })),
      emptyLike(zeros(2, 3), { device: 'meta' }),
    ]) {
      expect([x.device, x.shape]).toEqual(['meta', [2, 3]])
      expect(() => x.tolist()).toThrow('Cannot copy out of meta tensor; no data!')
    }
    for (const x of [eye(3, { device: 'meta' }), arange(9, { device: 'meta' }), randperm(4, { device: 'meta' })]) {
      expect(x.device).toBe('meta')
    }
    expect(zeros(2, { device: 'meta' }).uniform_().device).toBe('meta')
    expect(manualSeed(1).getState()).toEqual(before)
    // a like function goes where it is told
    expect(zerosLike(zeros(2, { device: 'meta' }), { device: 'cpu' }).tolist()).toEqual([0, 0])
  })
})

describe('random numbers', () => {
  test('come from the generator given', () => {
    const draw = (seed: number) => randn(4, { generator: new Generator(seed) }).tolist()
    manualSeed(9)
    const own = rand(3).tolist()
    manualSeed(9)
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(rand(3).tolist()).toEqual(own)
    expect(
      zeros(3)
        .uniform_(0, 1, { generator: new Generator(4) })
        .tolist(),
    ).toEqual(rand(3, { generator: new Generator(4) }).tolist())
  })

  test('bernoulli takes a probability for each element', () => {
    const p = tensor([0, 1, 0, 1, 1])
    expect(bernoulli(p).tolist()).toEqual([0, 1, 0, 1, 1])
    expect(zeros(5, { dtype: 'int8' }).bernoulli_(p).tolist()).toEqual([0, 1, 0, 1, 1])
    expect(zeros(2, 5).t().bernoulli_(p.unsqueeze(1)).tolist()).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [1, 1],
      [1, 1],
    ])
  })

  test('are written in place by the rules of writing in place', () => {
    const leaf = zeros(3, { requiresGrad: true })
    expect(() => leaf.uniform_()).toThrow('a leaf Variable that requires grad is being used in an in-place operation')
    expect(() => leaf.narrow(0, 0, 1).normal_()).toThrow('a view of a leaf Variable')
    expect(noGrad(() => leaf.uniform_(2, 3).ge(2).all().item())).toBe(true)
    expect(() => zeros(1).expand(3).random_(4)).toThrow('more than one element of the written-to tensor')
    expect(() => zeros(3).uniform_(0, 1, { seed: 3 } as never)).toThrow("unexpected keyword argument 'seed'")
    const x = ones(3, { requiresGrad: true })
    const y = x.mul(2)
    y.normal_()
    y.sum().backward()
    expect(x.grad!.tolist()).toEqual([0, 0, 0])
  })

  test('a write is noticed by what was saved for backward', () => {
    const x = ones(3, { requiresGrad: true })
    const w = ones(3)
    const y = x.mul(w)
    w.uniform_()
    expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
  })
})
