import { afterEach, describe, expect, test } from 'vitest'
import { withoutThreads } from '../../../src/backends/wasm/runtime/workers.js'
import { backends } from '../../../src/index.js'
import { bundleChild, runChild } from '../../x64/runtime/child.js'
import { addOne, compile, programOf, scratches } from './programs.js'

const before = backends.getNumThreads()
afterEach(() => backends.setNumThreads(before))

describe('threads', () => {
  test('other threads take tasks, each with a scratch memory of its own', () => {
    const end = performance.now() + 30_000
    let most = 0
    while (most < 3 && performance.now() < end) most = Math.max(most, scratches(3).size)
    expect(most).toBe(3)
  })

  test('one thread does all where others are not wanted', () => {
    expect(scratches(1).size).toBe(1)
    expect(scratches(3, false).size).toBe(1)
  })

  test.each([1, 2, 3, 7])('on %i threads each task of each phase is done once', threads => {
    backends.setNumThreads(threads)
    const [tasks, phases] = [100, 30]
    const run = compile(programOf(addOne, tasks, phases), 'part')
    for (let i = 0; i < 20; i++) {
      const out = new Float64Array(tasks).map((_, j) => j)
      run([out])
      expect(out).toEqual(new Float64Array(tasks).map((_, j) => j + phases))
    }
  })

  test('programs in turn do not take each other for their own', () => {
    backends.setNumThreads(3)
    const runs = [1, 2, 3, 4].map(phases => ({ phases, run: compile(programOf(addOne, 20, phases), 'part') }))
    for (let i = 0; i < 300; i++) {
      const { phases, run } = runs[i % runs.length]!
      const out = new Float64Array(20)
      run([out])
      expect(out).toEqual(new Float64Array(20).fill(phases))
    }
  })

  test('a kernel that fails is an error, and the next run is not harmed', () => {
    const failing = programOf(machine => {
      const pointer = machine.pointer()
      machine.scratch(pointer)
      machine.advance(pointer, 2 ** 31 - 1)
      machine.loadNumber(pointer, { base: pointer, offset: 2 ** 30 })
    }, 50)
    for (const threads of [1, 3]) {
      backends.setNumThreads(threads)
      expect(() => compile(failing, 'whole')([new Float64Array(50)])).toThrow()
      const out = new Float64Array(9)
      compile(programOf(addOne, 9), 'part')([out])
      expect(out).toEqual(new Float64Array(9).fill(1))
    }
  })
})

describe('where there are no threads', () => {
  const page = { Worker: class {}, SharedArrayBuffer } as unknown as Parameters<typeof withoutThreads>[0]

  test('a page that is not isolated is told the two headers', () => {
    const sentence = withoutThreads({ ...page, crossOriginIsolated: false })
    expect(sentence).toContain('Cross-Origin-Opener-Policy: same-origin')
    expect(sentence).toContain('Cross-Origin-Embedder-Policy: require-corp')
  })

  test('one that is isolated has them, and so has Node', () => {
    expect(withoutThreads({ ...page, crossOriginIsolated: true })).toBeNull()
    expect(withoutThreads()).toBeNull()
  })

  test('a runtime without workers says so', () => {
    expect(withoutThreads({})).toContain('no workers that share memory')
  })
})

test('a process ends although its workers sleep', async () => {
  const { status, stdout } = runChild(await bundleChild('../../wasm/runtime/sleeping'), [])
  expect(stdout.trim()).toBe('done')
  expect(status).toBe(0)
})
