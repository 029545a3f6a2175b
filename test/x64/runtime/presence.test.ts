/**
 * Every other test of machine code is skipped where it cannot run. This one is not: a processor that has what it takes
 * must not pass for one that lacks it, with all those tests gone and a green run.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'
import { backends } from '../../../src/index.js'

/** What the kernel says of the first processor: independent of our own reading of CPUID. */
function processorHas(...wanted: string[]): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? []
  return wanted.every(flag => flags.includes(flag))
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

test.skipIf(!processorHas('avx2', 'fma') || !isInstalled('koffi'))(
  'on Linux x86-64 with AVX2, FMA and koffi, machine code runs',
  () => {
    expect(unavailable()).toBeNull()
    const x64 = backends.convolutionAlgorithms().filter(({ name }) => name.startsWith('x64/'))
    // with another backend chosen by hand none of them serves
    expect(x64.length > 0).toBe((process.env['CONVFORGE_BACKEND'] || 'x64') === 'x64')
  },
)
