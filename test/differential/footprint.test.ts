/**
 * How the portable algorithm lays out its bands: every tap finds what it reads, and nothing is larger than it must be.
 */
import { describe, expect, test } from 'vitest'
import { BAND_LIMITS, layOutBand, type Walks } from '../../src/backends/portable/band.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import { type AxisWalk, footprint, footprintLength, forwardWalk, inputGradientWalks } from '../../src/conv/walk.js'
import { nn, ones } from '../../src/index.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { integer, randomSpec } from './support/specs.js'

/** All positions that `count` results of a walk read. */
function positionsOf({ taps, advance }: AxisWalk, count: number): number[] {
  return taps.flatMap(tap => Array.from({ length: count }, (_, i) => tap.start + i * advance))
}

describe(`footprints (CONVFORGE_SEED=${SEED})`, () => {
  test('have each position where its tap looks for it, and are as short as they can be', () => {
    const next = generator(SEED)
    for (let i = 0; i < 500; i++) {
      const spec = randomSpec(next)
      const axis = integer(next, 0, 2)
      for (const walk of [forwardWalk(spec, axis), ...inputGradientWalks(spec, axis)]) {
        const count = integer(next, 1, walk.count)
        const { positions, tapStarts, step } = footprint(walk, count)
        const found = tapStarts.flatMap(start => Array.from({ length: count }, (_, j) => positions[start + j * step]))
        const needed = positionsOf(walk, count)
        expect(found).toEqual(needed)
        const span = Math.max(...needed) - Math.min(...needed) + 1
        expect([positions.length, footprintLength(walk, count)]).toEqual(
          new Array(2).fill(Math.min(span, needed.length)),
        )
      }
    }
  })
})

describe('bands', () => {
  const spec = (height: number, width: number, dilation: number): ConvSpec => ({
    ...randomSpec(generator(1)),
    input: [1, height, width],
    kernel: [1, 3, 3],
    output: [1, height, width],
    stride: [1, 1, 1],
    dilation: [1, dilation, dilation],
    padBefore: [0, dilation, dilation],
    padAfter: [0, dilation, dilation],
    paddingMode: 'zeros',
  })
  const walksOf = (one: ConvSpec): Walks => [forwardWalk(one, 0), forwardWalk(one, 1), forwardWalk(one, 2)]

  test.each([
    [100, 300, 1, 8],
    [400, 400, 2, 3],
    [50, 700, 24, 5],
  ])('%i x %i with dilation %i, %i channels: one row more would not fit', (height, width, dilation, channels) => {
    const walks = walksOf(spec(height, width, dilation))
    const { rows, buffer } = layOutBand(walks, channels)
    const more = channels * footprintLength(walks[1], rows + 1) * footprintLength(walks[2], width)
    expect(rows).toBeLessThan(height)
    expect(buffer.length).toBeLessThanOrEqual(BAND_LIMITS.rows)
    expect(more).toBeGreaterThan(BAND_LIMITS.rows)
  })

  test('a dilation of ten thousand takes no memory for what lies between', () => {
    expect(layOutBand(walksOf(spec(1, 1, 10_000)), 2).buffer).toHaveLength(18)
    const output = nn.functional.conv2d(ones(1, 1, 2, 3), ones(1, 1, 3, 3), null, { padding: 10_000, dilation: 10_000 })
    expect(output.tolist()).toEqual([
      [
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
      ],
    ])
  })

  test('a stride of a thousand takes no work for what no tap reaches', () => {
    const output = nn.functional.convTranspose2d(ones(1, 1, 2, 2), ones(1, 1, 1, 1), ones(1), { stride: [1000, 999] })
    expect(output.shape).toEqual([1, 1, 1001, 1000])
    expect(output.sum().item()).toBe(1001 * 1000 + 4)
  })
})
