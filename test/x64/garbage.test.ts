/**
 * Tensors, plans and machine code are collected like any other object: never too early, and not much too late.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../../src/backends/x64/runtime/index.js'
import { SEED } from '../property/support/seed.js'
import { bundleChild, runChild } from './runtime/child.js'

const ROUNDS = 150

let script: string
beforeAll(async () => {
  script = await bundleChild('../garbage')
})

describe.skipIf(unavailable() !== null)(`collections (CONVFORGE_SEED=${SEED})`, () => {
  test.each([
    ['in between', []],
    ['at random allocations', ['--random-gc-interval=3000', `--random-seed=${SEED}`]],
    ['that move everything', ['--stress-compaction', '--gc-interval=20000']],
  ])('%s change nothing', (_, flags) => {
    const { status, signal, stdout, stderr } = runChild(script, [SEED, ROUNDS].map(String), {
      flags: ['--expose-gc', ...flags],
    })
    expect({ signal, stderr }).toEqual({ signal: null, stderr: '' })
    expect(status).toBe(0)
    const { compared, largest } = JSON.parse(stdout)
    expect(compared).toBeGreaterThan(3 * ROUNDS)
    // each round makes several pages of code; those of dropped layers are unmapped
    expect(largest).toBeLessThan(1500)
  })
})
