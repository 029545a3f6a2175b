import { describe, expect, test } from 'vitest'
import { parseSafetensors, type SafetensorsField } from '../../src/interop/safetensors/index.js'
import { entry, expectRefusal, file } from './support.js'

const A = '"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}'
const withShape = (shape: string, dtype = 'U8') =>
  file(`{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":[0,2]}}`, [1, 2])
const withOffsets = (offsets: string) => file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":${offsets}}}`, [1, 2])
const bytesOf = (text: string) => Uint8Array.from(text, c => c.charCodeAt(0))

/** What is wrong with the file, the file, the field that must be named, the tensor, and a part of the message. */
type Case = [string, Uint8Array, SafetensorsField, string | undefined, (string | RegExp)?]

const hostile: Case[] = [
  // the length
  ['no bytes at all', new Uint8Array(), 'header length', undefined, 'cut off (the file has 0 bytes); expected 8 bytes'],
  ['7 bytes', new Uint8Array(7), 'header length', undefined],
  ['a length beyond the file', file('{}', [], 3), 'header length', undefined, 'is 3; expected at most 2'],
  ['a length of 100 000 001', file('{}', [], 100_000_001), 'header length', undefined, 'at most 100000000'],
  ['a length of 2^63', file('{}', [], 2n ** 63n), 'header length', undefined, '9223372036854775808'],
  ['a length of 2^64 - 1', file('{}', [], 2n ** 64n - 1n), 'header length', undefined],
  ['a length of 2^32 + 2, which 32 bits would make 2', file('{}', [], 2n ** 32n + 2n), 'header length', undefined],
  // the header as text
  ['a length of 0', file('', [1, 2]), 'header', undefined, 'is empty'],
  ['a header that starts with a space', file(' {}'), 'header', undefined, "byte 32 at its start; expected a '{'"],
  ['a byte order mark', file('\ufeff{}'), 'header', undefined],
  ['an array', file('[]'), 'header', undefined],
  ['invalid UTF-8', file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'header', undefined, 'not valid UTF-8'],
  ['overlong UTF-8', file(bytesOf('{"\xc0\xaf":1}')), 'header', undefined, 'not valid UTF-8'],
  ['a surrogate in UTF-8', file(bytesOf('{"\xed\xa0\x80":1}')), 'header', undefined, 'not valid UTF-8'],
  ['a header that is cut off', file(`{${A}`, [1, 2]), 'header', undefined, /cut off \(character 5\d of the header\)/],
  ['a header cut off inside a string', file('{"a'), 'header', undefined],
  ['a header cut off inside an escape', file('{"a\\'), 'header', undefined],
  ['an unknown escape', file('{"\\x61":{}}'), 'header', undefined],
  ['a control character in a name', file(`{${A.replace('a', 'a\u0001')}}`, [1, 2]), 'header', undefined],
  ['half a surrogate pair in a name', file('{"\\ud83d":{}}'), 'header', undefined, 'whole Unicode characters'],
  ['something behind the closing brace', file(`{${A}}{}`, [1, 2]), 'header', undefined, 'nothing but padding'],
  ['a NUL as padding', file(`{${A}}\0`, [1, 2]), 'header', undefined],
  ['a comma too many', file(`{${A},}`, [1, 2]), 'header', undefined, 'a key in double quotes'],
  ['single quotes', file(`{'a':{}}`), 'header', undefined],
  ['a comment', file('{/* */}'), 'header', undefined],
  // metadata
  ['metadata that is null', file({ __metadata__: null }), '__metadata__', undefined, 'expected an object'],
  ['metadata that is a list', file({ __metadata__: ['a'] }), '__metadata__', undefined],
  ['a number in the metadata', file({ __metadata__: { n: 3 } }), '__metadata__', undefined, 'entry "n" is "3}}'],
  ['an object in the metadata', file({ __metadata__: { n: {} } }), '__metadata__', undefined, 'expected a string'],
  ['a metadata key twice', file('{"__metadata__":{"k":"1","k":"2"}}'), '__metadata__', undefined, 'twice'],
  ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), '__metadata__', undefined, 'twice'],
  // entries
  ['an entry that is a number', file('{"a":1}'), 'entry', 'a', 'expected an object'],
  ['an entry that is a list', file('{"a":["U8",[0],[0,0]]}'), 'entry', 'a', 'expected an object'],
  ['a tensor twice', file(`{${A},${A}}`, [1, 2]), 'entry', 'a', 'twice'],
  ['a tensor twice, once with an escape', file(`{${A},${A.replace('a', '\\u0061')}}`, [1, 2]), 'entry', 'a', 'twice'],
  ['an unknown field twice', file(`{${A.replace('}', ',"x":1,"x":2}')}}`, [1, 2]), 'entry', 'a', 'key "x"'],
  ['a nested key twice', file(`{${A.replace('}', ',"x":{"y":1,"y":1}}')}}`, [1, 2]), 'entry', 'a', 'key "y"'],
  ['an unknown field with bad JSON', file(`{${A.replace('}', ',"x":tru}')}}`, [1, 2]), 'entry', 'a', 'a JSON value'],
  ['an unknown field with a bad number', file(`{${A.replace('}', ',"x":01}')}}`, [1, 2]), 'entry', 'a'],
  [
    'lists nested 100 000 deep',
    file(`{${A.replace('}', `,"x":${'['.repeat(100_000)}`)}}`, [1, 2]),
    'entry',
    'a',
    'at most 64 levels',
  ],
  [
    'objects nested a million deep',
    file(`{"a":${'{"a":'.repeat(1_000_000)}`, [1, 2]),
    'entry',
    'a',
    'at most 64 levels of nesting',
  ],
  // dtype
  ['no dtype', file('{"a":{"shape":[2],"data_offsets":[0,2]}}', [1, 2]), 'dtype', 'a', 'missing'],
  ['an unknown dtype', withShape('[2]', 'u8'), 'dtype', 'a', '"u8"; expected one of F4,'],
  ['the dtype "__proto__"', withShape('[2]', '__proto__'), 'dtype', 'a'],
  ['C128, which the format does not have', withShape('[2]', 'C128'), 'dtype', 'a'],
  ['a dtype that is a number', file('{"a":{"dtype":8,"shape":[2],"data_offsets":[0,2]}}', [1, 2]), 'dtype', 'a'],
  ['a very long dtype', withShape('[2]', 'U'.repeat(1_000_000)), 'dtype', 'a'],
  ['dtype twice', file(`{${A.replace('}', ',"dtype":"I8"}')}}`, [1, 2]), 'dtype', 'a', 'twice'],
  ['dtype twice, once with an escape', file(`{${A.replace('}', ',"d\\u0074ype":"I8"}')}}`, [1, 2]), 'dtype', 'a'],
  ['a dtype we have no tensors for', withShape('[1]', 'U16'), 'dtype', 'a', 'is U16; expected one that can be loaded'],
  ['an 8-bit float', withShape('[2]', 'F8_E4M3'), 'dtype', 'a', 'is F8_E4M3'],
  // shape
  ['no shape', file('{"a":{"dtype":"U8","data_offsets":[0,2]}}', [1, 2]), 'shape', 'a', 'missing'],
  ['a shape that is a number', withShape('2'), 'shape', 'a', 'expected an array'],
  ['a negative size', withShape('[-2]'), 'shape', 'a', 'non-negative integer'],
  ['minus zero', withShape('[-0]'), 'shape', 'a'],
  ['a fraction', withShape('[2.0]'), 'shape', 'a'],
  ['an exponent', withShape('[2e0]'), 'shape', 'a'],
  ['a leading zero', withShape('[02]'), 'shape', 'a'],
  ['a size in quotes', withShape('["2"]'), 'shape', 'a'],
  ['null as a size', withShape('[null]'), 'shape', 'a'],
  ['NaN as a size', withShape('[NaN]'), 'shape', 'a'],
  ['a size of 2^53', withShape('[9007199254740992]'), 'shape', 'a', 'at most 2^53 - 1'],
  ['a size of a million digits', withShape(`[${'9'.repeat(1_000_000)}]`), 'shape', 'a'],
  [
    'sizes whose product overflows',
    withShape('[4294967296,4294967296,4294967296]'),
    'shape',
    'a',
    'at most 2^53 - 1 bits',
  ],
  ['sizes whose product is 2^64, so 0 in 64 bits', withShape('[4294967296,4294967296]'), 'shape', 'a'],
  ['an overflow hidden by a zero', withShape('[4294967296,4294967296,0]'), 'shape', 'a'],
  ['bits that are no whole bytes', withShape('[3]', 'F4'), 'shape', 'a', 'a whole number of bytes'],
  ['a shape that is cut off', file('{"a":{"shape":[2,'), 'shape', 'a', 'cut off'],
  ['a shape twice', file(`{${A.replace('}', ',"shape":[2]}')}}`, [1, 2]), 'shape', 'a', 'twice'],
  ['65 sizes', withShape(`[${'1,'.repeat(64)}2]`), 'shape', 'a', 'longer than 64 numbers; expected at most 64'],
  ['ten million sizes', withShape(`[${'1,'.repeat(10_000_000)}2]`), 'shape', 'a', 'at most 64'],
  // data_offsets
  ['no offsets', file('{"a":{"dtype":"U8","shape":[2]}}', [1, 2]), 'data_offsets', 'a', 'missing'],
  ['one offset', withOffsets('[2]'), 'data_offsets', 'a', 'two numbers, [begin, end]'],
  ['three offsets', withOffsets('[0,2,2]'), 'data_offsets', 'a', 'longer than 2 numbers'],
  ['ten million offsets', withOffsets(`[${'0,'.repeat(10_000_000)}2]`), 'data_offsets', 'a', 'at most 2'],
  ['negative offsets', withOffsets('[-2,0]'), 'data_offsets', 'a'],
  ['offsets in reverse', withOffsets('[2,0]'), 'data_offsets', 'a', '[2, 0]; expected begin <= end'],
  [
    'fewer bytes than the shape takes',
    withOffsets('[0,1]'),
    'data_offsets',
    'a',
    '2 bytes, which shape [2] of U8 takes',
  ],
  ['more bytes than the shape takes', withOffsets('[0,3]'), 'data_offsets', 'a'],
  ['offsets twice', file(`{${A.replace('}', ',"data_offsets":[0,2]}')}}`, [1, 2]), 'data_offsets', 'a', 'twice'],
  ['data that is cut off', file(`{${A}}`, [1]), 'data_offsets', 'a', 'has 1 bytes (is the file cut off?)'],
  [
    'a tensor far beyond the file',
    file({ a: entry(2 ** 50, 2 ** 50 + 2) }, [1, 2]),
    'data_offsets',
    'a',
    'to end within the data',
  ],
  [
    'half a petabyte announced',
    file({ a: entry(0, 2 ** 49, [2 ** 47], 'F32') }, [1, 2]),
    'data_offsets',
    'a',
    'which has 2 bytes',
  ],
  ['a hole at the start', file({ a: entry(1, 3) }, [1, 2, 3]), 'data_offsets', 'a', 'to begin at 0 without hole'],
  [
    'a hole in the middle',
    file({ a: entry(0, 1), b: entry(2, 3) }, [1, 2, 3]),
    'data_offsets',
    'b',
    'to begin at 1 without hole, right after tensor "a"',
  ],
  [
    'tensors that overlap',
    file({ a: entry(0, 2), b: entry(1, 3) }, [1, 2, 3]),
    'data_offsets',
    'b',
    'to begin at 2 without overlap',
  ],
  ['tensors that share all bytes', file({ a: entry(0, 2), b: entry(0, 2) }, [1, 2]), 'data_offsets', 'b', 'overlap'],
  [
    'an empty tensor inside another',
    file({ a: entry(0, 2), b: entry(1, 1, [0]) }, [1, 2]),
    'data_offsets',
    'b',
    'overlap',
  ],
  // data
  ['bytes behind the last tensor', file(`{${A}}`, [1, 2, 3]), 'data', undefined, '3 bytes; expected 2, the end of'],
  ['bytes and no tensor', file('{}', [1]), 'data', undefined],
  ['a bool of 2', withShape('[2]', 'BOOL'), 'data', 'a', 'is 2 at element 1; expected 0 or 1'],
]

describe('hostile files are refused, and the message names the field', () => {
  test.each(hostile)('%s', (_, bytes, field, tensor, part) => {
    const { message } = expectRefusal(() => parseSafetensors(bytes), field, tensor)
    if (part !== undefined) expect(message).toMatch(part)
  })

  test('every prefix of a file', () => {
    const bytes = file(`{${A}}`, [1, 2])
    for (let length = 0; length < bytes.length; length++) {
      const field = length < 8 + bytes[0]! ? 'header length' : 'data_offsets'
      expectRefusal(
        () => parseSafetensors(bytes.subarray(0, length)),
        field,
        field === 'data_offsets' ? 'a' : undefined,
      )
    }
    expect(parseSafetensors(bytes).tensors.size).toBe(1)
  })

  test('nothing is read past the end of a view into a larger buffer', () => {
    const room = new Uint8Array(200)
    const bytes = file(`{${A}}`, [1, 2])
    room.set(bytes)
    expectRefusal(() => parseSafetensors(room.subarray(0, bytes.length - 1)), 'data_offsets', 'a')
  })
})
