/**
 * Every expression of golden/data/conv2d-errors.json over our API: the same value, or the same refusal by the same part
 * of the expression (constructor or call) with the same class and wording. What differs on purpose is in deliberate.ts,
 * what cannot be said in TypeScript in inexpressible.ts; nothing is skipped.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { difference, goldenCases, run, summary } from './cases.js'
import { DELIBERATE, RULES } from './deliberate.js'
import { INEXPRESSIBLE } from './inexpressible.js'
import { Inexpressible } from './python/values.js'

const cases = goldenCases()
const deliberate = new Map(DELIBERATE.flatMap(({ cases: own }) => Object.entries(own)))
const same = cases.filter(({ expr }) => !deliberate.has(expr) && !Object.hasOwn(INEXPRESSIBLE, expr))

describe('as in PyTorch', () => {
  test.each(same.map(one => [one.section, one.expr, one] as const))('%s: %s', (_, expr, one) => {
    expect(difference(one, run(expr))).toBeNull()
  })
})

describe('different on purpose', () => {
  for (const { why, cases: own } of DELIBERATE) {
    test.each(Object.entries(own))(`${why} %s`, (expr, ours) => {
      const expected = cases.find(one => one.expr === expr)
      expect(expected, 'an expression of the golden file').toBeDefined()
      const outcome = run(expr)
      expect(summary(outcome)).toBe(ours)
      expect(difference(expected!, outcome), 'it is the same as PyTorch now: take it off the list').not.toBeNull()
    })
  }
})

describe('cannot be said in TypeScript', () => {
  test.each(Object.entries(INEXPRESSIBLE))('%s: %s', expr => {
    expect(cases.map(one => one.expr)).toContain(expr)
    expect(() => run(expr)).toThrow(Inexpressible)
  })
})

test('nothing is left out', () => {
  const counts = [same.length, deliberate.size, Object.keys(INEXPRESSIBLE).length]
  console.info(
    `conv2d-errors: ${counts[0]} as in PyTorch, ${counts[1]} different on purpose, ${counts[2]} inexpressible`,
  )
  expect(counts[0]! + counts[1]! + counts[2]!).toBe(403)
  expect(cases).toHaveLength(403)
})

test('docs/compatibility.md gives every reason', () => {
  const document = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8')
  const missing = [...DELIBERATE, ...RULES].filter(({ why }) => !document.includes(why)).map(({ why }) => why)
  expect(missing).toEqual([])
})
