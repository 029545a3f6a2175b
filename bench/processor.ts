/**
 * How much processor time other programs took: a round that was disturbed is not used.
 */
import { cpus } from 'node:os'

/** Milliseconds that all processors together have been busy since the machine started, in steps of about 10. */
function busyMilliseconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

function ownMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * A clock of the processor time of all programs but this one and its peers.
 *
 * @param peers the milliseconds that the peers' own processes have used so far
 */
export function foreignClock(peers: () => Promise<number>): () => Promise<number> {
  return async () => {
    const others = await peers()
    return busyMilliseconds() - ownMilliseconds() - others
  }
}

/** Whether a round of that length can count: the counters themselves are uncertain by 10 ms for each processor. */
export function isQuiet(foreignMilliseconds: number, wallMilliseconds: number): boolean {
  return foreignMilliseconds <= Math.max(20, 0.05 * wallMilliseconds)
}
