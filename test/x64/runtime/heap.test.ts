/**
 * New memory comes by huge pages, and memory that was freed is used again without asking the system for it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'
import { bundleChild, runChild } from './child.js'

/** What a script prints that ends well, line by line. */
async function printed(child: string, environment: Record<string, string> = {}): Promise<unknown[]> {
  const { stdout, ...end } = runChild(await bundleChild(child), [], { environment })
  expect(end).toEqual({ status: 0, signal: null, stderr: '' })
  return stdout.split('\n').map(line => JSON.parse(line))
}

const SETTING = '/sys/kernel/mm/transparent_hugepage/enabled'
const hasHugePages = existsSync(SETTING) && !readFileSync(SETTING, 'utf8').includes('[never]')

/** Page faults of results of 4 MB, in pages of the results: of the first results, and of later ones. */
async function faults(environment: Record<string, string> = {}) {
  return (await printed('heap', environment))[0] as { readonly first: number; readonly last: number }
}

describe.skipIf(unavailable() !== null || process.env['GLIBC_TUNABLES'] !== undefined)('memory', () => {
  test('that was freed is used again', async () => {
    expect((await faults()).last).toBeLessThan(0.2)
  })

  test.skipIf(!hasHugePages)('that is new comes by huge pages', async () => {
    expect((await faults()).first).toBeLessThan(0.2)
  })

  test('that was freed goes back where the user has told the allocator so', async () => {
    const { last } = await faults({ MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' })
    // of 4 MB at any address, 2 to 4 are a whole huge page or two
    expect(last).toBeGreaterThan(hasHugePages ? 0.3 : 0.8)
  })

  test.skipIf(!hasHugePages)('of others is left as it is, in workers too', async () => {
    expect(await printed('hugePages')).toEqual([
      { isMainThread: false, any: true, foreign: [] },
      { isMainThread: true, any: true, foreign: [] },
    ])
  })
})
