import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CliError } from '../../cli/error.js'
import type { Rgb8 } from '../../cli/image/flatten.js'
import { decodeJpeg, encodeJpeg } from '../../cli/image/jpeg.js'
import { createPicture } from '../../cli/image/picture.js'
import { psnr } from '../../cli/image/psnr.js'
import { readPicture } from '../../cli/image/read.js'
import { SEED } from '../property/support/seed.js'
import { fixture, photoPath, pillowRgb } from './support/fixtures.js'

const SOLID =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/2wBDAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAARCAAIAAgDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAABv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAJ/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8APivNg//Z'

describe('decodeJpeg', () => {
  // The codec's inverse transform and its conversion of colours round differently from Pillow's.
  it.each([
    ['colour.jpg', 33],
    ['progressive.jpg', 45],
    ['grey.jpg', 45],
    ['cmyk.jpg', 40],
  ])('reads %s as Pillow does, to %i dB', (name, decibels) => {
    expect(psnr(decodeJpeg(fixture(name)) as Rgb8, pillowRgb(name))).toBeGreaterThan(decibels)
  })

  it.each([
    ['JFIF', ''],
    // transform 1: YCbCr
    ['Adobe', 'ffee000e41646f626500640000000001'],
  ])('rounds colours of %s', (_, marker) => {
    const picture = createPicture(16, 16, 3, 8)
    for (const [r, g, b] of [
      [200, 100, 50],
      [10, 250, 130],
      [255, 255, 255],
      [0, 0, 0],
    ]) {
      for (let at = 0; at < picture.data.length; at += 3) picture.data.set([r, g, b], at)
      const plain = Buffer.from(encodeJpeg(picture, 100))
      const bytes = Buffer.concat([plain.subarray(0, 2), Buffer.from(marker, 'hex'), plain.subarray(2)])
      const before = Buffer.from(bytes)
      const [y, blue, red] = storedComponents(plain)
      const exact = [
        y + 1.402 * (red - 128),
        y - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
        y + 1.772 * (blue - 128),
      ]
      const rounded = exact.map(value => Math.min(Math.max(Math.round(value), 0), 255))
      expect([...decodeJpeg(bytes).data.subarray(0, 3)]).toEqual(rounded)
      expect(bytes.equals(before)).toBe(true)
    }
  })

  it('reads a plain colour as Pillow does', () => {
    // Image.new('RGB', (8, 8), (200, 100, 50)).save(file, quality=100, subsampling=0)
    expect([...decodeJpeg(Buffer.from(SOLID, 'base64')).data.subarray(0, 3)]).toEqual([200, 100, 50])
  })

  it.each([2, 3, 4, 5, 6, 7, 8])('turns a photo with EXIF orientation %i upright', orientation => {
    const picture = decodeJpeg(fixture(`orientation-${orientation}.jpg`)) as Rgb8
    expect(picture).toMatchObject({ width: 24, height: 16 })
    expect(psnr(picture, pillowRgb('upright'))).toBeGreaterThan(30)
  })

  it('reads RGB that is marked as such', () => {
    const upright = pillowRgb('upright')
    // An Adobe marker with transform 0 says: the components are not YCbCr. Here they really are, and so come out as such.
    const adobe = Buffer.from('ffee000e41646f62650064000000000000', 'hex').subarray(0, 16)
    const plain = Buffer.from(encodeJpeg(upright, 100))
    const marked = Buffer.concat([plain.subarray(0, 2), adobe, plain.subarray(2)])
    const [r, g, b] = upright.data
    const picture = decodeJpeg(marked)
    expect(picture.data[0]).toBeCloseTo(0.299 * r + 0.587 * g + 0.114 * b, -1)
    expect(picture.data[1]).toBeCloseTo(128, -1)
  })

  it.each(['colour.jpg', 'progressive.jpg', 'grey.jpg'])('refuses %s cut anywhere', name => {
    const bytes = fixture(name)
    for (let length = 3; length < bytes.length - 1; length++) {
      expect(() => decodeJpeg(bytes.subarray(0, length)), `${length} bytes`).toThrow(CliError)
    }
  })

  it('refuses a header that asks for too much, before it allocates', () => {
    const bytes = Buffer.from(fixture('colour.jpg'))
    const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'))
    bytes.writeUInt16BE(65535, frame + 5)
    bytes.writeUInt16BE(65535, frame + 7)
    expect(() => decodeJpeg(bytes)).toThrow('65535 x 65535 is 4295 megapixels; at most 100 are accepted')
  })

  it('names the kinds that it cannot read', () => {
    const bytes = Buffer.from(fixture('colour.jpg'))
    const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'))
    bytes[frame + 1] = 0xc9
    expect(() => decodeJpeg(bytes)).toThrow('(lossless, hierarchical or arithmetic coding) is not supported')
    bytes[frame + 1] = 0xc1
    bytes[frame + 4] = 12
    expect(() => decodeJpeg(bytes)).toThrow('12 bits per sample')
  })

  it('answers damage with one clear error, never another', () => {
    const names = ['colour.jpg', 'progressive.jpg', 'grey.jpg', 'cmyk.jpg', 'orientation-6.jpg']
    const damage = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(damage, ({ name, at, value }) => {
        const bytes = Buffer.from(fixture(name))
        bytes[3 + (at % (bytes.length - 3))] = value
        try {
          const picture = decodeJpeg(bytes)
          expect(picture.data.length).toBe(picture.width * picture.height * 3)
        } catch (error) {
          if (!(error instanceof CliError)) throw error
        }
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})

/** The first pixel's components as they are stored: an Adobe marker with transform 0 has them taken for RGB. */
function storedComponents(jpeg: Buffer): number[] {
  const marker = Buffer.from('ffee000e41646f626500640000000000', 'hex')
  return [...decodeJpeg(Buffer.concat([jpeg.subarray(0, 2), marker, jpeg.subarray(2)])).data.subarray(0, 3)]
}

describe('encodeJpeg', () => {
  it('keeps a photo well at the default quality, and less well in fewer bytes', async () => {
    const photo = (await readPicture(photoPath('chelsea.png'))) as Rgb8
    const fine = encodeJpeg(photo, 95)
    const coarse = encodeJpeg(photo, 40)
    expect(psnr(decodeJpeg(Buffer.from(fine)) as Rgb8, photo)).toBeGreaterThan(41)
    expect(psnr(decodeJpeg(Buffer.from(coarse)) as Rgb8, photo)).toBeLessThan(37)
    expect(coarse.length).toBeLessThan(fine.length / 2)
  })

  it('shows transparent parts on white', () => {
    const picture = createPicture(16, 16, 4, 16)
    picture.data.fill(30000)
    for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = i < picture.data.length / 2 ? 0 : 65535
    const { data } = decodeJpeg(Buffer.from(encodeJpeg(picture, 100)))
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255])
    for (const value of data.subarray(data.length - 3)) expect(Math.abs(value - 30000 / 257)).toBeLessThan(2)
  })
})
