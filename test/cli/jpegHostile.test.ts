/**
 * Small JPEGs that would cost gigabytes, or the process. All are refused by their headers: what the codec would have said,
 * later, is another message.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJpeg } from '../../cli/image/jpeg.js'
import { SEED } from '../property/support/seed.js'
import { frameHeader, jpeg, scan, segment } from './support/buildJpeg.js'

/** Four components need it: without a conversion of colours. */
const ADOBE = segment(0xee, Buffer.from('Adobe\0d\0\0\0\0\0'))
const GREY = [0x11]
const COLOURS = [0x11, 0x11, 0x11]
const TOO_FEW = 'damaged JPEG: it has fewer bytes than a picture of its size takes'
const range = (length: number) => Array.from({ length }, (_, i) => i + 1)

describe('a JPEG that lies about its size', () => {
  it.each<[string, Buffer, string]>([
    [
      'a frame header between others',
      jpeg(frameHeader(16, 16, GREY), frameHeader(60000, 60000, GREY), frameHeader(16, 16, GREY), scan([1], 64)),
      'it has more than one frame header',
    ],
    [
      'a frame header behind the scan',
      jpeg(frameHeader(16, 16, GREY), scan([1], 64), frameHeader(20000, 20000, GREY), scan([1], 64)),
      'it has more than one frame header',
    ],
    ['100 megapixels in 200 bytes', jpeg(frameHeader(10000, 10000, COLOURS), scan(range(3), 64)), TOO_FEW],
    [
      'four components in 200 bytes',
      jpeg(
        ADOBE,
        frameHeader(
          10000,
          10000,
          range(4).map(() => 0x44),
        ),
        scan(range(4), 64),
      ),
      TOO_FEW,
    ],
    [
      'sampling factors of 15',
      jpeg(frameHeader(10000, 10000, [0xff, 0xff, 0xff]), scan(range(3), 64)),
      'component 1 has sampling factors of 15 x 15; there are 1 to 4',
    ],
    [
      'a sampling factor of 0',
      jpeg(frameHeader(64, 64, [0x11, 0x10, 0x11]), scan(range(3), 64)),
      'component 2 has sampling factors of 1 x 0',
    ],
    [
      '200 components',
      jpeg(
        frameHeader(
          1000,
          1000,
          range(200).map(() => 0x11),
        ),
        scan([1], 64),
      ),
      'a JPEG with 200 components is not supported, only 1',
    ],
    [
      '2 components',
      jpeg(frameHeader(16, 16, [0x11, 0x11]), scan([1, 2], 64)),
      'a JPEG with 2 components is not supported',
    ],
    [
      '4 components of no known kind',
      jpeg(
        frameHeader(
          16,
          16,
          range(4).map(() => 0x11),
        ),
        scan(range(4), 64),
      ),
      'no Adobe marker',
    ],
    ['components without a scan', jpeg(frameHeader(10000, 1000, COLOURS), scan([1], 40_000)), TOO_FEW],
    [
      'a progressive one without first coefficients',
      jpeg(frameHeader(8000, 8000, GREY, 0xc2), scan([1], 0, 1)),
      TOO_FEW,
    ],
    ['a scan of another component', jpeg(frameHeader(16, 16, GREY), scan([7], 64)), 'a scan is of component 7'],
    ['a scan of 5 components', jpeg(frameHeader(16, 16, GREY), scan([1, 1, 1, 1, 1], 64)), 'the header of a scan'],
    ['a scan before the frame', jpeg(scan([1], 64), frameHeader(16, 16, GREY)), 'no frame header'],
    ['no scan', jpeg(frameHeader(16, 16, GREY)), TOO_FEW],
    [
      '2000 scans',
      jpeg(frameHeader(800, 800, GREY, 0xc2), scan([1], 2000, 0, 0), ...range(2000).map(() => scan([1], 4, 1))),
      'a JPEG of more than 200 scans is not supported',
    ],
  ])('is refused: %s', (_, bytes, message) => {
    expect(() => decodeJpeg(bytes)).toThrow(message)
  })

  it('is refused when it misleads the codec alone', () => {
    // The length of the table ends where another segment begins; the number of its codes does not, and the codec goes by
    // that. So it reads on in the middle of the other segment, where a frame header is.
    const table = segment(0xc4, [0x01, 0, 0, 0, 9, ...Array<number>(12).fill(0)])
    const hidden = segment(0xe5, Buffer.concat([Buffer.alloc(5), frameHeader(9000, 9000, GREY)]))
    const bytes = jpeg(frameHeader(16, 16, GREY), table, hidden, scan([1], 64))
    expect(() => decodeJpeg(bytes)).toThrow(/maxResolutionInMP limit exceeded by 80MP/)
  })
})

describe('a JPEG of as few bytes as can be', () => {
  // 50 x 50 and 25 x 25 blocks of two bits each
  it.each<[string, Buffer]>([
    ['grey', jpeg(frameHeader(400, 400, GREY), scan([1], 625))],
    [
      'grey, with other coefficients in the header of the scan',
      jpeg(frameHeader(400, 400, GREY), scan([1], 625, 1, 0)),
    ],
    ['colours', jpeg(frameHeader(400, 400, COLOURS), scan(range(3), 1875))],
    [
      'coarser colours, one by one',
      jpeg(frameHeader(400, 400, [0x22, 0x11, 0x11]), scan([1], 625), scan([2], 157), scan([3], 157)),
    ],
    ['progressive', jpeg(frameHeader(400, 400, GREY, 0xc2), scan([1], 313, 0, 0))],
    [
      'progressive in 200 scans',
      jpeg(frameHeader(400, 400, GREY, 0xc2), scan([1], 313, 0, 0), ...range(199).map(() => scan([1], 313, 1))),
    ],
  ])('is read: %s', (_, bytes) => {
    const { width, height, data } = decodeJpeg(bytes)
    expect([width, height, data.every(value => value === 128)]).toEqual([400, 400, true])
  })

  it('is read at every size and sampling: the codec is allowed the memory that it takes', () => {
    const factor = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).map(([h, v]) => 16 * h + v)
    const side = fc.integer({ min: 1, max: 300 })
    const kind = fc.constantFrom(1, 3, 4).chain(count => fc.array(factor, { minLength: count, maxLength: count }))
    fc.assert(
      fc.property(side, side, kind, fc.constantFrom(0xc0, 0xc1, 0xc2), (width, height, factors, marker) => {
        const ids = factors.map((_, i) => i + 1)
        const bytes = jpeg(ADOBE, frameHeader(width, height, factors, marker), scan(ids, 20_000, 0, 0))
        expect(decodeJpeg(bytes)).toMatchObject({ width, height })
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  it('is not read with a byte less', () => {
    expect(() => decodeJpeg(jpeg(frameHeader(400, 400, GREY), scan([1], 624)))).toThrow(TOO_FEW)
    expect(() => decodeJpeg(jpeg(frameHeader(400, 400, GREY, 0xc2), scan([1], 312, 0, 0)))).toThrow(TOO_FEW)
  })
})
