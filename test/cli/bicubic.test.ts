import { describe, expect, it } from 'vitest'
import { resizeBicubic } from '../../cli/image/bicubic.js'
import type { Rgb8 } from '../../cli/image/flatten.js'
import { psnr } from '../../cli/image/psnr.js'
import { readPicture } from '../../cli/image/read.js'
import { photoPath, pillowRgb } from './support/fixtures.js'

describe('resizeBicubic', () => {
  it.each([
    [26, 18],
    [13, 20],
    [31, 9],
    [5, 4],
    [1, 1],
    [13, 9],
  ])('resizes to %i x %i exactly as Pillow does', (width, height) => {
    const resized = resizeBicubic(pillowRgb('bicubic-source'), width, height)
    expect(resized).toMatchObject({ width, height })
    expect(Buffer.from(resized.data)).toEqual(Buffer.from(pillowRgb(`bicubic-${width}x${height}`).data))
  })

  it.each([
    ['chelsea', 33.87],
    ['coffee', 29.08],
  ])('doubles %s to %f dB of the original', async (name, decibels) => {
    const half = (await readPicture(photoPath(`${name}-half.png`))) as Rgb8
    const original = (await readPicture(photoPath(`${name}.png`))) as Rgb8
    expect(psnr(resizeBicubic(half, 2 * half.width, 2 * half.height), original)).toBeCloseTo(decibels, 2)
  })
})
