import { writeFileSync } from 'node:fs'
import { test } from 'vitest'
import { difference, furtherCases, goldenCases, run, summary } from './cases.js'

for (const [name, cases] of [
  ['golden', goldenCases()],
  ['pairs', furtherCases()],
] as const)
  test(name, () => {
    const out: string[] = []
    let same = 0
    for (const one of cases) {
      let text: string | null
      try {
        const o = run(one.expr)
        text = difference(one, o)
      } catch (e) {
        text = 'HARNESS ' + (e as Error).message
      }
      if (text === null) same++
      else out.push(`${one.expr}\n    ${text.replaceAll('\n', '\n    ')}`)
    }
    out.push(`${same} same of ${cases.length}`)
    writeFileSync(`/tmp/diff-${name}.txt`, out.join('\n') + '\n')
    console.log(name, same, cases.length)
  })
