/**
 * Which convolutions by a point read their pixels in the input, without a band in scratch. That their results are right is
 * tested with all others'.
 */
import { expect, test } from 'vitest'
import { machineShape } from '../../src/backends/x64/machine.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import { planChannelLanes } from '../../src/kernel/channelLanesPlan.js'
import { PLAIN } from '../differential/support/specs.js'

const POINT: ConvSpec = {
  ...PLAIN,
  inChannels: 24,
  outChannels: 40,
  kernel: [1, 1, 1],
  padBefore: [0, 0, 0],
  padAfter: [0, 0, 0],
}
const spec = (own: Partial<ConvSpec>): ConvSpec => ({ ...POINT, ...own })

const OPTIONS = { bias: false, wantedTasks: 1, bandBytes: 2 ** 18 }
const scratch = (own: ConvSpec, isa: 'avx512' | 'avx2' = 'avx512', pass: 'forward' | 'inputGradient' = 'forward') =>
  planChannelLanes(machineShape('float32', isa), own, pass, OPTIONS).program.scratchBytes

test('a point over a picture does, forwards and backwards, on AVX-512', () => {
  expect(scratch(spec({}))).toBe(0)
  expect(scratch(spec({}), 'avx512', 'inputGradient')).toBe(0)
  expect(scratch(spec({}), 'avx2')).toBeGreaterThan(0)
})

test('one with padding, a stride or very many results does not', () => {
  expect(scratch(PLAIN)).toBeGreaterThan(0)
  expect(scratch(spec({ padBefore: [0, 1, 0], output: [1, 9, 9] }))).toBeGreaterThan(0)
  expect(scratch(spec({ stride: [1, 2, 2], output: [1, 4, 5] }))).toBeGreaterThan(0)
  expect(scratch(spec({ outChannels: 40 * 32 }))).toBeGreaterThan(0)
})
