import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Query, readCaches } from '../../../src/backends/x64/runtime/cpu.js'
import { cpu, instructionSet, unavailable } from '../../../src/backends/x64/runtime/index.js'
import { bundleChild, runChild } from './child.js'

describe.skipIf(unavailable() !== null)('the processor', () => {
  /** What the kernel found out about the first processor. */
  const field = (name: string) =>
    new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  const cache = (index: number, name: string) =>
    readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/${name}`, 'utf8').trim()

  test('is what the kernel says it is', () => {
    const { vendor, avx2, fma, avx512, readsProcessorNumber } = cpu()
    const flags = new Set(field('flags').split(' '))
    expect(vendor).toBe(field('vendor_id'))
    expect(avx2).toBe(flags.has('avx2'))
    expect(fma).toBe(flags.has('fma'))
    expect(readsProcessorNumber).toBe(flags.has('rdtscp'))
    expect(avx512).toBe(['avx512f', 'avx512dq', 'avx512bw', 'avx512vl'].every(flag => flags.has(flag)))
  })

  test('has the caches that the kernel says it has', context => {
    const sizes: Record<string, number> = {}
    try {
      for (let index = 0; index < 4; index++)
        if (cache(index, 'type') !== 'Instruction')
          sizes[cache(index, 'level')] = 1024 * Number.parseInt(cache(index, 'size'), 10)
    } catch {
      // some virtual machines hide some or all
    }
    if (Object.keys(sizes).length === 0) context.skip('this system hides the caches of its processor')
    const { l1d, l2, l3 } = cpu()
    expect({ 1: l1d, 2: l2, 3: l3 }).toMatchObject(sizes)
  })
})

describe.skipIf(unavailable() !== null)('the instruction set', () => {
  let script: string
  beforeAll(async () => {
    script = await bundleChild('isa')
  })
  const chosen = (value: string) => runChild(script, [], { environment: { CONVFORGE_ISA: value } }).stdout

  test('is the best there is, unless another one is asked for', () => {
    const best = cpu().avx512 ? 'avx512' : 'avx2'
    expect(chosen('')).toBe(best)
    expect(chosen('avx2')).toBe('avx2')
    if (process.env.CONVFORGE_ISA === undefined) expect(instructionSet()).toBe(best)
  })

  test('that is asked for must exist', () => {
    expect(chosen('sse2')).toBe("ValueError: CONVFORGE_ISA must be avx512 or avx2 (or not set), but is 'sse2'")
    expect(chosen('AVX2')).toMatch(/^ValueError/)
  })

  test('that is asked for must be there', context => {
    if (cpu().avx512) context.skip('this processor has AVX-512')
    expect(chosen('avx512')).toBe(
      'RuntimeError: CONVFORGE_ISA asks for avx512, which this processor or system lacks (it has avx2); unset it',
    )
  })
})

describe('caches', () => {
  /** A processor that answers these leaves, and zeros to all others. */
  const answering =
    (answers: Record<number, readonly [number, number, number, number]>): Query =>
    leaf =>
      answers[leaf] ?? [0, 0, 0, 0]

  test("are read from AMD's older leaves where a virtual machine leaves the list empty", () => {
    const ask = answering({
      2147483648: [0x80000021, 0, 0, 0],
      2147483653: [0xff60ff40, 0xff60ff40, 0x300c0140, 0x20080140],
      2147483654: [0x40802040, 0x60804040, 0x04006140, 0x00109140],
    })
    expect(readCaches(ask, 'AuthenticAMD')).toEqual({ l1d: 48 * 1024, l2: 1024 * 1024, l3: 2 * 1024 * 1024 })
  })

  test('are the usual small ones where nothing is told', () => {
    const usual = { l1d: 32 * 1024, l2: 256 * 1024, l3: 2 * 1024 * 1024 }
    expect(readCaches(answering({}), 'AuthenticAMD')).toEqual(usual)
    expect(readCaches(answering({}), 'GenuineIntel')).toEqual(usual)
  })
})
