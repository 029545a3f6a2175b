import { describe, expect, test } from 'vitest'
import { type Contender, timeCalls } from '../../bench/contender.js'
import { type MeasureSettings, measure, type Round, ratio, summarize } from '../../bench/measure.js'
import { isQuiet } from '../../bench/processor.js'
import { quantile, spread } from '../../bench/statistics.js'

describe('statistics', () => {
  test('quantiles lie between neighbours', () => {
    expect(quantile([40, 10, 20, 30], 0.5)).toBe(25)
    expect(quantile([7], 0.9)).toBe(7)
    expect(quantile([0, 100], 0.1)).toBeCloseTo(10)
    expect(() => quantile([], 0.5)).toThrow(RangeError)
  })

  test('the values are left as they are', () => {
    const values = [3, 1, 2]
    expect(spread(values)).toEqual({ median: 2, p10: 1.2, p90: 2.8 })
    expect(values).toEqual([3, 1, 2])
  })
})

const round = (foreignMilliseconds: number, quiet: boolean, ...samples: number[][]): Round => ({
  samples,
  foreignMilliseconds,
  quiet,
})

describe('summarize', () => {
  test('only undisturbed rounds count', () => {
    const rounds = [
      round(0, true, [1, 3], [20]),
      round(90, false, [500], [600]),
      round(5, true, [2], [20]),
      round(5, true, [2], [60]),
    ]
    const measured = summarize(rounds, 3)
    expect(measured).toMatchObject({ discarded: 1, noisy: false })
    expect(measured.medians).toEqual([
      [2, 20],
      [2, 20],
      [2, 60],
    ])
    expect(measured.times.map(time => time.median)).toEqual([2, 20])
  })

  test('where too few are undisturbed, the least disturbed ones serve, and that is said', () => {
    const rounds = [round(400, false, [4]), round(100, false, [1]), round(0, true, [3]), round(200, false, [2])]
    const measured = summarize(rounds, 3)
    expect(measured).toMatchObject({ discarded: 1, noisy: true })
    expect(measured.medians).toEqual([[3], [1], [2]])
  })
})

test('a ratio is taken within each round, so that a slow moment counts for both', () => {
  const rounds = [round(0, true, [1], [2]), round(0, true, [10], [20]), round(0, true, [3], [6])]
  expect(ratio(summarize(rounds, 3), 1, 0)).toEqual({ median: 2, p10: 2, p90: 2 })
})

test('long rounds may be disturbed for longer than short ones', () => {
  expect([isQuiet(19, 100), isQuiet(21, 100), isQuiet(49, 1000), isQuiet(51, 1000)]).toEqual([true, false, true, false])
})

test('warm calls do not count, and grouped calls are averaged', () => {
  let calls = 0
  const times = timeCalls(() => void calls++, { warm: 5, samples: 3, group: 7 })
  expect(calls).toBe(5 + 3 * 7)
  expect(times).toHaveLength(3)
})

describe('measure', () => {
  const settings: MeasureSettings = { rounds: 4, sampleMilliseconds: 1, limitMilliseconds: 60_000 }

  function contenders(order: string[]): Contender[] {
    return ['a', 'b', 'c'].map(name => ({
      name,
      time: ({ warm, samples }) => {
        // once for the warm-up, however often it calls, and once for each round
        if (warm > 0 || !order.includes(name)) order.push(name)
        return new Array<number>(samples).fill(1000)
      },
    }))
  }

  test('runs the contenders in turns, each going first in its turn', async () => {
    const order: string[] = []
    const measured = await measure(contenders(order), settings, async () => 0)
    expect(measured.medians).toHaveLength(4)
    // warming up, then the rounds
    expect(order.join('')).toBe('abc' + 'abc' + 'bca' + 'cab' + 'abc')
  })

  test('stops at its limit where nothing is undisturbed', async () => {
    let used = 0
    const measured = await measure(contenders([]), { ...settings, limitMilliseconds: 0 }, async () => (used += 1e6))
    expect(measured).toMatchObject({ noisy: true, discarded: 0 })
    expect(measured.medians).toHaveLength(3)
  })
})
