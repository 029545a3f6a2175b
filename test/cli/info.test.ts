import { describe, expect, it } from 'vitest'
import { formatInfo } from '../../cli/commands/info.js'
import { formatDuration } from '../../cli/duration.js'
import { parseCpuinfo } from '../../cli/info/cpu.js'

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
    const backends = [
      { name: 'reference', available: true, reason: 'plain loops' },
      { name: 'x64', available: false, reason: 'koffi is not installed' },
    ]
    const text = formatInfo(cpu, backends)
    expect(text).toMatch(/^convforge {2}\d+\.\d+\.\d+$/m)
    expect(text).toContain('cpu        Abacus 3000, 2 threads\nfeatures   avx2 fma\n')
    expect(text).toContain(
      'backends\n  reference  available: plain loops\n  x64        not available: koffi is not installed\n',
    )
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
