import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseHeader, parseSafetensors } from '../../src/interop/safetensors/index.js'
import { entry, file } from './support.js'

const model = new Uint8Array(readFileSync(new URL('../../models/upconv7-scale2x.safetensors', import.meta.url)))

/** The value of the 16 bits of a half float. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

describe('the upscaling model', () => {
  const { metadata, tensors } = parseSafetensors(model)

  test('names, dtypes and shapes', () => {
    expect(metadata['architecture']).toBe('upconv_7')
    expect([...tensors.keys()].sort()).toEqual(
      [0, 2, 4, 6, 8, 10, 12].flatMap(n => [`${n}.bias`, `${n}.weight`]).sort(),
    )
    expect(tensors.get('0.weight')).toMatchObject({ dtype: 'float16', shape: [16, 3, 3, 3] })
    expect(tensors.get('12.weight')).toMatchObject({ dtype: 'float16', shape: [256, 3, 4, 4] })
    expect(tensors.get('12.bias')).toMatchObject({ dtype: 'float32', shape: [3] })
  })

  test('values: what NumPy reads from the same file', () => {
    const bias = tensors.get('0.bias')!.data as Float32Array
    expect([...bias.subarray(0, 3)]).toEqual([0.2729666233062744, 0.15002508461475372, 0.09694544970989227])
    const weight = tensors.get('0.weight')!.data as Uint16Array
    expect([...weight.subarray(0, 3)].map(half)).toEqual([0.021026611328125, 0.0928955078125, 0.035980224609375])
    const last = tensors.get('12.weight')!.data as Uint16Array
    expect(half(last[last.length - 1]!)).toBe(0.002986907958984375)
  })

  test('no copy is made', () => {
    for (const { data } of tensors.values()) expect(data.buffer).toBe(model.buffer)
  })
})

describe('alignment', () => {
  // the header has 8 + 62 bytes, so nothing behind it is aligned to 4
  const header = { a: entry(0, 1), b: entry(1, 9, [2], 'F32') }
  const data = [7, ...new Uint8Array(Float32Array.of(1.5, -2).buffer)]

  test('an unaligned tensor is copied, with the same values', () => {
    const bytes = file(header, data)
    const { tensors } = parseSafetensors(bytes)
    expect(tensors.get('a')!.data.buffer).toBe(bytes.buffer)
    expect(tensors.get('b')!.data).toEqual(Float32Array.of(1.5, -2))
    expect(tensors.get('b')!.data.buffer).not.toBe(bytes.buffer)
  })

  test('files anywhere in a larger buffer, as a Uint8Array, a Buffer or an ArrayBuffer', () => {
    const bytes = file(header, data)
    for (let shift = 0; shift < 8; shift++) {
      const room = Buffer.alloc(bytes.length + 8, 0xee)
      room.set(bytes, shift)
      const { tensors } = parseSafetensors(room.subarray(shift, shift + bytes.length))
      expect(tensors.get('b')!.data).toEqual(Float32Array.of(1.5, -2))
      // what is not a view must be a copy: Buffer's own slice() would not make one
      room.fill(0)
      const isView = tensors.get('b')!.data.buffer === room.buffer
      expect(tensors.get('b')!.data).toEqual(isView ? new Float32Array(2) : Float32Array.of(1.5, -2))
    }
    expect(parseSafetensors(bytes.buffer).tensors.get('a')!.data).toEqual(Uint8Array.of(7))
  })

  test('shared memory', () => {
    const bytes = file(header, data)
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    expect(parseSafetensors(shared).tensors.get('b')!.data).toEqual(Float32Array.of(1.5, -2))
  })
})

describe('what the format allows', () => {
  test('an empty file of 10 bytes, and one with metadata only', () => {
    expect(parseSafetensors(file('{}')).tensors.size).toBe(0)
    const { metadata, tensors } = parseSafetensors(file({ __metadata__: { format: 'pt' } }))
    expect({ ...metadata }).toEqual({ format: 'pt' })
    expect(tensors.size).toBe(0)
  })

  test('scalars and sizes of zero', () => {
    const header = {
      none: entry(4, 4, [2, 0, 3], 'F32'),
      scalar: entry(0, 4, [], 'F32'),
      nothing: entry(0, 0, [0], 'I64'),
      end: entry(4, 4, [0], 'C64'),
    }
    const { tensors } = parseSafetensors(file(header, [0, 0, 0x80, 0x3f]))
    expect([...tensors.keys()]).toEqual(['none', 'scalar', 'nothing', 'end'])
    expect(tensors.get('none')).toEqual({ dtype: 'float32', shape: [2, 0, 3], data: new Float32Array() })
    expect(tensors.get('scalar')).toEqual({ dtype: 'float32', shape: [], data: Float32Array.of(1) })
    expect(tensors.get('nothing')).toEqual({ dtype: 'int64', shape: [0], data: new BigInt64Array() })
    expect(tensors.get('end')).toEqual({ dtype: 'complex64', shape: [0], data: new Float32Array() })
  })

  test('entries in any order, white space, escapes, unknown fields, padding', () => {
    const header =
      ` { "b" : {"data_offsets":[ 1 , 2 ], "later": [{"x": [-1.5e3, true, null, "\\n"]}], "shape":[1],"dtype":"U8"},
      "\\u0061\\ud83d\\ude00" :\t{"dtype":"U8","shape":[1],"data_offsets":[0,1]} }  \n `.trimStart()
    const { tensors } = parseSafetensors(file(header, [3, 4]))
    expect([...tensors].map(([name, { data }]) => [name, data[0]])).toEqual([
      ['b', 4],
      ['a\u{1f600}', 3],
    ])
  })

  test('names that are special in JavaScript', () => {
    const text =
      '{"__metadata__":{"__proto__":"x","constructor":"y"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},' +
      '"toString":{"dtype":"U8","shape":[1],"data_offsets":[1,2],"__proto__":1},"":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}'
    const { metadata, tensors } = parseSafetensors(file(text, [3, 4]))
    expect([...tensors.keys()]).toEqual(['__proto__', 'toString', ''])
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.getPrototypeOf(metadata)).toBe(null)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('a dtype without a counterpart here is refused only when its tensor is read', () => {
    const bytes = file({ w: entry(0, 1, [2], 'F4'), q: entry(1, 5, [1], 'U32'), b: entry(5, 6) }, [1, 2, 3, 4, 5, 6])
    expect([...parseHeader(bytes).entries.values()].map(({ dtype }) => dtype)).toEqual(['F4', 'U32', 'U8'])
    expect(() => parseSafetensors(bytes)).toThrow(
      'dtype of tensor "w" is F4; expected one that can be loaded here: BOOL, U8',
    )
  })
})

test('what is not bytes at all', () => {
  expect(() => parseSafetensors('model.safetensors' as unknown as Uint8Array)).toThrow(TypeError)
  expect(() => parseSafetensors(null as unknown as Uint8Array)).toThrow('but got [object Null]')
})

describe('the golden files', () => {
  const golden = (name: string) => readFileSync(new URL(`../golden/data/${name}`, import.meta.url))

  test('every case of the conv set has its output, in the shape that the case states', () => {
    interface Case {
      id: string
      dtype: string
      out_shape: number[]
    }
    const { cases } = JSON.parse(golden('conv-dev.json').toString()) as { cases: Case[] }
    const { tensors } = parseSafetensors(golden('conv-dev.safetensors'))
    expect(cases.length).toBe(510)
    for (const { id, dtype, out_shape } of cases) {
      // complex tensors are stored there as real ones with a last dimension of 2
      const parts = dtype.startsWith('complex') ? [2] : []
      const { shape } = tensors.get(`${id}.output`)!
      expect(shape, id).toEqual([...out_shape, ...parts])
    }
  })

  test('the other sets', () => {
    const draws = parseSafetensors(golden('rng-dev.safetensors')).tensors
    // torch.manual_seed(0); torch.rand(1, dtype=torch.float64)
    expect(draws.get('0:rand(10, float64)')!.data[0]).toBe(0.9700530018065531)
    const training = parseSafetensors(golden('train-dev.safetensors')).tensors
    expect(training.get('targets')).toMatchObject({ dtype: 'int64', shape: [12, 8] })
    expect(training.get('initial.features.1.num_batches_tracked')).toEqual({
      dtype: 'int64',
      shape: [],
      data: BigInt64Array.of(0n),
    })
  })
})
