/**
 * Timing contenders against each other: in rounds, each contender once in every round, so that whatever the machine does
 * meanwhile happens to all of them.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Calls, Contender } from './contender.js'
import { isQuiet } from './processor.js'
import { median, type Spread, spread } from './statistics.js'

export interface MeasureSettings {
  /** How many undisturbed rounds are wanted. */
  readonly rounds: number
  /** About how long one contender runs in a round, in milliseconds; at least one call is made. */
  readonly sampleMilliseconds: number
  /** After that long, no further round begins. */
  readonly limitMilliseconds: number
}

/** One round: the samples of each contender, in microseconds, and the processor time that other programs took. */
export interface Round {
  readonly samples: readonly (readonly number[])[]
  readonly foreignMilliseconds: number
  readonly quiet: boolean
}

export interface Measured {
  /** Microseconds of one call, by contender, over all samples of the rounds that count. */
  readonly times: readonly Spread[]
  /** The median of each round, by round and contender. */
  readonly medians: readonly (readonly number[])[]
  readonly discarded: number
  /** Whether too few rounds were undisturbed, so that the least disturbed ones had to do. */
  readonly noisy: boolean
}

/** So few rounds say nothing about how much a result scatters. */
const FEWEST = 3
/** Until the worker threads of the contender before have gone to sleep. */
const PAUSE = 15
const WARM_UP = 200
/**
 * In each round, also of calls that take long: while others ran, the system may have taken away the pages of a contender that
 * gives free memory back, and the first calls fetch them again.
 */
const [FEWEST_WARM, FEWEST_SAMPLES] = [3, 3]

export async function measure(
  contenders: readonly Contender[],
  settings: MeasureSettings,
  foreign: () => Promise<number>,
): Promise<Measured> {
  const calls: Calls[] = []
  for (const contender of contenders) calls.push(await planCalls(contender, settings.sampleMilliseconds))
  const rounds: Round[] = []
  const start = performance.now()
  const isEnough = () => rounds.filter(round => round.quiet).length >= settings.rounds
  while (!isEnough() && (rounds.length < FEWEST || performance.now() - start < settings.limitMilliseconds)) {
    rounds.push(await runRound(contenders, calls, rounds.length, foreign))
  }
  return summarize(rounds, settings.rounds)
}

/** Lets the engine compile and caches fill, and finds how many calls fit into a round. */
async function planCalls(contender: Contender, milliseconds: number): Promise<Calls> {
  const start = performance.now()
  let microseconds = 0
  do {
    const samples = microseconds === 0 ? 1 : Math.min(1000, Math.ceil(20_000 / microseconds))
    microseconds = median(await contender.time({ warm: 0, samples, group: 1 }))
  } while (performance.now() - start < WARM_UP)
  const group = microseconds < 20 ? Math.ceil(40 / Math.max(microseconds, 0.1)) : 1
  const samples = Math.max(FEWEST_SAMPLES, Math.min(200, Math.round((1000 * milliseconds) / (microseconds * group))))
  return { warm: Math.max(FEWEST_WARM, Math.ceil(Math.min(10_000 / microseconds, 4 * group))), samples, group }
}

/** The contenders take turns in going first. */
async function runRound(
  contenders: readonly Contender[],
  calls: readonly Calls[],
  index: number,
  foreign: () => Promise<number>,
): Promise<Round> {
  const samples: (readonly number[])[] = []
  const [start, before] = [performance.now(), await foreign()]
  for (let k = 0; k < contenders.length; k++) {
    const i = (index + k) % contenders.length
    await sleep(PAUSE)
    samples[i] = await contenders[i]!.time(calls[i]!)
  }
  const foreignMilliseconds = (await foreign()) - before
  return { samples, foreignMilliseconds, quiet: isQuiet(foreignMilliseconds, performance.now() - start) }
}

/** Takes the undisturbed rounds, or if there are too few the least disturbed ones, and says so. */
export function summarize(rounds: readonly Round[], wanted: number): Measured {
  const quiet = rounds.filter(round => round.quiet)
  const noisy = quiet.length < Math.min(FEWEST, wanted)
  const byNoise = [...rounds].sort((a, b) => a.foreignMilliseconds - b.foreignMilliseconds)
  const used = noisy ? byNoise.slice(0, Math.max(wanted, FEWEST)) : quiet
  const contenders = used[0]!.samples.map((_, i) => i)
  return {
    times: contenders.map(i => spread(used.flatMap(round => round.samples[i]!))),
    medians: used.map(round => round.samples.map(median)),
    discarded: rounds.length - used.length,
    noisy,
  }
}

/** How many times as long `slower` takes as `faster`: taken in each round, so that a slow moment counts for both. */
export function ratio({ medians }: Measured, slower: number, faster: number): Spread {
  return spread(medians.map(round => round[slower]! / round[faster]!))
}
