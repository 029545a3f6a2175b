/**
 * What small random specs do not reach: ranges of channels with tails, several samples in one band, several pieces and
 * bands, rows cut into pieces.
 */
import { describe, expect, test } from 'vitest'
import type { ConvSpec } from '../../src/conv/spec.js'
import { SEED } from '../property/support/seed.js'
import { accepts, compare, FAST, PASSES } from './support/compare.js'
import { PLAIN } from './support/specs.js'

const SPECS: Record<string, ConvSpec> = {
  'many channels on tiny maps': {
    ...PLAIN,
    batch: 5,
    inChannels: 301,
    outChannels: 75,
    input: [1, 2, 3],
    output: [1, 2, 3],
  },
  'tiny maps in groups, strided': {
    ...PLAIN,
    batch: 7,
    groups: 3,
    inChannels: 57,
    outChannels: 111,
    input: [1, 4, 5],
    output: [1, 2, 3],
    stride: [1, 2, 2],
  },
  'more samples than a band takes': {
    ...PLAIN,
    batch: 67,
    inChannels: 3,
    outChannels: 4,
    input: [1, 1, 1],
    output: [1, 1, 1],
  },
  'a long row': {
    ...PLAIN,
    spatialRank: 1,
    batch: 2,
    inChannels: 20,
    outChannels: 5,
    input: [1, 1, 3001],
    kernel: [1, 1, 5],
    output: [1, 1, 3001],
    padBefore: [0, 0, 2],
    padAfter: [0, 0, 2],
  },
  'several bands of rows': {
    ...PLAIN,
    batch: 1,
    inChannels: 37,
    outChannels: 6,
    input: [1, 61, 83],
    output: [1, 61, 83],
  },
  'points of many channels': {
    ...PLAIN,
    batch: 2,
    inChannels: 130,
    outChannels: 70,
    kernel: [1, 1, 1],
    padBefore: [0, 0, 0],
    padAfter: [0, 0, 0],
  },
}

// a depthwise kernel has one channel in a group
describe.each(
  FAST.filter(({ name }) => !name.endsWith('/depthwise')).map(algorithm => [algorithm.name, algorithm] as const),
)('%s', (_, algorithm) => {
  const cases = Object.entries(SPECS).flatMap(([name, spec]) =>
    PASSES.filter(pass => accepts(algorithm, spec, pass, 'float32')).map(pass => [name, pass, spec] as const),
  )

  test.each(cases)("%s: %s is the reference's", (_name, pass, spec) => {
    compare(algorithm, spec, pass, 'float32', SEED)
  })

  test('it serves some of them', () => expect(cases.length).toBeGreaterThan(0))
})
