/**
 * The setting in the address of the page, and changes that keep typed numbers in their place.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { change, edit } from '../../playground/src/arithmetic/edits.js'
import { INPUT_FILLS, WEIGHT_FILLS } from '../../playground/src/arithmetic/fills.js'
import { compute } from '../../playground/src/arithmetic/layer.js'
import { readLink, writeLink } from '../../playground/src/arithmetic/link.js'
import { PRESETS } from '../../playground/src/arithmetic/presets.js'
import { DEFAULTS, type Setting } from '../../playground/src/arithmetic/setting.js'
import { open, set, setting } from '../../playground/src/arithmetic/state.js'
import { readLink as readPicture } from '../../playground/src/picture/link.js'
import { SEED } from '../property/support/seed.js'

const integer = fc.integer({ min: -3, max: 99999 })
const pair = fc.tuple(integer, integer)
const edits = fc.dictionary(
  fc.nat({ max: 99999 }).map(String),
  fc.double({ min: -3e38, max: 3e38, noNaN: true }).filter(value => !Object.is(value, -0)),
  { maxKeys: 4 },
)
const settings: fc.Arbitrary<Setting> = fc.record({
  transposed: fc.boolean(),
  size: pair,
  inChannels: integer,
  outChannels: integer,
  kernel: pair,
  stride: pair,
  padding: fc.oneof(pair, fc.constantFrom('same' as const, 'valid' as const)),
  dilation: pair,
  groups: integer,
  bias: fc.boolean(),
  paddingMode: fc.constantFrom('zeros', 'reflect', 'replicate', 'circular'),
  outputPadding: pair,
  input: fc.constantFrom(...INPUT_FILLS),
  weight: fc.constantFrom(...WEIGHT_FILLS),
  inputEdits: edits,
  weightEdits: edits,
})

const KEYS = ['size', 'in', 'kernel', 'stride', 'padding', 'groups', 'mode', 'x', 'w', 'transposed', '', '?']

test('every setting comes back from its link', () => {
  fc.assert(
    fc.property(settings, setting => {
      expect(readLink(writeLink(setting))).toEqual({ setting, faults: [] })
      // and from one that was escaped on its way
      expect(readLink(writeLink(setting).replaceAll(',', '%2C').replaceAll(':', '%3A')).setting).toEqual(setting)
    }),
    { seed: SEED },
  )
})

test('what is not understood is named, and the rest is kept', () => {
  const { setting, faults } = readLink('kernel=2,x&stride=2&sride=3&mode=mirror&padding=1,2,3&x=7&bias=yes&%E0%A4%A')
  expect(setting).toEqual({ ...DEFAULTS, stride: [2, 2] })
  expect(faults).toEqual(['kernel=2,x', 'sride=3', 'mode=mirror', 'padding=1,2,3', 'x=7', 'bias=yes', '%E0%A4%A'])
})

test('what float32 does not hold is not understood, as when it is typed', () => {
  expect(readLink('x=0:1e400&w=0:-1e39')).toEqual({ setting: DEFAULTS, faults: ['x=0:1e400', 'w=0:-1e39'] })
  const parts = ['divisor=1e400', 'divisor=0', 'weights=1,2,3,4,5,6,7,8,1e400']
  expect(readPicture(parts.join('&')).faults).toEqual(parts)
})

test('no text makes the reader fail', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.oneof(fc.string(), integer, pair))), parts => {
      const text = parts.map(([key, value]) => `${key}=${value}`).join('&')
      expect(() => compute(readLink(text).setting)).not.toThrow()
    }),
    { seed: SEED },
  )
})

test('the default is an empty link, and presets are possible and distinct', () => {
  expect(writeLink(DEFAULTS)).toBe('')
  for (const { setting } of PRESETS) expect(compute(setting)).toMatchObject({ error: null, tooLarge: null })
  expect(new Set(PRESETS.map(({ setting }) => writeLink(setting))).size).toBe(PRESETS.length)
})

test('a typed number stays at its channel, row and column when the size changes', () => {
  const typed = edit({ ...DEFAULTS, size: [4, 6], inChannels: 2 }, 'input', (1 * 4 + 2) * 6 + 5, -7)
  const wider = change(typed, { size: [5, 8] })
  expect(wider.inputEdits).toEqual({ [(1 * 5 + 2) * 8 + 5]: -7 })
  expect(change(wider, { size: [5, 5] }).inputEdits).toEqual({})
  expect(change(typed, { kernel: [2, 2] }).inputEdits).toEqual(typed.inputEdits)
  expect(compute(wider).numbers!.input[(1 * 5 + 2) * 8 + 5]).toBe(-7)
})

test('typed numbers stay where they are while a setting is not possible', () => {
  open(readLink('size=3&in=4&out=4&weight=ones&x=35:5&w=40:77').setting)
  const groups = (count: number) => {
    set({ groups: count })
    return setting.value.weightEdits
  }
  // w[1, 0, 1, 1] of four, of two, of one input channel for each output channel
  expect([2, 3, 2, 1].map(groups)).toEqual([{ 22: 77 }, { 22: 77 }, { 22: 77 }, { 40: 77 }])
  expect([4, 3, 2].map(groups)).toEqual([{ 13: 77 }, { 13: 77 }, { 22: 77 }])
  // emptied, and typed anew
  for (const height of [Number.NaN, 0, 4]) set({ size: [height, 3] })
  expect(setting.value.inputEdits).toEqual({ [3 * 12 + 8]: 5 })
})

test('an impossible setting has the error of the library, and a large one is computed without its numbers', () => {
  expect(compute({ ...DEFAULTS, kernel: [7, 3] }).error).toBe(
    "RuntimeError: Calculated padded input size per channel: (5 x 5). Kernel size: (7 x 3). Kernel size can't be greater than actual input size",
  )
  expect(compute({ ...DEFAULTS, stride: [1, Number.NaN] }).error).toMatch(/^TypeError: .*stride=\[1, NaN\]/)
  const large = compute({ ...DEFAULTS, size: [99999, 99999] })
  expect(large).toMatchObject({ error: null, numbers: null, outputShape: [1, 1, 99997, 99997] })
  expect(large.tooLarge).toMatch(/cells/)
})
