import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { getNumThreads, setNumThreads } from '../../../src/backends/threads.js'
import { addressOf, NativeBlock, Program, unavailable } from '../../../src/backends/x64/runtime/index.js'
import { SEED } from '../../property/support/seed.js'
import { Counting, copyingKernel, countingKernel, serialKernel, single } from './kernels.js'

const before = getNumThreads()
afterAll(() => setNumThreads(before))

describe.skipIf(unavailable() !== null)('a program', () => {
  test('runs every chunk of every phase once, phase after phase, on any number of threads', () => {
    const kernel = countingKernel()
    // most chunks are short, some are very long
    const delay = fc.oneof({ weight: 9, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(3000) })
    const phases = fc.array(fc.array(delay, { maxLength: 40 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(phases, fc.integer({ min: 1, max: 7 }), fc.boolean(), (delays, threads, parallel) => {
        setNumThreads(threads)
        const counting = new Counting(kernel, delays)
        for (let run = 0; run < 5; run++) {
          counting.run(parallel)
          expect(counting.faults()).toEqual([])
          if (counting.chunks > 0) expect(counting.threads()).toBeLessThanOrEqual(parallel ? threads : 1)
        }
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('is run as often as one likes, with the number of threads changing all the time', () => {
    const counting = new Counting(countingKernel(), [[1, 2, 3, 4, 5], [7], [0, 0, 0], Array(17).fill(1)])
    for (let run = 0; run < 20_000; run++) {
      if (run % 100 === 0) setNumThreads(1 + ((run / 100) % 5))
      counting.run()
      expect(counting.threads()).toBeLessThanOrEqual(getNumThreads())
    }
    expect(counting.faults()).toEqual([])
  })

  test('has no more threads than are allowed at its start, though more have just been at work', () => {
    const kernel = countingKernel()
    const wide = new Counting(kernel, [Array(8).fill(0)])
    const narrow = new Counting(kernel, [Array(8).fill(10)])
    for (let run = 0; run < 10_000; run++) {
      setNumThreads(4)
      wide.run()
      setNumThreads(2)
      narrow.run()
      expect(narrow.threads()).toBeLessThanOrEqual(2)
    }
    expect([...wide.faults(), ...narrow.faults()]).toEqual([])
  })

  test('is helped by other threads', () => {
    setNumThreads(3)
    const counting = new Counting(countingKernel(), [Array(50).fill(20_000)])
    let most = 0
    for (let run = 0; run < 500 && most < 2; run++) {
      counting.run()
      most = Math.max(most, counting.threads())
    }
    expect(most).toBeGreaterThan(1)
    expect(counting.faults()).toEqual([])
  })

  test('of several is independent of the others', () => {
    setNumThreads(4)
    const kernel = countingKernel()
    const programs = Array.from({ length: 20 }, (_, i) => new Counting(kernel, [Array(i).fill(i), [1, 2, 3]]))
    for (let run = 0; run < 200; run++) for (const program of programs) program.run()
    expect(programs.flatMap(program => program.faults())).toEqual([])
  })

  test('gives each run a serial number of its own', () => {
    const kernel = serialKernel()
    const serial = new BigInt64Array(1)
    const numbers = new Set<bigint>()
    const programs = [single(kernel), single(kernel)]
    for (let run = 0; run < 10; run++) {
      programs[run % 2]!.run([serial])
      numbers.add(serial[0]!)
    }
    expect(numbers.size).toBe(10)
    expect(numbers.has(0n)).toBe(false)
  })

  test('with nothing to do does nothing', () => {
    new Program([]).run([])
    new Program([new BigInt64Array(0), new BigInt64Array(0)]).run([])
  })

  test('refuses what is no record, and more operands than there is room for', () => {
    expect(() => new Program([new BigInt64Array(9)])).toThrow('a record has 8 words, but a phase has 9')
    const program = single(copyingKernel())
    expect(() => program.run(Array(64).fill(0))).toThrow('at most 63 operands fit, but got 64')
  })

  test('has operands at the places that the kernel reads', () => {
    const from = new Float64Array([1.5, 2.5, 3.5])
    const to = new Float64Array(2)
    single(copyingKernel()).run([from.subarray(1), to.subarray(1)])
    expect(Array.from(to)).toEqual([0, 2.5])
    const block = new NativeBlock(8)
    single(copyingKernel()).run([from, block.address])
    expect(new Float64Array(block.view().buffer)[0]).toBe(1.5)
    single(copyingKernel()).run([addressOf(from) + 16, to])
    expect(to[0]).toBe(3.5)
  })
})

describe.skipIf(unavailable() !== null)('scratch memory', () => {
  test('is one block per thread, is kept from run to run, and grows when a program needs more', () => {
    const kernel = countingKernel()
    const small = new Counting(kernel, [[0]])
    small.run(false)
    const first = small.scratches[0]!
    small.run(false)
    expect(small.scratches[0]).toBe(first)
    expect(first % 64n).toBe(0n)

    const large = new Counting(kernel, [[0]], 1_000_000)
    large.run(false)
    const grown = large.scratches[0]!
    expect(grown).not.toBe(first)
    // all of it can be used, and is zero
    const last = Number(grown) + 1_000_000 - 8
    const word = new BigInt64Array([7n])
    single(copyingKernel()).run([last, word])
    expect(word[0]).toBe(0n)
    word[0] = 9n
    single(copyingKernel()).run([word, last])
    small.run(false)
    expect(small.scratches[0]).toBe(grown)
    single(copyingKernel()).run([last, word])
    expect(word[0]).toBe(9n)
  })
})
