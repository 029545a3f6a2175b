/**
 * The memory of a program that calls a network again and again, on pictures of all sizes.
 */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { SEED } from '../property/support/seed.js'
import { bundleChild } from '../x64/runtime/child.js'

const MIB = 2 ** 20

interface Bytes {
  readonly linear: number
  readonly resident: number
}

test(`500 calls of the upscaler end with the memory of the first 20 (CONVFORGE_SEED=${SEED})`, async () => {
  const script = await bundleChild('../../wasm/memory')
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, String(SEED)], {
    encoding: 'utf8',
    timeout: 170_000,
  })
  expect(stderr).toBe('')
  const { first, large, last } = JSON.parse(stdout) as Record<'first' | 'large' | 'last', Bytes>
  const text = [first, large, last].map(({ linear, resident }) =>
    [linear, resident].map(own => (own / MIB).toFixed()).join(' and '),
  )
  console.log(`linear and resident MiB after 20 calls, a large one, and 500: ${text.join(', ')}`)
  // the large call did need more
  expect(large.linear).toBeGreaterThan(first.linear + 40 * MIB)
  // copies of what programs keep may have been allowed twice 16 MiB by now
  expect(last.linear).toBeLessThan(first.linear + 24 * MIB)
  // besides that, a thousand plans with their code are kept, and what the C library keeps
  const besides = ({ linear, resident }: Bytes) => resident - linear
  expect(besides(last)).toBeLessThan(besides(first) + 195 * MIB)
})
