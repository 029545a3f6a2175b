/**
 * No kernel reads or writes beyond the memory it is given. A fault ends the process, so the cases run in one of their own.
 * Messages name the case; `CONVFORGE_SEED` repeats it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cpu, type InstructionSet, unavailable } from '../../../src/backends/x64/runtime/index.js'
import { KERNELS, type Kernel, leastServed } from '../../kernel/cases/cases.js'
import { SEED } from '../../property/support/seed.js'
import { bundleChild, runChild } from '../runtime/child.js'
import { VECTOR_KERNELS } from './vectorCases.js'

const CASES = 75

const folder = mkdtempSync(join(tmpdir(), 'convforge-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let script: string
beforeAll(async () => {
  script = await bundleChild('../bounds/bounds')
})

const sets: readonly InstructionSet[] = unavailable() === null ? (cpu().avx512 ? ['avx512', 'avx2'] : ['avx2']) : []

const all = [...KERNELS, ...VECTOR_KERNELS]

/** The functions that wrote the kernels of the cases. */
const covered = new Set<string>()

describe.each(sets)(`%s (CONVFORGE_SEED=${SEED})`, instructionSet => {
  test.each(all)(`%s stays within its memory, in ${CASES} cases`, kernel => {
    const progress = join(folder, 'progress')
    const { status, signal, stdout, stderr } = runChild(script, [
      instructionSet,
      kernel,
      ...[SEED, 0, CASES].map(String),
      progress,
    ])
    const last = readFileSync(progress, 'utf8').trim()
    expect({ signal, stderr, last: signal && last }).toEqual({ signal: null, stderr: '', last: null })
    expect(status).toBe(0)
    const { served, writers } = JSON.parse(stdout)
    // of the vector operations, float64 exponentials and odd strides are left to loops
    const isProgram = (own: string): own is Kernel => KERNELS.some(other => other === own)
    expect(served).toBeGreaterThan((isProgram(kernel) ? leastServed(kernel) : 0.4) * CASES)
    for (const writer of writers) covered.add(writer)
  })
})

test.skipIf(sets.length === 0)('every kernel that a program is built of is among them', () => {
  const source = (folder: string) =>
    readdirSync(join(import.meta.dirname, '../../../src', folder))
      .filter(name => name.endsWith('.ts'))
      .map(name => readFileSync(join(import.meta.dirname, '../../../src', folder, name), 'utf8'))
  const texts = [...source('kernel'), ...source('backends/compiled'), ...source('backends/x64')]
  const builders = texts.flatMap(text => text.match(/\w+\.kernel\((?!\))/g) ?? [])
  const names = texts.flatMap(text => [...text.matchAll(/\.kernel\([^\n]*=> (write\w+)\(/g)].map(([, name]) => name))
  // none is written in a way that was not seen here
  expect(names.length).toBe(builders.length)
  expect([...covered].sort()).toEqual([...new Set(names)].sort())
})
