/**
 * Two faults at once, and other odd calls (fixtures/generate.py): which of the two is refused shows the order of the
 * checks. PyTorch's answers again, but for the rules in deliberate.ts.
 */
import { describe, expect, test } from 'vitest'
import { type Case, difference, furtherCases, run, summary } from './cases.js'
import { RULES, type Rule } from './deliberate.js'

const theirs = ({ exception, message, ok }: Case) =>
  exception !== undefined ? `${exception}: ${message}` : typeof ok === 'string' ? `ok ${ok}` : 'ok'

const covers = (rule: Rule, one: Case, ours: string) =>
  rule.theirs.test(theirs(one)) && rule.ours.test(ours) && (rule.expr?.test(one.expr) ?? true)

const results = furtherCases().map(one => {
  const outcome = run(one.expr)
  const different = difference(one, outcome)
  const rules = different === null ? [] : RULES.filter(rule => covers(rule, one, summary(outcome)))
  return { one, different, rules }
})

describe('as in PyTorch, or by a rule', () => {
  for (const section of new Set(results.map(({ one }) => one.section))) {
    test(section, () => {
      const own = results.filter(({ one }) => one.section === section)
      const unexplained = own.filter(({ different, rules }) => different !== null && rules.length !== 1)
      expect(
        unexplained.map(({ one, different, rules }) => `${one.expr} (${rules.length} rules): ${different}`),
      ).toEqual([])
    })
  }
})

describe('different on purpose', () => {
  test.each(RULES.map(rule => [rule.why, rule] as const))('%s', (_, rule) => {
    expect(results.filter(({ rules }) => rules.includes(rule))).toHaveLength(rule.count)
  })
})

test('most are the same', () => {
  const same = results.filter(({ different }) => different === null).length
  console.info(`pairs: ${same} as in PyTorch, ${results.length - same} different on purpose`)
  expect(same).toBeGreaterThan(0.85 * results.length)
})
