import { describe, expect, test } from 'vitest'
import { BoundedCache } from '../src/backends/boundedCache.js'

describe('a bounded cache', () => {
  const filled = (most: number, keys: readonly string[]) => {
    const made: string[] = []
    const cache = new BoundedCache<string, { key: string }>(most)
    const ask = (key: string) =>
      cache.of(key, () => {
        made.push(key)
        return { key }
      })
    for (const key of keys) expect(ask(key).key).toBe(key)
    return { cache, made }
  }

  test('makes a value once, while it is among the last that were asked for', () => {
    expect(filled(3, ['a', 'b', 'a', 'c', 'b', 'a', 'c']).made).toEqual(['a', 'b', 'c'])
  })

  test('lets go of the one not used for longest', () => {
    // a is older than b, and used later
    expect(filled(2, ['a', 'b', 'a', 'c', 'a', 'b']).made).toEqual(['a', 'b', 'c', 'b'])
    expect(filled(2, ['a', 'b', 'b', 'c', 'a']).made).toEqual(['a', 'b', 'c', 'a'])
  })

  test('keeps so many, however many there were', () => {
    const { cache, made } = filled(
      5,
      Array.from({ length: 1000 }, (_, i) => `${i}`),
    )
    expect(cache.size).toBe(5)
    expect(made.length).toBe(1000)
  })

  test('keeps neither null nor what could not be made', () => {
    const cache = new BoundedCache<number, object>(2)
    expect(cache.of(1, () => null)).toBeNull()
    expect(() =>
      cache.of(1, () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(cache.size).toBe(0)
    const value = {}
    expect(cache.of(1, () => value)).toBe(value)
  })
})
