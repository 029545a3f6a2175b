/**
 * What a run finds out: the content of the JSON file.
 */
import type { Section } from './settings.js'
import type { Spread } from './statistics.js'

/** One contender's share of a result. */
export interface Entry {
  /** `convforge`, `convforge strict`, or a peer. */
  readonly name: string
  /** Of a peer with several variants: the one that was faster. */
  readonly variant?: string
  /** Of convforge: the algorithms that served it. */
  readonly algorithm?: string
  /** Microseconds of one call. */
  readonly time: Spread
  /** Of a peer: how many times as long as each of convforge's entries it took, taken round by round. */
  readonly ratios: Readonly<Record<string, Spread>>
  /** The largest difference to the results of others, as a share of the largest value. */
  readonly differences: Readonly<Record<string, number>>
  /** Of a peer far too slow for the rounds: it was called once, by itself. */
  readonly isAlone?: boolean
}

/** One layer or network, timed with one number of threads. */
export interface Result {
  readonly section: Section
  readonly name: string
  readonly batch: number
  readonly threads: number
  /** What it ran in, with its version. */
  readonly runtime: string
  /** Floating point operations per second that one core can do there at most; `null` where nothing measures it. */
  readonly fmaPeak: number | null
  /** Floating point operations of one call, where they are counted. */
  readonly operations: number | null
  readonly entries: readonly Entry[]
  /** Whether strict float32 is what convforge does anyway, so that it has no entry of its own. */
  readonly strictIsSame: boolean
  readonly rounds: number
  /** Rounds that were not used, because other programs were at work. */
  readonly discarded: number
  readonly noisy: boolean
  /** What peers said that cannot do it. */
  readonly refusals?: Readonly<Record<string, string>>
}

/** How a program starts; milliseconds. */
export interface StartupResult {
  readonly name: string
  readonly threads: number
  /** Loading the library. */
  readonly load: Spread
  /** The first call of each convolution of ResNet-18, with everything that must be made for it. */
  readonly first: Spread
  /** The same calls later. */
  readonly later: Spread
}

/** The whole run. */
export interface Report {
  readonly results: readonly Result[]
  readonly startups: readonly StartupResult[]
  /** Lines about what was left out or went wrong, and about the peers. */
  readonly notes: readonly string[]
  /** Whether a contender's numbers were wrong. */
  readonly disagreements: readonly string[]
  readonly date: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
}
