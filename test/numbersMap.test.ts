import { describe, expect, test } from 'vitest'
import { NumbersKey, NumbersMap } from '../src/tensor/numbersMap.js'

const keyOf = (...lists: readonly (readonly number[])[]) => {
  const key = new NumbersKey()
  for (const list of lists) key.addAll(list)
  return key
}

describe('a map by lists of numbers', () => {
  test('finds what was kept for the same numbers, and for no others', () => {
    const map = new NumbersMap<{ text: string }>(1000)
    const lists = [[], [0], [0, 0], [1, 2, 3], [3, 2, 1], [1, 2], [-1], [2 ** 31 - 1]]
    for (const list of lists) map.set(keyOf(list), { text: `${list}` })
    for (const list of lists) expect(map.get(keyOf(list))?.text).toBe(`${list}`)
    // some of these have the code of others
    for (const list of [[1, 2, 4], [2 ** 31], [2 ** 40], [2 ** 53 - 1], [0.5], [NaN]])
      expect(map.get(keyOf(list))).toBe(undefined)
  })

  test('tells lists apart that are one after the other', () => {
    const map = new NumbersMap<object>(10)
    map.set(keyOf([1, 2], [3]), {})
    expect(map.get(keyOf([1], [2, 3]))).toBe(undefined)
    expect(map.get(keyOf([1, 2], [3]))).toEqual({})
  })

  test('takes numbers with the code of others for what they are', () => {
    const map = new NumbersMap<{ own: number }>(2 ** 20)
    const codes = new Map<number, number>()
    let found: [number, number] | undefined
    for (let i = 0; found === undefined && i < 2 ** 20; i++) {
      const { code } = keyOf([i, i * 7])
      const before = codes.get(code)
      if (before !== undefined) found = [before, i]
      codes.set(code, i)
    }
    const [one, other] = found!
    map.set(keyOf([one, one * 7]), { own: one })
    expect(map.get(keyOf([other, other * 7]))).toBe(undefined)
    map.set(keyOf([other, other * 7]), { own: other })
    expect(map.get(keyOf([one, one * 7]))).toBe(undefined)
    expect(map.get(keyOf([other, other * 7]))).toEqual({ own: other })
  })

  test('keeps so many at most, and goes on when it is full', () => {
    const map = new NumbersMap<object>(4)
    for (let i = 0; i < 100; i++) {
      map.set(keyOf([i]), { i })
      expect(map.size).toBeLessThanOrEqual(4)
      expect(map.get(keyOf([i]))).toEqual({ i })
    }
  })

  test('forgets what is not asked for, not what is', () => {
    const map = new NumbersMap<object>(8)
    map.set(keyOf([-1]), { own: 'often' })
    map.set(keyOf([-2]), { own: 'never' })
    for (let i = 0; i < 100; i++) {
      map.set(keyOf([i]), { i })
      expect(map.get(keyOf([-1]))).toEqual({ own: 'often' })
    }
    expect(map.get(keyOf([-2]))).toBe(undefined)
  })

  test('a key can be written anew, and what was kept stays as it was', () => {
    const map = new NumbersMap<object>(10)
    const key = keyOf([1, 2, 3])
    map.set(key, {})
    expect(map.get(key.clear().addAll([1, 2]))).toBe(undefined)
    expect(map.get(key.clear().addAll([1, 2, 3]))).toEqual({})
  })
})
