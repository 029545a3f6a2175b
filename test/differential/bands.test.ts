/**
 * The portable algorithm works through bands of rows, and cuts rows that are too long. With the limits set low, small
 * random images are cut like large ones; that the true limits cut large ones is looked at as well.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { BAND_LIMITS, layOutBand, type Walks } from '../../src/backends/portable/band.js'
import { directConvolution } from '../../src/backends/portable/direct.js'
import { type ConvSpec, outputSize, type Pass } from '../../src/conv/spec.js'
import { forwardWalk, inputGradientWalks } from '../../src/conv/walk.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { compare, PASSES } from './support/compare.js'
import { integer, pick, randomSpec } from './support/specs.js'

const limits = { ...BAND_LIMITS }
afterEach(() => Object.assign(BAND_LIMITS, limits))

/** Into how many bands of rows, and pieces of a row, the first phase of a pass is cut. */
function cuts(one: ConvSpec, pass: Pass): { bands: number; pieces: number } {
  const backwards = pass === 'inputGradient'
  const walks = [0, 1, 2].map(axis => (backwards ? inputGradientWalks(one, axis)[0] : forwardWalk(one, axis)))
  // no phase at all: no output reads the input
  if (walks.some(walk => walk === undefined)) return { bands: 0, pieces: 0 }
  const [depth, height, width] = walks as [...Walks]
  const band = layOutBand([depth, height, width], (backwards ? one.outChannels : one.inChannels) / one.groups)
  return { bands: Math.ceil(height.count / band.rows), pieces: Math.ceil(width.count / band.columns) }
}

describe.each(PASSES)(`%s (CONVFORGE_SEED=${SEED})`, pass => {
  test('small images in bands and pieces of all lengths', () => {
    const next = generator(SEED)
    let [banded, pieced] = [0, 0]
    for (let i = 0; i < 700; i++) {
      const one = randomSpec(next)
      Object.assign(BAND_LIMITS, { rows: integer(next, 1, 400), oneRow: integer(next, 1, 400) })
      const { bands, pieces } = cuts(one, pass)
      if (bands > 1) banded++
      if (pieces > 1) pieced++
      compare(directConvolution, one, pass, pick(next, ['float32', 'float64', 'bfloat16', 'int16']), SEED + 7 * i)
    }
    // of 700 random cases far more are cut; with almost none the test would show nothing
    expect(banded).toBeGreaterThan(10)
    expect(pieced).toBeGreaterThan(10)
  })
})

/** A 2d convolution of these sizes with a 3x2 kernel. */
function large(channels: number, height: number, width: number): ConvSpec {
  const [input, kernel, stride] = [[1, height, width] as const, [1, 3, 2] as const, [1, 1, 2] as const]
  return {
    spatialRank: 2,
    batch: 1,
    groups: 1,
    inChannels: channels,
    outChannels: 2,
    input,
    kernel,
    output: [1, outputSize(height, 3, 1, 1, 1, 1), outputSize(width, 2, 2, 1, 0, 0)],
    stride,
    dilation: [1, 1, 1],
    padBefore: [0, 1, 0],
    padAfter: [0, 1, 0],
    paddingMode: 'zeros',
  }
}

test('an image larger than a band is worked through in several', () => {
  const one = large(1, 403, 501)
  expect(cuts(one, 'forward').bands).toBeGreaterThan(2)
  for (const pass of PASSES) compare(directConvolution, one, pass, 'float32', SEED)
})

test('a row of half a million numbers is cut', () => {
  const one = large(40, 1, 9001)
  expect(cuts(one, 'forward').pieces).toBeGreaterThan(1)
  compare(directConvolution, one, 'forward', 'float32', SEED)
  compare(directConvolution, one, 'weightGradient', 'float32', SEED)
})
