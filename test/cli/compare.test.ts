import { describe, expect, it } from 'vitest'
import { checkOriginalSize, compare } from '../../cli/image/compare.js'
import { crop } from '../../cli/image/crop.js'
import type { Rgb8 } from '../../cli/image/flatten.js'
import { drawPanels } from '../../cli/image/panels.js'
import { createPicture, type Picture } from '../../cli/image/picture.js'
import { formatPsnr, psnr } from '../../cli/image/psnr.js'
import { readPicture } from '../../cli/image/read.js'
import { photoPath } from './support/fixtures.js'

describe('psnr', () => {
  it('is 10 log10(255^2 / mean squared error)', () => {
    const a = createPicture(2, 1, 3, 8) as Rgb8
    const b = createPicture(2, 1, 3, 8) as Rgb8
    b.data.set([0, 0, 3, 0, 0, 5])
    expect(psnr(a, b)).toBeCloseTo(10 * Math.log10((255 * 255) / (34 / 6)), 10)
    expect(formatPsnr(psnr(a, b))).toBe('40.60 dB')
  })

  it('has a word for equal pictures, and none for different sizes', () => {
    const a = createPicture(2, 1, 3, 8) as Rgb8
    expect(formatPsnr(psnr(a, a))).toBe('equal')
    expect(() => psnr(a, createPicture(1, 2, 3, 8) as Rgb8)).toThrow(RangeError)
  })
})

describe('compare', () => {
  it('gives the numbers of the shipped photos', async () => {
    for (const [name, network, bicubic] of [
      ['chelsea', 34.89, 33.87],
      ['coffee', 31.43, 29.08],
    ] as const) {
      const half = await readPicture(photoPath(`${name}-half.png`))
      const upscaled = await readPicture(photoPath(`${name}-upscaled-by-pytorch.png`))
      const comparison = compare(half, upscaled, await readPicture(photoPath(`${name}.png`)))
      expect(comparison.psnr?.network).toBeCloseTo(network, 2)
      expect(comparison.psnr?.bicubic).toBeCloseTo(bicubic, 2)
    }
  })

  it('draws two panels, or three with an original', () => {
    const source = gradient(9, 5)
    const result = gradient(18, 10)
    expect(compare(source, result).psnr).toBeUndefined()
    expect(compare(source, result).draw()).toMatchObject({ width: 18 + 4 + 18, height: 13 + 10, channels: 3, depth: 8 })
    expect(compare(source, result, gradient(19, 9)).draw()).toMatchObject({ width: 3 * 18 + 8, height: 13 + 9 })
  })

  it('takes 16-bit and transparent pictures', () => {
    const source = createPicture(4, 3, 4, 16)
    const result = createPicture(8, 6, 4, 16)
    const white = createPicture(8, 6, 3, 8)
    white.data.fill(255)
    // Fully transparent is white on the white page, so all are equal.
    expect(compare(source, result, white).psnr).toEqual({ network: Infinity, bicubic: Infinity })
  })

  it('accepts an original of odd size, and no other that differs', () => {
    const source = gradient(9, 5)
    for (const [width, height] of [
      [18, 10],
      [17, 10],
      [19, 11],
    ]) {
      expect(() => checkOriginalSize('o.png', gradient(width, height), source)).not.toThrow()
    }
    const message = 'o.png: the original is 10 x 18, but the result will be 18 x 10'
    expect(() => checkOriginalSize('o.png', gradient(10, 18), source)).toThrow(message)
  })
})

describe('drawPanels', () => {
  it('puts the pictures beside each other and the labels above, dark on white', () => {
    const pictures = [gradient(60, 8), gradient(40, 6)]
    const sheet = drawPanels([
      { picture: pictures[0], label: 'BICUBIC' },
      { picture: pictures[1], label: 'TOO LONG FOR THIS PANEL' },
    ])
    expect(sheet).toMatchObject({ width: 104, height: 13 + 8 })
    const part = (left: number, width: number, top: number, height: number) => {
      const rows = createPicture(width, height, 3, 8) as Rgb8
      for (let y = 0; y < height; y++) {
        const from = ((top + y) * sheet.width + left) * 3
        rows.data.set(sheet.data.subarray(from, from + width * 3), y * width * 3)
      }
      return rows
    }
    expect(part(0, 60, 13, 8)).toEqual(pictures[0])
    expect(part(64, 40, 13, 6)).toEqual(pictures[1])
    expect(part(60, 4, 0, 21).data.every(value => value === 255)).toBe(true)
    expect(part(0, 60, 0, 13).data.some(value => value < 100)).toBe(true)
    expect(part(64, 40, 0, 13).data.every(value => value === 255)).toBe(true)
  })
})

describe('crop', () => {
  it('keeps the upper left part', () => {
    expect([...crop(gradient(3, 2), 2, 1).data]).toEqual([...gradient(3, 2).data.subarray(0, 6)])
  })
})

function gradient(width: number, height: number): Rgb8 {
  const picture: Picture = createPicture(width, height, 3, 8)
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i * 5) & 127
  return picture as Rgb8
}
