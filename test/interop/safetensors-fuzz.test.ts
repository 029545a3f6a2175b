import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeSafetensors,
  parseHeader,
  parseSafetensors,
  SafetensorsError,
} from '../../src/interop/safetensors/index.js'
import { SEED } from '../property/support/seed.js'
import { everyDType, file, rawBytes } from './support.js'

const valid = encodeSafetensors(everyDType, { format: 'pt', note: 'é "quoted"' })
const headerBytes = Number(new DataView(valid.buffer).getBigUint64(0, true))
const header = new TextDecoder().decode(valid.subarray(8, 8 + headerBytes))
const data = valid.subarray(8 + headerBytes)

/** Reads or refuses: any other error fails the test. Returns whether it was read. What is read must be consistent. */
function readsOrRefuses(bytes: Uint8Array): boolean {
  try {
    const { entries, dataStart, dataLength } = parseHeader(bytes)
    expect(dataStart + dataLength).toBe(bytes.length)
    expect([...entries.values()].reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(dataLength)
    const { tensors } = parseSafetensors(bytes)
    for (const [name, tensor] of tensors) {
      const { dtype, shape, data } = tensor
      const { begin, end } = entries.get(name)!
      const elements = shape.reduce((product, size) => product * size, dtype === 'complex64' ? 2 : 1)
      expect([data.length, data.byteLength]).toEqual([elements, end - begin])
      expect(Buffer.compare(rawBytes(tensor), bytes.subarray(dataStart + begin, dataStart + end))).toBe(0)
    }
    return true
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    return false
  }
}

/** Runs the property and returns the number of files that were read and refused, for the test to look at. */
function count<T>(arbitrary: fc.Arbitrary<T>, make: (value: T) => Uint8Array, numRuns = 2000): [number, number] {
  const counts: [number, number] = [0, 0]
  fc.assert(
    fc.property(arbitrary, value => {
      counts[readsOrRefuses(make(value)) ? 0 : 1]++
    }),
    { seed: SEED, numRuns },
  )
  return counts
}

/** Numbers, words and marks that mean something in a header. */
const token = fc.constantFrom(
  ...'{ } [ ] : , " \\ 0 1 2 4 -1 0.5 1e9 9007199254740991 9007199254740993 18446744073709551616 null true'.split(' '),
  ...[
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '"__metadata__"',
    '"__proto__"',
    '"F32"',
    '"U8"',
    '"F4"',
    '"\\u0061"',
    ' ',
  ],
)

/** A change to a text: at a place, so many characters are replaced by something. */
const edit = fc.tuple(fc.nat(header.length), fc.nat(8), fc.oneof(token, fc.string({ maxLength: 4 }), fc.constant('')))

describe('any bytes are read or refused, never anything else', () => {
  test('random bytes', () => {
    const [, refused] = count(fc.uint8Array({ maxLength: 300 }), bytes => bytes)
    expect(refused).toBeGreaterThan(0)
  })

  test('random bytes behind a true length', () => {
    count(fc.uint8Array({ maxLength: 300 }), bytes => file(bytes))
    count(fc.uint8Array({ maxLength: 300 }), bytes => file(Uint8Array.of(0x7b, ...bytes, 0x7d)))
  })

  test('random JSON', () => {
    count(fc.json({ maxDepth: 4 }), text => file(text))
    count(fc.dictionary(fc.string(), fc.jsonValue()), value => file(value, [1, 2, 3]))
    count(fc.array(token, { maxLength: 40 }), tokens => file(`{${tokens.join('')}}`, [1, 2]))
  })

  test('entries with the right fields and random values', () => {
    const numbers = fc.array(fc.oneof(fc.nat(4), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53, 1e300)), { maxLength: 3 })
    const dtype = fc.constantFrom('U8', 'BOOL', 'F16', 'F32', 'C64', 'F4', 'F6_E2M3', 'U64', 'X', '')
    const entries = fc.dictionary(
      fc.constantFrom('a', 'b', '__proto__', '__metadata__', 'toString'),
      fc.record({ dtype, shape: numbers, data_offsets: numbers }, { requiredKeys: [] }),
      { maxKeys: 3 },
    )
    count(fc.tuple(entries, fc.uint8Array({ maxLength: 8, max: 2 })), ([value, bytes]) => file(value, bytes))
  })

  test('a valid file with bits flipped', () => {
    const flips = fc.array(fc.nat(valid.length * 8 - 1), { minLength: 1, maxLength: 4 })
    const [read, refused] = count(flips, bits => {
      const bytes = valid.slice()
      for (const bit of bits) bytes[bit >> 3]! ^= 1 << (bit & 7)
      return bytes
    })
    // flips in the data go unnoticed, flips in the header (nearly) never
    expect(Math.min(read, refused)).toBeGreaterThan(20)
  })

  test('a valid file cut off or lengthened is always refused', () => {
    for (let length = 0; length < valid.length; length++) expect(readsOrRefuses(valid.subarray(0, length))).toBe(false)
    const [read] = count(fc.uint8Array({ minLength: 1, maxLength: 20 }), extra => Buffer.concat([valid, extra]), 200)
    expect(read).toBe(0)
  })

  test('a valid file with another length in front', () => {
    const length = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: 0n, max: BigInt(valid.length) }),
    )
    const changed = length.filter(n => n !== BigInt(headerBytes))
    const [read] = count(changed, n => {
      const bytes = valid.slice()
      new DataView(bytes.buffer).setBigUint64(0, n, true)
      return bytes
    })
    expect(read).toBe(0)
  })

  test('a valid file with its header edited', () => {
    const [read, refused] = count(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      let changed = header
      for (const [at, length, text] of edits) changed = changed.slice(0, at) + text + changed.slice(at + length)
      return file(changed, data)
    })
    expect(read + refused).toBe(2000)
    expect(refused).toBeGreaterThan(1000)
  })
})

test('whatever is written is read back', () => {
  const name = fc.string({ unit: 'grapheme' }).filter(text => text !== '__metadata__')
  const tensor = fc.array(fc.nat(3), { maxLength: 4 }).chain(shape => {
    const length = shape.reduce((product, size) => product * size, 1)
    return fc.oneof(
      fc
        .array(fc.float(), { minLength: length, maxLength: length })
        .map(values => ({ dtype: 'float32' as const, shape, data: Float32Array.from(values) })),
      fc
        .uint8Array({ minLength: length, maxLength: length })
        .map(values => ({ dtype: 'uint8' as const, shape, data: values })),
      fc
        .bigInt64Array({ minLength: length, maxLength: length })
        .map(values => ({ dtype: 'int64' as const, shape, data: values })),
    )
  })
  const pairs = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 })
  fc.assert(
    fc.property(
      pairs,
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      (tensors, metadata) => {
        const read = parseSafetensors(encodeSafetensors(tensors, metadata))
        expect(new Map(read.tensors)).toEqual(new Map(tensors))
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata))
      },
    ),
    { seed: SEED, numRuns: 300 },
  )
})

// each would take minutes, and so more than a test may, if time grew with the square of the size
test('large headers are read, or refused, in time in proportion to their size', () => {
  const entries = Array.from(
    { length: 50_000 },
    (_, i) => `"layers.${i}.weight":{"dtype":"U8","shape":[1],"data_offsets":[${i},${i + 1}]}`,
  )
  expect(parseSafetensors(file(`{${entries.join(',')}}`, new Uint8Array(50_000))).tensors.size).toBe(50_000)
  expect(readsOrRefuses(file(`{"${'a\\n'.repeat(2_000_000)}`))).toBe(false)
  expect(readsOrRefuses(file(`{"a":${' '.repeat(5_000_000)}`))).toBe(false)
  expect(readsOrRefuses(file(`{"a":{"x":${'1'.repeat(5_000_000)}`))).toBe(false)
})
