/**
 * The portable algorithm works through bands of rows, and cuts rows that are too long: images larger than its buffers,
 * with the number of bands looked up so that a larger buffer cannot make these tests idle.
 */
import { describe, expect, test } from 'vitest'
import { layOutBand, type Walks } from '../../src/backends/portable/band.js'
import { directConvolution } from '../../src/backends/portable/direct.js'
import { forwardWalk, inputGradientWalks } from '../../src/backends/portable/walk.js'
import { type ConvSpec, outputSize, type Pass, type Triple } from '../../src/conv/spec.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { compare, PASSES } from './support/compare.js'
import { integer, pick } from './support/specs.js'

type Random = () => number

/** A spec whose walks have about these sizes, reading these channels, and anything else at random. */
function spec(next: Random, pass: Pass, channels: number, sizes: Triple): ConvSpec {
  const backwards = pass === 'inputGradient'
  const axes = sizes.map(size => {
    // a short axis has no room for more
    if (size < 4) return { input: size, kernel: integer(next, 1, size), stride: 1, dilation: 1, before: 0, after: 0 }
    const stride = integer(next, 1, 3)
    return {
      // the phases of a strided input gradient share the image among them
      input: backwards ? size * stride : size,
      kernel: integer(next, 1, 3),
      stride,
      dilation: integer(next, 1, 5),
      before: integer(next, 0, 3),
      after: integer(next, 0, 3),
    }
  })
  const triple = (values: readonly number[]) => values as unknown as Triple
  const written = integer(next, 1, 5)
  return {
    spatialRank: 3,
    batch: 1,
    groups: 1,
    inChannels: backwards ? written : channels,
    outChannels: backwards ? channels : written,
    input: triple(axes.map(axis => axis.input)),
    kernel: triple(axes.map(axis => axis.kernel)),
    output: triple(axes.map(a => outputSize(a.input, a.kernel, a.stride, a.dilation, a.before, a.after))),
    stride: triple(axes.map(axis => axis.stride)),
    dilation: triple(axes.map(axis => axis.dilation)),
    padBefore: triple(axes.map(axis => axis.before)),
    padAfter: triple(axes.map(axis => axis.after)),
    paddingMode: backwards ? 'zeros' : pick(next, ['zeros', 'reflect', 'replicate', 'circular']),
  }
}

/** How the first phase of a pass is cut: bands of rows, and pieces of a row. */
function cuts(one: ConvSpec, pass: Pass): { rows: number; pieces: number } {
  const walk = (axis: number) => (pass === 'inputGradient' ? inputGradientWalks(one, axis)[0]! : forwardWalk(one, axis))
  const walks: Walks = [walk(0), walk(1), walk(2)]
  const channels = (pass === 'inputGradient' ? one.outChannels : one.inChannels) / one.groups
  const band = layOutBand(walks, channels)
  return { rows: Math.ceil(walks[1].count / band.rows), pieces: Math.ceil(walks[2].count / band.columns) }
}

describe.each(PASSES)(`%s (CONVFORGE_SEED=${SEED})`, pass => {
  test('images of several bands', () => {
    const next = generator(SEED)
    for (let i = 0; i < 5; i++) {
      const one = spec(next, pass, 12, [integer(next, 1, 3), integer(next, 36, 40), integer(next, 210, 230)])
      expect(cuts(one, pass).rows).toBeGreaterThan(1)
      compare(directConvolution, one, pass, pick(next, ['float32', 'float64', 'bfloat16']), SEED + i)
    }
  })

  test('rows in several pieces', () => {
    const next = generator(SEED)
    for (let i = 0; i < 2; i++) {
      const one = spec(next, pass, 60, [1, integer(next, 1, 2), integer(next, 27_000, 28_000)])
      expect(cuts(one, pass).pieces).toBeGreaterThan(1)
      compare(directConvolution, one, pass, 'float32', SEED + i)
    }
  })
})
