/**
 * New memory comes by huge pages, and memory that was freed is used again without asking the system for it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'

/** What a process prints that ends well, line by line. */
function printed(child: string, environment: NodeJS.ProcessEnv = {}): unknown[] {
  const path = fileURLToPath(new URL(child, import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', path], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

const SETTING = '/sys/kernel/mm/transparent_hugepage/enabled'
const hasHugePages = existsSync(SETTING) && !readFileSync(SETTING, 'utf8').includes('[never]')

/** Page faults of results of 4 MB, in pages of the results: of the first results, and of later ones. */
const faults = (environment: NodeJS.ProcessEnv) =>
  printed('heap.child.ts', environment)[0] as { readonly first: number; readonly last: number }

describe.skipIf(unavailable() !== null || process.env['GLIBC_TUNABLES'] !== undefined)('memory', () => {
  test('that was freed is used again', () => {
    expect(faults({}).last).toBeLessThan(0.2)
  })

  test.skipIf(!hasHugePages)('that is new comes by huge pages', () => {
    expect(faults({}).first).toBeLessThan(0.2)
  })

  test('that was freed goes back where the user has told the allocator so', () => {
    const { last } = faults({ MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' })
    // of 4 MB at any address, 2 to 4 are a whole huge page or two
    expect(last).toBeGreaterThan(hasHugePages ? 0.3 : 0.8)
  })

  test.skipIf(!hasHugePages)('of others is left as it is, in workers too', () => {
    expect(printed('hugePages.child.ts')).toEqual([
      { isMainThread: true, any: true, foreign: [] },
      { isMainThread: false, any: true, foreign: [] },
    ])
  })
})
