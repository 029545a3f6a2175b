import { describe, expect, test } from 'vitest'
import { BOUNDS, checkAgreement, Disagreement, difference } from '../../bench/agreement.js'
import { peerEntries } from '../../bench/compete.js'
import { summarize } from '../../bench/measure.js'
import { digits, factor, time } from '../../bench/report/format.js'
import { drawRatios } from '../../bench/report/picture.js'
import { resultTables } from '../../bench/report/results.js'
import { table } from '../../bench/report/table.js'
import type { Entry, Result } from '../../bench/result.js'

const exactly = (value: number) => ({ median: value, p10: value, p90: value })

test('numbers keep three digits', () => {
  expect([0.02641, 1.266, 12.74, 127.4, 1274.4].map(digits)).toEqual(['0.0264', '1.27', '12.7', '127', '1274'])
  expect(time({ median: 1270, p10: 1250, p90: 1311 })).toBe('1.27 ms (1.25-1.31)')
  expect(time(exactly(20))).toBe('20 µs (20-20)')
  expect(time(exactly(2.5e6))).toBe('2.5 s (2.5-2.5)')
  expect(factor({ median: 2.312, p10: 2.2, p90: 2.404 })).toBe('2.31x (2.2-2.4)')
})

test('a table is aligned, and has no column without content', () => {
  const rows = [
    ['a', '', '12'],
    ['bcde', '', '3'],
  ]
  expect(table(['name', 'nothing', 'n'], rows)).toBe(
    ['| name |   n |', '| ---- | --: |', '| a    |  12 |', '| bcde |   3 |'].join('\n'),
  )
})

describe('agreement', () => {
  test('is measured against the largest value', () => {
    expect(difference([1, -4.5], [1, -4])).toBe(0.125)
    expect(difference([0, 0], [0, 0])).toBe(0)
    expect(difference([1, Number.NaN], [1, 2])).toBe(Number.POSITIVE_INFINITY)
    expect(difference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY)
  })

  test('what differs too much is not timed', () => {
    expect(() => checkAgreement('it', 1e-6, BOUNDS.strict.forward)).not.toThrow()
    expect(() => checkAgreement('it', 1e-2, BOUNDS.reduced.forward)).toThrow(Disagreement)
    expect(() => checkAgreement('it', Number.NaN, BOUNDS.reduced.forward)).toThrow(Disagreement)
  })
})

test('the faster variant of a peer represents it', () => {
  const time = () => []
  const variants = ['NCHW', 'channels_last'].map(variant => ({ name: `x ${variant}`, peer: 'PyTorch', variant, time }))
  const peers = [{ name: 'onnxruntime-node', time }, ...variants]
  const samples = [[2], [6], [9], [4]]
  const measured = summarize(new Array(3).fill({ samples, foreignMilliseconds: 0, quiet: true }), 3)
  expect(peerEntries(measured, [{ name: 'convforge', time }], peers)).toMatchObject([
    { name: 'onnxruntime-node', variant: undefined, ratios: { convforge: exactly(3) } },
    { name: 'PyTorch', variant: 'channels_last', time: exactly(4), ratios: { convforge: exactly(2) } },
  ])
})

function result(own: readonly string[]): Result {
  const entry = (name: string, microseconds: number, ratios: Entry['ratios'] = {}): Entry => ({
    name,
    time: exactly(microseconds),
    ratios,
    differences: {},
  })
  const ratios = Object.fromEntries(own.map((name, i) => [name, exactly(i + 2)]))
  return {
    section: 'layers',
    name: '5x6x7 -> 8 k3',
    batch: 1,
    threads: 2,
    runtime: 'Node 20.1.2',
    fmaPeak: null,
    operations: 4e6,
    entries: [...own.map((name, i) => entry(name, 100 * (i + 1))), entry('onnxruntime-node', 200, ratios)],
    strictIsSame: own.length === 1,
    rounds: 9,
    discarded: 1,
    noisy: false,
  }
}

describe('tables of results', () => {
  const both = result(['convforge', 'convforge strict'])

  test('strict float32 has a row of its own', () => {
    const lines = resultTables([both]).split('\n')
    expect(lines[0]).toBe('Layers, forward, Node 20.1.2, 2 threads')
    expect(lines.filter(line => line.startsWith('| 5x6x7'))).toEqual([
      expect.stringMatching(/^\| 5x6x7 -> 8 k3 +\|.* 100 µs .*\| +40 \|.* 200 µs .* 2x /),
      expect.stringMatching(/^\| 5x6x7 -> 8 k3 \(strict\) \|.* 200 µs .*\| +20 \|.* 200 µs .* 3x /),
    ])
  })

  test('a peer that cannot is listed, and one that was called once by itself has no scatter', () => {
    const slow: Entry = { ...both.entries[2]!, name: 'jax-js', time: exactly(3e6), isAlone: true }
    const web: Result = {
      ...both,
      section: 'web',
      entries: [both.entries[0]!, slow],
      refusals: { 'TensorFlow.js': 'no' },
    }
    const row = resultTables([web]).split('\n')[4]!
    expect(row).toMatch(/\| +cannot \|/)
    expect(row).toMatch(/ 3 s \(1 call\) \| +2x /)
  })

  test('the share of the peak is shown where the peak is known: 40 of 2 x 50 GFLOP/s', () => {
    expect(resultTables([both])).not.toContain('% of peak')
    const [head, , row] = resultTables([{ ...both, fmaPeak: 50e9 }])
      .split('\n')
      .slice(2)
    const column = head!.split('|').findIndex(cell => cell.trim() === '% of peak')
    expect(row!.split('|')[column]!.trim()).toBe('40')
  })
})

describe('the picture', () => {
  test('has a bar for each peer and a diamond where strict float32 is something else', () => {
    const svg = drawRatios('Title', 'below', [result(['convforge', 'convforge strict'])])
    expect(svg).toMatch(/^<svg/)
    for (const text of ['Title', 'below', '5x6x7 -&gt; 8 k3', '2x', 'onnxruntime-node', 'strict float32']) {
      expect(svg).toContain(`>${text}<`)
    }
    expect(drawRatios('Title', 'below', [result(['convforge'])])).not.toContain('strict float32')
  })

  test('says which layers were measured on a busy machine', () => {
    expect(drawRatios('Title', 'below', [{ ...result(['convforge']), noisy: true }])).toContain('8 k3 (noisy)<')
  })

  test('shows strict float32 as bars where nothing else was timed', () => {
    expect(drawRatios('Title', 'below', [result(['convforge strict'])])).toContain('>2x<')
  })
})
