import { setTimeout } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CliError } from '../../cli/error.js'
import { createPicture, maxValue, type Picture } from '../../cli/image/picture.js'
import { decodePng, encodePng } from '../../cli/image/png.js'
import { SEED } from '../property/support/seed.js'
import { buildPng, chunk, type PngKind, paletteEntry, sample } from './support/buildPng.js'
import { fixture, pillow } from './support/fixtures.js'

const DEPTHS = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] } as const

const pngKind = fc.constantFrom(0, 2, 3, 4, 6).chain(colorType =>
  fc.record<PngKind>({
    width: fc.integer({ min: 1, max: 21 }),
    height: fc.integer({ min: 1, max: 13 }),
    colorType: fc.constant(colorType),
    depth: fc.constantFrom(...DEPTHS[colorType]),
    interlaced: fc.boolean(),
    transparent: colorType < 4 ? fc.boolean() : fc.constant(false),
  }),
)

describe('decodePng', () => {
  it('reads every colour type, depth and interlacing', () => {
    fc.assert(
      fc.property(pngKind, kind => {
        const picture = decodePng(buildPng(kind))
        expect(picture).toMatchObject({ width: kind.width, height: kind.height, depth: kind.depth === 16 ? 16 : 8 })
        expect(picture.channels).toBe(kind.colorType >= 4 || kind.transparent ? 4 : 3)
        for (let y = 0; y < kind.height; y++) {
          for (let x = 0; x < kind.width; x++) expectPixel(picture, kind, x, y)
        }
      }),
      { seed: SEED, numRuns: 400 },
    )
  })

  for (const name of ['grey.png', 'grey-alpha.png', 'bilevel.png', 'rgba.png', 'palette-transparent.png']) {
    it(`reads ${name} as Pillow does`, () => {
      expect(decodePng(fixture(name))).toEqual(asBytes(pillow(name)))
    })
  }

  it.each([
    [1, 2, 3, [0, 1, 2, 3, 4, 5]],
    [2, 2, 3, [1, 0, 3, 2, 5, 4]],
    [3, 2, 3, [5, 4, 3, 2, 1, 0]],
    [6, 3, 2, [4, 2, 0, 5, 3, 1]],
    [8, 3, 2, [1, 3, 5, 0, 2, 4]],
  ])('turns EXIF orientation %i upright', (orientation, width, height, order) => {
    // two entries in big-endian order: a width, and the orientation
    const exif = `4d4d002a00000008000201000004000000010000000201120003000000010${orientation.toString(16).padStart(3, '0')}000000000000`
    const eXIf = chunk('eXIf', Buffer.from(exif, 'hex'))
    for (const depth of [8, 16] as const) {
      for (const colorType of [2, 6] as const) {
        const bytes = buildPng({ width: 2, height: 3, colorType, depth, interlaced: false, transparent: false })
        const stored = decodePng(bytes)
        // before the pixels, and behind them
        for (const at of [33, bytes.length - 12]) {
          const turned = decodePng(Buffer.concat([bytes.subarray(0, at), eXIf, bytes.subarray(at)]))
          expect(turned).toMatchObject({ width, height, depth, channels: stored.channels })
          expect(pixelsOf(turned)).toEqual(order.map(i => pixelsOf(stored)[i]))
        }
      }
    }
  })

  it('ignores what stands behind the end', () => {
    const bytes = fixture('rgba.png')
    expect(decodePng(Buffer.concat([bytes, Buffer.from('and more')]))).toEqual(decodePng(bytes))
  })

  it('refuses a file that is cut anywhere', () => {
    const bytes = fixture('rgba.png')
    for (let length = 8; length < bytes.length; length++) {
      expect(() => decodePng(bytes.subarray(0, length))).toThrow(/^the PNG is cut short/)
    }
  })

  it('refuses pixels that are missing, with everything else in order', () => {
    const kind: PngKind = { width: 9, height: 7, colorType: 2, depth: 8, interlaced: false, transparent: false }
    const bytes = buildPng(kind)
    const taller = Buffer.from(bytes)
    taller.writeUInt32BE(8, 20)
    chunk('IHDR', taller.subarray(16, 29)).copy(taller, 8)
    expect(() => decodePng(taller)).toThrow('damaged PNG: pixels are missing')
  })

  it('refuses a header that asks for too much, before it allocates', () => {
    const bytes = Buffer.from(fixture('rgba.png'))
    bytes.writeUInt32BE(0x7fffffff, 16)
    expect(() => decodePng(bytes)).toThrow(/megapixels; at most 100 are accepted/)
    bytes.writeUInt32BE(0, 16)
    expect(() => decodePng(bytes)).toThrow('the picture is 0 x 5: it has no pixels')
  })

  it('answers damage with one clear error, never another', async () => {
    const damage = fc.record({
      kind: pngKind,
      at: fc.nat(),
      value: fc.integer({ min: 0, max: 255 }),
      repaired: fc.boolean(),
    })
    fc.assert(
      fc.property(damage, ({ kind, at, value, repaired }) => {
        const bytes = buildPng(kind)
        bytes[8 + (at % (bytes.length - 8))] = value
        // With the checksums made right again, the damage reaches the layers below.
        if (repaired) repairChecksums(bytes)
        try {
          const picture = decodePng(bytes)
          expect(picture.data.length).toBe(picture.width * picture.height * picture.channels)
        } catch (error) {
          if (!(error instanceof CliError)) throw error
        }
      }),
      { seed: SEED, numRuns: 3000 },
    )
    // What the codec might throw later, from a stream, would end the process.
    await setTimeout(50)
  })
})

describe('encodePng', () => {
  const picture = fc
    .tuple(
      fc.integer({ min: 1, max: 17 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom<3 | 4>(3, 4),
      fc.constantFrom<8 | 16>(8, 16),
    )
    .map(([width, height, channels, depth]) => {
      const out = createPicture(width, height, channels, depth)
      for (let i = 0; i < out.data.length; i++) out.data[i] = (i * 7919 + 13) & maxValue(out)
      return out
    })

  it('is undone by decodePng', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async original => {
        const decoded = decodePng(Buffer.from(await encodePng(original)))
        expect({ ...decoded, data: [...decoded.data] }).toEqual({ ...original, data: [...original.data] })
      }),
      { seed: SEED },
    )
  })

  it('takes a part of a larger buffer', async () => {
    const values = Array.from({ length: 300 }, (_, i) => i)
    for (const data of [new Uint8Array(values).subarray(5, 17), new Uint16Array(values).subarray(3, 15)]) {
      const original: Picture = { width: 2, height: 2, channels: 3, depth: data instanceof Uint16Array ? 16 : 8, data }
      expect([...decodePng(Buffer.from(await encodePng(original))).data]).toEqual([...data])
    }
  })
})

function pixelsOf({ data, channels }: Picture): number[][] {
  return Array.from({ length: data.length / channels }, (_, i) => [...data.slice(i * channels, (i + 1) * channels)])
}

function expectPixel(picture: Picture, kind: PngKind, x: number, y: number): void {
  const at = (y * kind.width + x) * picture.channels
  const pixel = [...picture.data.slice(at, at + picture.channels)]
  const wanted = expectedPixel(kind, x, y).slice(0, picture.channels)
  // A colour that tRNS makes invisible may be any colour.
  if (wanted[3] === 0 && pixel[3] === 0) return
  expect(pixel, `pixel ${x}, ${y}`).toEqual(wanted)
}

function expectedPixel(kind: PngKind, x: number, y: number): number[] {
  const { colorType, depth, transparent } = kind
  const max = depth === 16 ? 65535 : 255
  const value = (channel: number) => Math.round((sample(x, y, channel, depth) * max) / (2 ** depth - 1))
  const likeFirst = (channels: number[]) => channels.every(c => sample(x, y, c, depth) === sample(0, 0, c, depth))
  const grey = [value(0), value(0), value(0)]
  switch (colorType) {
    case 0:
      return [...grey, transparent && likeFirst([0]) ? 0 : max]
    case 2:
      return [value(0), value(1), value(2), transparent && likeFirst([0, 1, 2]) ? 0 : max]
    case 3:
      return paletteEntry(sample(x, y, 0, depth))
    case 4:
      return [...grey, value(1)]
    case 6:
      return [value(0), value(1), value(2), value(3)]
  }
}

function asBytes(picture: Picture) {
  return {
    ...picture,
    data: expect.toSatisfy((data: Uint8Array) => Buffer.from(data).equals(Buffer.from(picture.data))),
  }
}

function repairChecksums(bytes: Buffer): void {
  for (let offset = 8; offset + 12 <= bytes.length; ) {
    const end = offset + 12 + bytes.readUInt32BE(offset)
    if (end > bytes.length) return
    bytes.writeUInt32BE(crc32(bytes.subarray(offset + 4, end - 4)), end - 4)
    offset = end
  }
}
