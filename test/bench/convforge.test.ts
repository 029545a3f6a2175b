import { backends } from 'convforge'
import { describe, expect, test } from 'vitest'
import {
  distinct,
  forwardContender,
  type OwnContender,
  trainingContender,
  withPrecision,
} from '../../bench/convforge.js'
import { layer } from '../../bench/layers.js'
import { operandsOf, outputGradientOf } from '../../bench/operands.js'

function contender(algorithm: string, values: readonly number[]): OwnContender {
  return {
    name: algorithm,
    precision: 'reduced',
    algorithm,
    results: () => ({ output: Float32Array.from(values) }),
    time: () => [],
  }
}

describe('distinct', () => {
  const kept = (...contenders: OwnContender[]) => distinct(contenders).map(one => contenders.indexOf(one))

  test('the same algorithm with the same results is timed once', () => {
    expect(kept(contender('direct', [1, Number.NaN]), contender('direct', [1, Number.NaN]))).toEqual([0])
  })

  test('another algorithm, or other results, are timed', () => {
    expect(kept(contender('winograd', [1, 2]), contender('direct', [1, 2]))).toEqual([0, 1])
    expect(kept(contender('direct', [1, 2]), contender('direct', [1, 2.0000002]))).toEqual([0, 1])
  })
})

test('the precision is set while the body runs, and allowed again afterwards', () => {
  expect(withPrecision('strict', backends.isReducedPrecisionAllowed)).toBe(false)
  expect(withPrecision('reduced', backends.isReducedPrecisionAllowed)).toBe(true)
  expect(() => withPrecision('strict', () => expect.fail('thrown'))).toThrow('thrown')
  expect(backends.isReducedPrecisionAllowed()).toBe(true)
})

test('training gives the output and three gradients of the sizes of the operands', () => {
  const odd = layer('4x7x9 -> 6 k3x2 s2 p1 g2')
  const operands = operandsOf(odd, 3)
  const training = trainingContender(odd, operands, outputGradientOf(odd, 3), 'strict')
  const results = training.results()
  expect(Object.entries(results).map(([name, values]) => [name, values.length])).toEqual([
    ['output', 3 * 6 * 4 * 5],
    ['input', 3 * 4 * 7 * 9],
    ['weight', 6 * 2 * 3 * 2],
    ['bias', 6],
  ])
  expect(training.algorithm.split(', ')).toHaveLength(3)
  expect(results['output']).toEqual(forwardContender(odd, operands, 'strict').results()['output'])
})
