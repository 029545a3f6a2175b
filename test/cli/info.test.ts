import { describe, expect, it, vi } from 'vitest'
import { formatInfo } from '../../cli/commands/info.js'
import { formatDuration } from '../../cli/duration.js'
import { describeBackends, describeServing, formatBytes } from '../../cli/info/backends.js'
import { parseCpuinfo } from '../../cli/info/cpu.js'
import { environmentSettings } from '../../cli/info/environment.js'
import { backends } from '../../src/index.js'

describe('parseCpuinfo', () => {
  it('picks the instruction sets that matter', () => {
    const x86 =
      'processor\t: 0\nflags\t\t: fpu sse4_1 sse4_2 avx fma avx2 avx512f avx512_vnni rdtscp\nbugs\t\t: spectre_v1\n'
    expect(parseCpuinfo(x86)).toEqual(['sse4_1', 'sse4_2', 'avx', 'fma', 'avx2', 'avx512f', 'avx512_vnni'])
    expect(parseCpuinfo('Features\t: fp asimd evtstrm asimdhp sve2 bf16\n')).toEqual([
      'asimd',
      'asimdhp',
      'sve2',
      'bf16',
    ])
    expect(parseCpuinfo('')).toBeUndefined()
  })
})

describe('formatInfo', () => {
  it('says which backends there are, and why not', () => {
    const cpu = { model: 'Abacus 3000', threads: 2, features: ['avx2', 'fma'] }
    const described = [
      { name: 'reference', available: true, reason: 'plain loops', details: ['threads  3', 'caches   none'] },
      { name: 'x64', available: false, reason: 'koffi is not installed', details: [] },
    ]
    const text = formatInfo(cpu, described, 'reference', [['CONVFORGE_BACKEND', 'reference']])
    expect(text).toMatch(/^convforge {2}\d+\.\d+\.\d+$/m)
    expect(text).toContain('cpu        Abacus 3000, 2 threads\nfeatures   avx2 fma\n')
    expect(text).toContain(
      [
        'serving    reference',
        'backends',
        '  reference  available: plain loops',
        '             threads  3',
        '             caches   none',
        '  x64        not available: koffi is not installed',
        'environment',
        '  CONVFORGE_BACKEND=reference\n',
      ].join('\n'),
    )
  })

  it('says nothing of the environment where nothing is set', () => {
    const settings = environmentSettings({ CONVFORGE_ISA: '', CONVFORGE_OTHER: '1' })
    expect(settings).toEqual([])
    expect(formatInfo({ model: 'Abacus', threads: 1 }, [], 'none', settings)).toMatch(/backends\n {2}none\n$/)
  })
})

describe('describeBackends', () => {
  it('tells what machine code uses, or why it cannot run', () => {
    const x64 = describeBackends().find(({ name }) => name === 'x64')!
    if (!x64.available) {
      expect(x64).toMatchObject({ reason: expect.stringMatching(/\w/), details: [] })
      return
    }
    expect(x64.details).toEqual([
      expect.stringMatching(/^instruction set {2}(avx512|avx2)$/),
      `threads          ${backends.getNumThreads()}`,
      expect.stringMatching(/^caches {11}L1d [\d.]+ KiB, L2 [\d.]+ [KM]iB, L3 [\d.]+ [KM]iB$/),
    ])
    expect(describeServing()).toBe(backends.getBackend())
  })

  it('tells what WebAssembly uses', () => {
    const wasm = describeBackends().find(({ name }) => name === 'wasm')!
    expect(wasm).toMatchObject({ available: true, reason: expect.stringContaining('WebAssembly SIMD') })
    expect(wasm.details).toEqual([
      expect.stringMatching(/^fused products {3}(yes|no \(.*\))$/),
      `threads          ${backends.getNumThreads()}`,
    ])
  })

  it('shows a setting that is refused, with the reason', () => {
    vi.stubEnv('CONVFORGE_ISA', 'sse9')
    try {
      const { available, details } = describeBackends().find(({ name }) => name === 'x64')!
      const message = "CONVFORGE_ISA must be avx512 or avx2 (or not set), but is 'sse9'"
      if (available) expect(details[0]).toContain(message)
      // nothing would be computed
      if (backends.getBackend() === 'x64') expect(describeServing()).toBe(message)
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

describe('formatBytes', () => {
  it.each([
    [49152, '48 KiB'],
    [1310720, '1.3 MiB'],
    [272629760, '260 MiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [2345, '2.3 s'],
    [9951, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})
