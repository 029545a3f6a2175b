import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'
import { bundleChild, runChild } from './child.js'

/** Outside the project there is no koffi. */
const elsewhere = mkdtempSync(join(tmpdir(), 'convforge-'))
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

let script: string
beforeAll(async () => {
  script = await bundleChild('absence')
})

const lines = (name: string, flags: string[] = []) => runChild(script, [name], { flags }).stdout.split('\n')

test('without koffi, the reason names it and the cure', async () => {
  const { status, stdout } = runChild(await bundleChild('absence', elsewhere), ['here'])
  const sentence = expect.stringMatching(
    unavailable()?.startsWith('needs')
      ? 'needs'
      : 'the optional dependency koffi cannot be loaded \\(npm install koffi\\): Cannot find module',
  )
  expect(status).toBe(0)
  expect(stdout.split('\n')).toEqual([
    sentence,
    expect.stringContaining('RuntimeError: machine code cannot run here: '),
    expect.stringContaining('RuntimeError'),
  ])
})

test('on other systems and in browsers, the reason names them', () => {
  expect(lines('windows')[0]).toMatch('needs Linux on x86-64, but this is win32 on ')
  expect(lines('arm')[0]).toMatch(/^needs Linux on x86-64, but this is \w+ on arm64$/)
  const other = 'needs Node 20.19 or newer (this is another runtime)'
  expect(lines('old')[0]).toBe(other)
  expect(lines('browser')).toEqual([
    other,
    `RuntimeError: machine code cannot run here: ${other}`,
    `RuntimeError: machine code cannot run here: ${other}`,
  ])
})

describe.skipIf(unavailable() !== null)('where koffi works', () => {
  test('machine code runs', () => {
    expect(lines('here')).toEqual(['null', 'works', 'works'])
  })

  test('a system that refuses executable memory is the reason', context => {
    // V8 itself must not need executable memory then
    const { stdout, stderr } = runChild(script, ['hardened'], { flags: ['--jitless'] })
    if (stderr.includes('this kernel has no PR_SET_MDWE')) context.skip('this kernel has no PR_SET_MDWE')
    const refusal = 'the system refuses executable memory: mprotect failed (error 13)'
    expect(stdout.split('\n')).toEqual([refusal, `RuntimeError: ${refusal}`, `RuntimeError: ${refusal}`])
  })
})
