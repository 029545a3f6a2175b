import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../../src/backends/wasm/assembler/bytes.js'

const written = (write: (to: ByteWriter) => void): number[] => {
  const writer = new ByteWriter()
  write(writer)
  return [...writer.finish()]
}

/** Reads LEB128 by its definition: seven bits a byte, the lowest first; the last byte's bit 6 is a sign. */
function read(bytes: readonly number[], isSigned: boolean): number {
  let value = 0
  for (const [i, byte] of bytes.entries()) {
    value += (byte & 127) * 128 ** i
    if (byte >= 128 !== i < bytes.length - 1) throw new Error('only the last byte has its highest bit clear')
  }
  return isSigned && bytes.at(-1)! & 64 ? value - 128 ** bytes.length : value
}

describe('LEB128', () => {
  test.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    // the example of the DWARF standard
    [624485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%i without a sign', (value, bytes) => {
    expect(written(to => to.unsigned(value))).toEqual(bytes)
  })

  test.each([
    [0, [0]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('%i with a sign', (value, bytes) => {
    expect(written(to => to.signed(value))).toEqual(bytes)
  })

  test('is read back as it was, around all powers of two', () => {
    for (let power = 0; power < 32; power++) {
      for (const near of [-1, 0, 1]) {
        const value = 2 ** power + near
        expect(
          read(
            written(to => to.unsigned(value)),
            false,
          ),
        ).toBe(value)
        for (const own of [value, 0 - value])
          if (own === (own | 0))
            expect(
              read(
                written(to => to.signed(own)),
                true,
              ),
            ).toBe(own)
      }
    }
  })

  test.each([-1, 2 ** 32, 0.5, Number.NaN])('%d is refused', value => {
    expect(() => written(to => to.unsigned(value))).toThrow('has no 32 bits')
    if (value !== -1) expect(() => written(to => to.signed(value))).toThrow('has no 32 bits')
  })
})

test('bytes are kept while the writer grows', () => {
  const all = Array.from({ length: 5000 }, (_, i) => i % 251)
  expect(written(to => to.byte(...all))).toEqual(all)
  expect(written(to => [...all].map(byte => to.byte(byte)))).toEqual(all)
  expect(written(to => to.append(all))).toEqual(all)
  expect(written(to => to.name('aé'))).toEqual([3, 0x61, 0xc3, 0xa9])
})
