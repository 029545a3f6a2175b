import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPicture, maxValue, type Picture } from '../../cli/image/picture.js'
import { multiplyAdds } from '../../cli/upscale/network.js'
import { toInteger } from '../../cli/upscale/round.js'
import { CONTEXT, planTiles, readTile } from '../../cli/upscale/tiles.js'
import { type Network, upscalePicture } from '../../cli/upscale/upscaler.js'
import { SEED } from '../property/support/seed.js'
import { fakeNetwork, nearestNetwork } from './support/network.js'

const size = fc.record({ width: fc.integer({ min: 1, max: 41 }), height: fc.integer({ min: 1, max: 23 }) })

const randomPicture = fc
  .record({ size, channels: fc.constantFrom<3 | 4>(3, 4), depth: fc.constantFrom<8 | 16>(8, 16), seed: fc.nat() })
  .map(({ size: { width, height }, channels, depth, seed }) => {
    const picture = createPicture(width, height, channels, depth)
    let state = seed
    for (let i = 0; i < picture.data.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      // Flat stretches too, for alpha.
      picture.data[i] = i % 4 === 3 && (i >> 6) % 2 === 0 ? maxValue(picture) : state >>> 16
    }
    return picture
  })

describe('planTiles', () => {
  it('covers every pixel once, in tiles that are no larger than asked', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 50 }), ({ width, height }, tileSize) => {
        const covered = new Uint8Array(width * height)
        for (const tile of planTiles(width, height, tileSize)) {
          expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(tileSize)
          expect(Math.min(tile.width, tile.height)).toBeGreaterThanOrEqual(1)
          for (let y = tile.y; y < tile.y + tile.height; y++) {
            for (let x = tile.x; x < tile.x + tile.width; x++) covered[y * width + x]++
          }
        }
        expect(covered.every(times => times === 1)).toBe(true)
      }),
      { seed: SEED },
    )
  })

  it('evens sizes out', () => {
    expect(planTiles(130, 64, 128)).toEqual([
      { x: 0, y: 0, width: 65, height: 64 },
      { x: 65, y: 0, width: 65, height: 64 },
    ])
  })
})

describe('readTile', () => {
  it('reads true neighbours inside the picture and repeats edge pixels outside', () => {
    const picture = createPicture(30, 2, 3, 8)
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = i
    const tile = readTile(picture, { x: 10, y: 0, width: 5, height: 2 }, [2])
    expect(tile).toMatchObject({ width: 5 + 2 * CONTEXT, height: 2 + 2 * CONTEXT })
    const blue = (x: number, y: number) => Math.fround((((y * 30 + x) * 3 + 2) & 255) / 255)
    const row = (y: number) => Array.from({ length: tile.width }, (_, x) => blue(10 - CONTEXT + x, y))
    expect([...tile.data.subarray(0, tile.width)]).toEqual(row(0))
    expect([...tile.data.subarray(-tile.width)]).toEqual(row(1))
  })
})

describe('upscalePicture', () => {
  it('gives the same picture for every tile size', async () => {
    await fc.assert(
      fc.asyncProperty(randomPicture, fc.integer({ min: 1, max: 20 }), async (picture, tileSize) => {
        const whole = await upscalePicture(picture, fakeNetwork, { tileSize: 1000 })
        const tiled = await upscalePicture(picture, fakeNetwork, { tileSize })
        expect(whole).toMatchObject({ width: picture.width * 2, height: picture.height * 2 })
        expect(tiled).toEqual(whole)
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  it('gives what the network gives for the padded picture, clamped and rounded', async () => {
    const picture = createPicture(5, 3, 3, 8)
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i * 53) & 255
    const planes = fakeNetwork(readTile(picture, { x: 0, y: 0, width: 5, height: 3 }, [0, 1, 2]))
    const result = await upscalePicture(picture, fakeNetwork, { tileSize: 2 })
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 10; x++) {
        for (let c = 0; c < 3; c++) {
          expect(result.data[(y * 10 + x) * 3 + c]).toBe(toInteger(planes.data[(c * 6 + y) * 10 + x], 255))
        }
      }
    }
  })

  it('keeps constant alpha exactly, whatever the network makes of it', async () => {
    for (const [depth, alpha] of [
      [8, 255],
      [8, 128],
      [16, 65535],
      [16, 4711],
    ] as const) {
      const picture = createPicture(6, 4, 4, depth)
      for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = alpha
      const result = await upscalePicture(picture, fakeNetwork, { tileSize: 3 })
      expect([...alphaOf(result)]).toEqual(Array(12 * 8).fill(alpha))
    }
  })

  it('lets the network draw the edges of alpha, and only those', async () => {
    const picture = createPicture(20, 3, 4, 8)
    for (let pixel = 0; pixel < 60; pixel++) picture.data[pixel * 4 + 3] = pixel % 20 < 10 ? 255 : 0
    const half: Network = tile => ({ ...nearestNetwork(tile), data: nearestNetwork(tile).data.fill(0.5) })
    const row = [...alphaOf(await upscalePicture(picture, half, { tileSize: 7 }))].slice(0, 40)
    expect(row).toEqual([...Array(18).fill(255), 128, 128, 128, 128, ...Array(18).fill(0)])
  })

  it('draws no halo around what is transparent', async () => {
    // Red on transparent black, as many programs write it. The stand-in takes colours from 7 pixels to the right, and
    // makes everything around an edge of alpha visible.
    const picture = createPicture(30, 9, 4, 8)
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 30; x++) if (x < 12) picture.data.set([255, 0, 0, 255], (y * 30 + x) * 4)
    }
    const farthest: Network = tile => {
      const { height, width } = nearestNetwork(tile)
      const data = new Float32Array(3 * height * width)
      const isAlpha = tile.data[0] === tile.data[tile.height * tile.width]
      if (isAlpha) return { data: data.fill(1), height, width }
      for (let i = 0; i < data.length; i++) {
        const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
        data[i] = tile.data[(c * tile.height + (y >> 1) + CONTEXT) * tile.width + (x >> 1) + 2 * CONTEXT]
      }
      return { data, height, width }
    }
    const result = await upscalePicture(picture, farthest, { tileSize: 16 })
    for (let pixel = 0; pixel < result.width * result.height; pixel++) {
      const [r, g, b, alpha] = result.data.subarray(pixel * 4, pixel * 4 + 4)
      if (alpha > 0) expect([r, g, b]).toEqual([255, 0, 0])
    }
    expect(picture.data[4 * 15]).toBe(0)
  })

  it('tells its progress and stops when told to', async () => {
    const picture = createPicture(10, 4, 3, 8)
    const seen: [number, number][] = []
    const controller = new AbortController()
    const onProgress = (done: number, total: number) => {
      seen.push([done, total])
      if (done === 2) controller.abort()
    }
    const work = upscalePicture(picture, nearestNetwork, { tileSize: 4, onProgress, signal: controller.signal })
    await expect(work).rejects.toThrow('aborted')
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
    ])
  })

  it('lets timers run between tiles', async () => {
    let timerRan = false
    setTimeout(() => {
      timerRan = true
    }, 0)
    const slow: Network = tile => {
      const until = performance.now() + 5
      while (performance.now() < until);
      return nearestNetwork(tile)
    }
    await upscalePicture(createPicture(4, 1, 3, 8), slow, { tileSize: 1 })
    expect(timerRan).toBe(true)
  })

  it('does not accept a network of another size', async () => {
    const work = upscalePicture(createPicture(4, 3, 3, 8), tile => tile, { tileSize: 4 })
    await expect(work).rejects.toThrow('the network made 18 x 17 of a tile that should become 8 x 6')
  })
})

describe('toInteger', () => {
  it('clamps, and rounds half to even', () => {
    const rounded = [-1, 0, 0.5 / 255, 1.5 / 255, 2.5 / 255, 0.7 / 255, 1, 1.2].map(value =>
      toInteger(Math.fround(value), 255),
    )
    expect(rounded).toEqual([0, 0, 0, 2, 2, 1, 255, 255])
    expect(toInteger(0.5, 65535)).toBe(32768)
  })
})

describe('multiplyAdds', () => {
  it('is a sum over the layers', () => {
    // One pixel: 13, 11, 9, 7, 5, 3 pixels square, then 2 x 2 with 2 x 2 weights each.
    const layers = [169 * 3 * 16, 121 * 16 * 32, 81 * 32 * 64, 49 * 64 * 128, 25 * 128 * 128, 9 * 128 * 256]
    expect(multiplyAdds(1, 1)).toBe(9 * layers.reduce((a, b) => a + b) + 4 * 4 * 256 * 3)
  })
})

function alphaOf(picture: Picture): number[] {
  return Array.from({ length: picture.width * picture.height }, (_, pixel) => picture.data[pixel * 4 + 3])
}
