/**
 * Something that is timed: convforge in one of its settings, or a peer.
 */

/** How often to call: `warm` calls that do not count, then `samples` times `group` calls. */
export interface Calls {
  readonly warm: number
  readonly samples: number
  /** Calls so short that the clock would disturb them are timed several at once. */
  readonly group: number
}

export interface Contender {
  readonly name: string
  /** Of a peer with several variants: the name that they share, and what tells them apart. */
  readonly peer?: string
  readonly variant?: string
  /** The microseconds of one call, for each sample. */
  time(calls: Calls): readonly number[] | Promise<readonly number[]>
}

/** Times a function of this process. */
export function timeCalls(call: () => void, { warm, samples, group }: Calls): number[] {
  for (let i = 0; i < warm; i++) call()
  return Array.from({ length: samples }, () => {
    const start = performance.now()
    for (let i = 0; i < group; i++) call()
    return (1000 * (performance.now() - start)) / group
  })
}

/** Times a function whose work is done when its promise is. */
export async function timeAsyncCalls(
  call: () => void | Promise<void>,
  { warm, samples, group }: Calls,
): Promise<number[]> {
  for (let i = 0; i < warm; i++) await call()
  const times: number[] = []
  while (times.length < samples) {
    const start = performance.now()
    for (let i = 0; i < group; i++) await call()
    times.push((1000 * (performance.now() - start)) / group)
  }
  return times
}
