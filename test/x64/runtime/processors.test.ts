import { afterAll, describe, expect, test } from 'vitest'
import { getNumThreads, setNumThreads } from '../../../src/backends/threads.js'
import { processorsToUse } from '../../../src/backends/x64/runtime/processors.js'
import { bundleChild, runChild } from './child.js'

/** A machine of four cores with two threads each, numbered as Intel's are: 0-3, then their twins 4-7. */
const machine = (allowed: string, files: Record<string, string> = {}) => {
  const all: Record<string, string> = {
    '/proc/self/status': `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\n`,
  }
  for (let i = 0; i < 8; i++)
    all[`/sys/devices/system/cpu/cpu${i}/topology/thread_siblings_list`] = `${i % 4},${(i % 4) + 4}\n`
  Object.assign(all, files)
  return processorsToUse(path => all[path] ?? null)
}

describe('processors to use', () => {
  test('are physical cores', () => {
    expect(machine('0-7')).toBe(4)
    expect(machine('0-3')).toBe(4)
    expect(machine('1,5')).toBe(1)
    expect(machine('0-2,5,7')).toBe(4)
    expect(machine('6')).toBe(1)
  })

  test('are those allowed, where nothing tells which share a core', () => {
    const status = 'Cpus_allowed_list:\t0-2,9\n'
    expect(processorsToUse(path => (path === '/proc/self/status' ? status : null))).toBe(4)
  })

  test.each([
    ['300000 100000', 3],
    ['250000 100000', 2],
    ['50000 100000', 1],
    ['900000 100000', 4],
    ['max 100000', 4],
  ])('keep within the quota of a control group (version 2): %s', (cpuMax, expected) => {
    const files = { '/proc/self/cgroup': '0::/user/job\n', '/sys/fs/cgroup/user/job/cpu.max': `${cpuMax}\n` }
    expect(machine('0-7', files)).toBe(expected)
  })

  test('keep within the smallest quota of the groups above, and of a container that sees only its own', () => {
    const above = {
      '/proc/self/cgroup': '0::/a/b/c\n',
      '/sys/fs/cgroup/a/b/c/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/a/cpu.max': '20000 10000\n',
    }
    expect(machine('0-7', above)).toBe(2)
    expect(machine('0-7', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '100000 50000\n' })).toBe(2)
    expect(machine('0-7', { '/proc/self/cgroup': '0::/../other\n', '/sys/fs/cgroup/cpu.max': '300000 100000\n' })).toBe(
      3,
    )
  })

  test.each(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'])('keep within a quota of version 1: %s', mount => {
    const files = {
      '/proc/self/cgroup': '12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n',
      [`${mount}/cpu.cfs_quota_us`]: '30000\n',
      [`${mount}/cpu.cfs_period_us`]: '10000\n',
    }
    expect(machine('0-7', files)).toBe(3)
    expect(machine('0-7', { ...files, [`${mount}/docker/x/cpu.cfs_quota_us`]: '-1\n' })).toBe(3)
    expect(machine('0-7', { ...files, [`${mount}/cpu.cfs_quota_us`]: '-1\n' })).toBe(4)
  })

  test('are at least one, and those the system names where there are no such files', () => {
    expect(processorsToUse(() => null)).toBeGreaterThanOrEqual(1)
    expect(Number.isInteger(processorsToUse())).toBe(true)
  })
})

describe('the number of threads', () => {
  const before = getNumThreads()
  afterAll(() => setNumThreads(before))

  test('is what one sets', () => {
    setNumThreads(7)
    expect(getNumThreads()).toBe(7)
  })

  test('is a positive whole number', () => {
    expect(() => setNumThreads(0)).toThrow('set_num_threads expects a positive integer, but got 0')
    expect(() => setNumThreads(-3)).toThrow('set_num_threads expects a positive integer, but got -3')
    expect(() => setNumThreads(1.5)).toThrow('set_num_threads expects an int, but got 1.5')
    expect(() => setNumThreads('2' as unknown as number)).toThrow(TypeError)
  })

  test('comes from the environment, if it is there', async () => {
    const script = await bundleChild('threads')
    const printed = (value: string) => runChild(script, [], { environment: { CONVFORGE_NUM_THREADS: value } }).stdout
    expect(printed('5')).toBe('5')
    expect(printed('')).toBe(String(processorsToUse()))
    for (const wrong of ['0', '-1', 'two', '1.5'])
      expect(printed(wrong)).toBe(
        `ValueError: CONVFORGE_NUM_THREADS must be a positive whole number (or not set), but is '${wrong}'`,
      )
  })
})
