/**
 * How many processors this process should compute on: those its affinity allows, one per physical core, within the quota of
 * its control groups.
 *
 * Sources: Linux's proc(5) and cgroups(7), Documentation/admin-guide/cgroup-v2.rst, Documentation/scheduler/sched-bwc.rst.
 *
 * @module
 */

/** The text of a file, or `null` if there is none. */
export type ReadFile = (path: string) => string | null

type Host = { process?: Partial<NodeJS.Process>; navigator?: { hardwareConcurrency?: number } }

function readSystemFile(path: string): string | null {
  const { process } = globalThis as Host
  if (process?.platform !== 'linux' || !process.getBuiltinModule) return null
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Where the system's files do not tell. */
function fallback(): number {
  const { process, navigator } = globalThis as Host
  if (process?.getBuiltinModule) return process.getBuiltinModule('node:os').availableParallelism()
  return navigator?.hardwareConcurrency ?? 1
}

/** How many threads may usefully compute at the same time; at least 1. */
export function processorsToUse(read: ReadFile = readSystemFile): number {
  const allowed = allowedProcessors(read)
  const cores = allowed === null ? fallback() : physicalCores(allowed, read)
  return Math.max(1, Math.floor(Math.min(cores, quota(read))))
}

/** The numbers in a list as the kernel writes it: `0-3,8`. */
function parseList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap(range => {
      const [first, last = first] = range.split('-').map(Number) as [number, number?]
      return Array.from({ length: last! - first + 1 }, (_, i) => first + i)
    })
}

function allowedProcessors(read: ReadFile): number[] | null {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(read('/proc/self/status') ?? '')
  return list && parseList(list[1]!)
}

/** Two threads of one core share its multipliers: a second one would gain nothing. */
function physicalCores(processors: number[], read: ReadFile): number {
  const cores = new Set<string>()
  for (const processor of processors)
    cores.add(read(`/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`) ?? `${processor}`)
  return cores.size
}

/** Processors' worth of time that the control groups grant, those above this process's own among them. */
function quota(read: ReadFile): number {
  let granted = Number.POSITIVE_INFINITY
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined) continue
    for (const directory of ancestors(path!)) {
      if (controllers === '') granted = Math.min(granted, quotaVersion2(directory, read))
      else if (controllers.split(',').includes('cpu')) granted = Math.min(granted, quotaVersion1(directory, read))
    }
  }
  return granted
}

/** `/a/b` -> `/a/b`, `/a`, and the root, which is all that a container sees of its own group. */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean)
  return [...parts.keys(), parts.length].map(n =>
    parts
      .slice(0, n)
      .map(part => `/${part}`)
      .join(''),
  )
}

function quotaVersion2(directory: string, read: ReadFile): number {
  const [time, period] = (read(`/sys/fs/cgroup${directory}/cpu.max`) ?? 'max').trim().split(' ')
  return time === 'max' ? Number.POSITIVE_INFINITY : Number(time) / Number(period)
}

function quotaVersion1(directory: string, read: ReadFile): number {
  for (const mount of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    const time = Number(read(`${mount}${directory}/cpu.cfs_quota_us`) ?? -1)
    const period = Number(read(`${mount}${directory}/cpu.cfs_period_us`) ?? 0)
    if (time > 0 && period > 0) return time / period
  }
  return Number.POSITIVE_INFINITY
}
