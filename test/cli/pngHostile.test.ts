/** PNGs of which every checksum is right and something else is not. */
import { describe, expect, it } from 'vitest'
import { decodePng } from '../../cli/image/png.js'
import { buildPng, chunk, forgePng, type PngKind } from './support/buildPng.js'

const RGB: PngKind = { width: 9, height: 7, colorType: 2, depth: 8, interlaced: false, transparent: false }
const INTERLACED: PngKind = { ...RGB, interlaced: true }
const PALETTE: PngKind = { ...RGB, colorType: 3 }
/** Where the chunks after the header begin. */
const BODY = 33

function withHeader(at: number, value: number): Buffer {
  return forgePng(RGB, { header: body => body.fill(value, at, at + 1) })
}

function withChunk(kind: PngKind, type: string, body: readonly number[], at = BODY): Buffer {
  const png = buildPng(kind)
  return Buffer.concat([png.subarray(0, at), chunk(type, Buffer.from(body)), png.subarray(at)])
}

describe('bytes behind the pixels', () => {
  it.each([RGB, INTERLACED])('are ignored: %o', kind => {
    const picture = decodePng(buildPng(kind))
    for (const surplus of [1, 40_000, 200_000, 1 << 20]) {
      const png = forgePng(kind, { rows: rows => Buffer.concat([rows, Buffer.alloc(surplus, 1)]) })
      expect(decodePng(png), `${surplus} bytes`).toEqual(picture)
    }
  })

  it.each([RGB, INTERLACED])('are refused if they are a bomb: %o', kind => {
    const png = forgePng(kind, { rows: rows => Buffer.concat([rows, Buffer.alloc(30 << 20)]) })
    expect(() => decodePng(png)).toThrow('damaged PNG: it has more pixels than its size says')
  })
})

describe('a header', () => {
  it.each([
    ['3 bits', 8, 3, '3-bit samples; colour type 2 has 8, 16 bits'],
    ['1 bit of colours', 8, 1, '1-bit samples; colour type 2 has 8, 16 bits'],
    ['colour type 5', 9, 5, 'unknown colour type 5'],
    ['a palette that is missing', 9, 3, 'it has no palette'],
    ['another compression', 10, 1, 'unknown compression method 1'],
    ['other filters', 11, 1, 'unknown filter method 1'],
    ['another interlacing', 12, 2, 'unknown interlace method 2'],
  ])('with %s is refused', (_, at, value, message) => {
    expect(() => decodePng(withHeader(at, value))).toThrow(`damaged PNG: ${message}`)
  })

  it('knows the depths of each colour type', () => {
    const depths = [0, 2, 3, 4, 6].map(type =>
      Array.from({ length: 18 }, (_, depth) => depth).filter(depth => {
        const png = forgePng(RGB, { header: body => body.fill(depth, 8, 9).fill(type, 9, 10) })
        return !/-bit samples/.test(messageOf(() => decodePng(png)))
      }),
    )
    expect(depths).toEqual([
      [1, 2, 4, 8, 16],
      [8, 16],
      [1, 2, 4, 8],
      [8, 16],
      [8, 16],
    ])
  })

  it.each([
    [0, '16777216 x 1'],
    [4, '1 x 16777216'],
  ])('with a side of millions of pixels is refused', (at, size) => {
    const png = forgePng(
      { ...RGB, width: 1, height: 1 },
      { header: body => body.fill(1, at, at + 1).fill(0, at + 3, at + 4) },
    )
    expect(() => decodePng(png)).toThrow(`${size}: sides of at most 1000000 pixels are accepted`)
  })
})

describe('a chunk', () => {
  it.each<[string, Buffer, string]>([
    ['that is needed and unknown', withChunk(RGB, 'ABCD', []), 'unknown chunk "ABCD", which is marked as needed'],
    ['of a transparent colour, too short', withChunk(RGB, 'tRNS', [0, 1]), 'its tRNS chunk is too short'],
    [
      'of alpha for too many colours',
      withChunk(PALETTE, 'tRNS', Array(257).fill(0)),
      'alpha for 257 colours of a palette of 256',
    ],
    [
      'of a palette that is too short',
      withChunk(PALETTE, 'PLTE', [1, 2, 3], buildPng(PALETTE).length - 12),
      'of a palette of 1',
    ],
  ])('%s', (_, png, message) => {
    expect(() => decodePng(png)).toThrow(message)
  })

  it('that need not be known is passed over', () => {
    expect(decodePng(withChunk(RGB, 'abCd', [1, 2]))).toEqual(decodePng(buildPng(RGB)))
  })

  it('with a wrong checksum is named', () => {
    const png = buildPng(RGB)
    png[BODY - 1] ^= 1
    expect(() => decodePng(png)).toThrow('damaged PNG: the checksum of its IHDR chunk does not match')
  })
})

it('an unknown filter is refused', () => {
  const png = forgePng(RGB, { rows: rows => rows.fill(9, 0, 1) })
  expect(() => decodePng(png)).toThrow('damaged PNG: unknown filter 9')
})

it('a page of black and white takes no longer than a photo', () => {
  const size = 4000
  const header = (body: Buffer) => {
    body.writeUInt32BE(size, 0)
    body.writeUInt32BE(size, 4)
    return body.fill(1, 8, 9).fill(0, 9, 10)
  }
  const png = forgePng(RGB, { header, rows: () => Buffer.alloc(size * (1 + size / 8)) })
  const before = process.cpuUsage()
  expect(decodePng(png)).toMatchObject({ width: size, height: size, channels: 3 })
  const { user, system } = process.cpuUsage(before)
  // it takes 0.4 s; with a call and an array for each pixel, as the codec has it, 4 s and more
  expect((user + system) / 1e6).toBeLessThan(2)
})

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
