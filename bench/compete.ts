/**
 * From contenders to one line of the report.
 */
import type { Contender } from './contender.js'
import { type Measured, measure, ratio } from './measure.js'
import type { Entry, Result } from './result.js'
import type { Session } from './session.js'
import type { Section } from './settings.js'
import type { Spread } from './statistics.js'

/** What is timed. */
export interface Subject {
  readonly section: Section
  readonly name: string
  readonly batch: number
  readonly operations: number | null
}

/** One of convforge's contenders, after its results have been compared. */
export interface Own extends Contender {
  readonly algorithm?: string
  readonly differences: Readonly<Record<string, number>>
}

/** Something whose operations per second are the most that can be done: it takes its turn in the rounds. */
export interface Peak {
  readonly contender: Contender
  /** Floating point operations of one call. */
  readonly operations: number
}

/** Who competes. */
export interface Field {
  readonly own: readonly Own[]
  readonly peers: readonly Contender[]
  /** Default: the peak that the session measured. */
  readonly peak?: Peak
  /** Peers that are too slow for the rounds, with their milliseconds, see {@link Entry.isAlone}. */
  readonly alone?: readonly { readonly name: string; readonly variant: string; readonly milliseconds: number }[]
  readonly refusals?: Readonly<Record<string, string>>
}

/** Times convforge's contenders and the peers against each other and sends the result. */
export async function compete(session: Session, subject: Subject, field: Field): Promise<void> {
  const { settings, threads, runtime, foreign, send } = session
  const { own, peers, peak, alone = [], refusals } = field
  const measured = await measure([...own, ...peers, ...(peak ? [peak.contender] : [])], settings, foreign)
  const entries: Entry[] = [
    ...own.map(({ name, algorithm, differences }, i) => ({
      name,
      algorithm,
      time: measured.times[i]!,
      ratios: {},
      differences,
    })),
    ...peerEntries(measured, own, peers),
    ...alone.map(({ name, variant, milliseconds }) => ({
      name,
      variant,
      time: exactly(1000 * milliseconds),
      ratios: Object.fromEntries(
        own.map((one, i) => [one.name, exactly((1000 * milliseconds) / measured.times[i]!.median)]),
      ),
      differences: {},
      isAlone: true,
    })),
  ]
  const result: Result = {
    ...subject,
    threads,
    runtime,
    fmaPeak: peak ? (1e6 * peak.operations) / measured.times.at(-1)!.median : session.fmaPeak,
    entries,
    strictIsSame: settings.precisions.length > own.length,
    rounds: measured.medians.length,
    discarded: measured.discarded,
    noisy: measured.noisy,
    refusals,
  }
  send({ kind: 'result', result })
}

const exactly = (value: number): Spread => ({ median: value, p10: value, p90: value })

/** A peer with several variants is represented by its fastest. */
export function peerEntries(measured: Measured, own: readonly Contender[], peers: readonly Contender[]): Entry[] {
  const fastest = new Map<string, Entry>()
  peers.forEach((contender, k) => {
    const i = own.length + k
    const { peer = contender.name, variant } = contender
    const time = measured.times[i]!
    const before = fastest.get(peer)
    if (before && before.time.median <= time.median) return
    const ratios = Object.fromEntries(own.map((one, j) => [one.name, ratio(measured, i, j)]))
    fastest.set(peer, { name: peer, variant, time, ratios, differences: {} })
  })
  return [...fastest.values()]
}
