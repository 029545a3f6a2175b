/**
 * The mappings of this process, as the system sees them.
 */
import { readdirSync, readFileSync } from 'node:fs'

export interface Mapping {
  readonly start: number
  readonly end: number
  /** `r-xp`, `rw-p`, ... */
  readonly access: string
}

export function mappings(): Mapping[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .trim()
    .split('\n')
    .map(line => {
      const [, start, end, access] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line)!
      return { start: Number.parseInt(start!, 16), end: Number.parseInt(end!, 16), access: access! }
    })
}

/** The access to the memory at an address; `undefined` if there is none mapped. */
export function accessTo(address: number): string | undefined {
  return mappings().find(({ start, end }) => start <= address && address < end)?.access
}

/** How many native threads of pools there are in this process. */
export function poolThreads(): number {
  return readdirSync('/proc/self/task').filter(task => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, 'utf8') === 'convforge\n'
    } catch {
      // it has just ended
      return false
    }
  }).length
}
