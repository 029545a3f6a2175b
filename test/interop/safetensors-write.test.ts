import { describe, expect, test } from 'vitest'
import {
  encodeSafetensors,
  parseHeader,
  parseSafetensors,
  type RawTensor,
  serializeSafetensors,
} from '../../src/interop/safetensors/index.js'
import { everyDType, expectRefusal, rawBytes } from './support.js'

const u8 = (...data: number[]): RawTensor => ({ dtype: 'uint8', shape: [data.length], data: Uint8Array.from(data) })
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('round trips', () => {
  test('every dtype, bit for bit, as views', () => {
    const bytes = encodeSafetensors(everyDType, { format: 'pt' })
    const { metadata, tensors } = parseSafetensors(bytes)
    expect({ ...metadata }).toEqual({ format: 'pt' })
    expect(tensors.size).toBe(Object.keys(everyDType).length)
    for (const [name, { dtype, shape, data }] of Object.entries(everyDType)) {
      const read = tensors.get(name)!
      expect(read).toMatchObject({ dtype, shape })
      expect(read.data.constructor).toBe(data.constructor)
      expect(rawBytes(read)).toEqual(new Uint8Array(data.buffer))
      expect(read.data.buffer, `${name} is aligned`).toBe(bytes.buffer)
    }
  })

  test('scalars, sizes of zero, names of all kinds, part of a larger array', () => {
    const tensors = new Map<string, RawTensor>([
      ['', { dtype: 'int64', shape: [], data: BigInt64Array.of(5n) }],
      ['__proto__', { dtype: 'float32', shape: [0, 3], data: new Float32Array() }],
      ['quote " backslash \\ newline \n \u2028 \u{1f600}', u8(1, 2)],
      ['__metadata__ ', { dtype: 'int16', shape: [2], data: Int16Array.of(1, 2, 3, 4).subarray(1, 3) }],
    ])
    const metadata: Record<string, string> = JSON.parse('{"__proto__":"\\u0000"}')
    const read = parseSafetensors(encodeSafetensors(tensors, metadata)).tensors
    expect(read.size).toBe(tensors.size)
    for (const [name, tensor] of tensors) expect(read.get(name)).toEqual(tensor)
  })

  test('what is read can be written again, to the same bytes', () => {
    const bytes = encodeSafetensors(everyDType, { a: 'b' })
    const { tensors, metadata } = parseSafetensors(bytes)
    expect(encodeSafetensors(tensors, metadata)).toEqual(bytes)
  })

  test('the chunks are the same bytes, in bounded pieces without copies', () => {
    const big: RawTensor = { dtype: 'uint8', shape: [5, 2 ** 23 + 1], data: new Uint8Array(5 * (2 ** 23 + 1)).fill(3) }
    const chunks = [...serializeSafetensors({ big, small: u8(1) })]
    expect(chunks.map(({ length }) => length).slice(1)).toEqual([2 ** 24, 2 ** 24, 2 ** 23 + 5, 1])
    expect(chunks[1]!.buffer).toBe(big.data.buffer)
    expect(Buffer.concat(chunks).equals(encodeSafetensors({ big, small: u8(1) }))).toBe(true)
  })
})

describe('the layout of the reference implementation', () => {
  test('the bytes', () => {
    const data = Float32Array.of(0, 1, 2, 3, 4, 5)
    const bytes = encodeSafetensors({ attn0: { dtype: 'float32', shape: [1, 1, 2, 3], data } })
    const header = '{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       '
    expect([...bytes.subarray(0, 8)]).toEqual([72, 0, 0, 0, 0, 0, 0, 0])
    expect(text(bytes.subarray(8, 80))).toBe(header)
    expect(bytes.subarray(80)).toEqual(new Uint8Array(data.buffer))
    expect(text(encodeSafetensors({}).subarray(8))).toBe('{}      ')
    expect(text(encodeSafetensors({}, {}).subarray(8))).toBe('{"__metadata__":{}}     ')
  })

  test('sorted by dtype, widest first, then by name in the order of UTF-8', () => {
    const order = [...parseHeader(encodeSafetensors(everyDType)).entries.values()].map(({ dtype }) => dtype)
    expect(order).toEqual(['I64', 'F64', 'C64', 'F32', 'I32', 'BF16', 'F16', 'I16', 'I8', 'U8', 'BOOL'])
    const names = ['b', '\u{1f600}', '\uffee', 'a10', 'a', '\u{1f601}', 'é', 'a9']
    const written = parseHeader(encodeSafetensors(names.map((name): [string, RawTensor] => [name, u8(1)]))).entries
    const utf8 = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect([...written.keys()]).toEqual(utf8)
  })
})

describe('what cannot be written is refused before a byte comes out', () => {
  const wrong = (tensor: object) => () => serializeSafetensors({ w: { ...u8(1, 2), ...tensor } as RawTensor })

  test('names', () => {
    expectRefusal(() => serializeSafetensors({ ['__metadata__']: u8(1) }), 'name', '__metadata__')
    const twice: [string, RawTensor][] = [
      ['a', u8(1)],
      ['a', u8(1)],
    ]
    expectRefusal(() => serializeSafetensors(twice), 'name', 'a')
    expectRefusal(() => serializeSafetensors({ '\ud800': u8(1) }), 'name', '\ud800')
  })

  test('metadata', () => {
    expectRefusal(() => serializeSafetensors({}, { n: 3 } as unknown as Record<string, string>), '__metadata__')
    expectRefusal(() => serializeSafetensors({}, { n: '\udc00' }), '__metadata__')
    expectRefusal(() => serializeSafetensors({}, { n: 'x'.repeat(100_000_000) }), 'header')
  })

  test('dtypes', () => {
    const complex: RawTensor = { dtype: 'complex128', shape: [1], data: new Float64Array(2) }
    const { message } = expectRefusal(() => serializeSafetensors({ complex }), 'dtype', 'complex')
    expect(message).toContain('store it as float64 with a last dimension of 2')
    expectRefusal(wrong({ dtype: 'float' }), 'dtype', 'w')
  })

  test('shapes and data', () => {
    expectRefusal(wrong({ shape: [3] }), 'data', 'w')
    expectRefusal(wrong({ shape: [-2] }), 'shape', 'w')
    expectRefusal(wrong({ shape: [2.5] }), 'shape', 'w')
    expectRefusal(wrong({ shape: [...Array<number>(64).fill(1), 2] }), 'shape', 'w')
    expectRefusal(wrong({ shape: [2 ** 40, 2 ** 40] }), 'shape', 'w')
    expectRefusal(wrong({ dtype: 'bool' }), 'data', 'w')
    const { message } = expectRefusal(wrong({ data: Int8Array.of(1, 2) }), 'data', 'w')
    expect(message).toContain('is Int8Array(2); expected Uint8Array(2) for uint8 of shape [2]')
    expectRefusal(wrong({ dtype: 'complex64', data: new Float32Array(2) }), 'data', 'w')
  })

  test('memory that is given away while the file is being written', () => {
    const data = Uint8Array.of(1, 2)
    const chunks = serializeSafetensors({ w: { dtype: 'uint8', shape: [2], data } })
    chunks.next()
    structuredClone(data.buffer, { transfer: [data.buffer] })
    expectRefusal(() => chunks.next(), 'data', 'w')
  })
})
