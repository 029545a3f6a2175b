/** Copies between layouts and dtypes: each element is where its indices say, as the dtype it goes to. */
import { describe, expect, test } from 'vitest'
import { type DType, fromTypedArray, type Tensor, tensor } from '../../src/index.js'
import { decodeBFloat16, decodeFloat16, encodeBFloat16, encodeFloat16 } from '../../src/tensor/half.js'
import { numelOf } from '../../src/tensor/layout.js'
import { generator } from '../property/support/numbers.js'

/** The element at these indices, read one by one. */
const at = ({ storage, offset, strides }: Tensor, indices: readonly number[]) =>
  storage.data[indices.reduce((place, index, dim) => place + index * strides[dim]!, offset)]

function* indicesOf(shape: readonly number[]): Generator<number[]> {
  for (let i = 0; i < numelOf(shape); i++) {
    const indices: number[] = []
    let rest = i
    for (const size of [...shape].reverse()) {
      indices.unshift(rest % size)
      rest = Math.floor(rest / size)
    }
    yield indices
  }
}

function expectCopy(copy: Tensor, source: Tensor): void {
  expect(copy.shape).toEqual(source.shape)
  expect(copy.storage.isSameMemory(source.storage)).toBe(false)
  const wrong = [...indicesOf(source.shape)].filter(indices => !Object.is(at(copy, indices), at(source, indices)))
  expect(wrong).toEqual([])
}

const counted = (shape: readonly number[], dtype: DType) =>
  tensor(Array.from({ length: numelOf(shape) }, (_, i) => i % 120))
    .to(dtype)
    .reshape([...shape])

for (const dtype of ['float32', 'float64', 'int64', 'int32', 'uint8', 'float16'] as const) {
  test(`permuted and sliced, ${dtype}`, () => {
    for (const [shape, orders] of [
      [[5, 7], [[1, 0]]],
      [[33, 65], [[1, 0]]],
      [[16, 8], [[1, 0]]],
      [
        [2, 19, 5, 9],
        [
          [0, 2, 3, 1],
          [3, 2, 1, 0],
          [1, 0, 3, 2],
          [0, 1, 3, 2],
        ],
      ],
      [
        [3, 17, 20],
        [
          [2, 1, 0],
          [1, 2, 0],
          [0, 2, 1],
        ],
      ],
    ] as const) {
      const x = counted(shape, dtype)
      for (const order of orders) {
        const seen = x.permute(...order)
        expectCopy(seen.contiguous(), seen)
        const part = seen.slice(0, 1).slice(-1, 0, undefined, 2)
        expectCopy(part.clone({ memoryFormat: 'contiguous' }), part)
        // from contiguous memory into permuted memory
        const target = counted(shape, dtype)
          .zero_()
          .permute(...order)
        const source = counted(target.shape, dtype)
        target.copy_(source)
        expectCopy(target, source)
        const spread = x.unsqueeze(1).expand(shape[0], 3, ...shape.slice(1))
        expectCopy(spread.contiguous(), spread)
      }
    }
  })
}

test('channels_last and back', () => {
  for (const shape of [
    [2, 3, 5, 7],
    [1, 64, 9, 9],
    [2, 40, 1, 30],
    [3, 1, 8, 8],
    [1, 17, 33, 1],
  ] as const) {
    const x = counted(shape, 'float32')
    const last = x.contiguous({ memoryFormat: 'channels_last' })
    for (const [copy, source] of [
      [x.clone({ memoryFormat: 'channels_last' }), x],
      [last.clone({ memoryFormat: 'contiguous' }), last],
      [last.clone(), last],
    ] as const)
      expectCopy(copy, source)
  }
})

test('between dtypes', () => {
  const values = [0, -0, 1.5, -1.5, 3e9, -3e9, 1e300, 1e-300, 0.1, Number.NaN, Number.POSITIVE_INFINITY, -300.7]
  const long = Array.from({ length: 100 }, (_, i) => values[i % values.length]!)
  for (const list of [values, long]) {
    const x = tensor(list, { dtype: 'float64' })
    expect(Array.from(x.to('float32').dataSync() as Float32Array)).toEqual(list.map(Math.fround))
    expect(Array.from(x.to('float32').to('float64').dataSync() as Float64Array)).toEqual(list.map(Math.fround))
    const finite = tensor(
      list.map(value => (Math.abs(value) < 2 ** 31 ? value : 7)),
      { dtype: 'float64' },
    )
    const whole = (finite.tolist() as number[]).map(value => Math.trunc(value) + 0)
    expect(finite.to('int32').tolist()).toEqual(whole)
    expect(finite.to('int32').to('float32').tolist()).toEqual(whole)
    expect(finite.to('int64').to('float32').tolist()).toEqual(whole)
    expect(x.to('bool').tolist()).toEqual(list.map(value => value !== 0))
    expect(x.to('bool').to('float32').tolist()).toEqual(list.map(value => Number(value !== 0)))
  }
})

describe.each([
  ['float16', encodeFloat16, decodeFloat16],
  ['bfloat16', encodeBFloat16, decodeBFloat16],
] as const)('%s', (dtype, encode, decode) => {
  const halves = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)
  const floatOf = (word: number) => new Float32Array(Uint32Array.of(word).buffer)[0]!

  test('a run from float32 has the nearest halves', () => {
    // each float32 that a half can be, those beside it, and those beside the middle to the next half; and random ones
    const next = generator(5)
    const words = [...halves].flatMap(bits => {
      const word = new Uint32Array(Float32Array.of(decode(bits)).buffer)[0]!
      const step = dtype === 'float16' ? 2 ** 12 : 2 ** 15
      return [0, step].flatMap(far => [-1, 0, 1].map(near => (word + far + near) >>> 0))
    })
    for (let i = 0; i < 100_000; i++) words.push(Math.floor(next() * 2 ** 32))
    const floats = Float32Array.from(words, floatOf)
    const encoded = fromTypedArray(floats).to(dtype).storage.data
    const wrong = [...floats.keys()].filter(i => encoded[i] !== encode(floats[i]!))
    expect(wrong.slice(0, 5).map(i => [floats[i], encoded[i], encode(floats[i]!)])).toEqual([])
  })

  test('a run to float32 has their values', () => {
    const decoded = fromTypedArray(halves, { dtype }).to('float32').storage.data
    expect([...halves].filter(bits => !Object.is(decoded[bits], decode(bits)))).toEqual([])
  })

  test('columns are converted in their places', () => {
    const x = counted([6, 7], 'float32').slice(1, 1, 6, 2)
    expect(x.to(dtype).tolist()).toEqual(x.tolist())
    const y = counted([6, 7], dtype).slice(1, 1, 6, 2)
    expect(y.to('float32').tolist()).toEqual(y.tolist())
  })
})
