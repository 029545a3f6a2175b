/**
 * Memory that was freed is used again without asking the system for it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'

const child = fileURLToPath(new URL('heap.child.ts', import.meta.url))

/** Page faults of the second half of many results of 4 MB each, in pages of the results. */
function faults(environment: NodeJS.ProcessEnv): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', child], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return Number(stdout)
}

describe.skipIf(unavailable() !== null || process.env['GLIBC_TUNABLES'] !== undefined)('freed memory', () => {
  test('is used again', () => {
    expect(faults({})).toBeLessThan(0.2)
  })

  test('is treated as the user has told the allocator', () => {
    expect(faults({ MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' })).toBeGreaterThan(0.8)
  })
})
