/**
 * Node 24 or Chromium with the program in it: it lives through the section, holds the same numbers, and times calls when
 * asked, so that contenders can take turns.
 */
import type { Contender } from '../contender.js'
import { type Answer, PEAK, type Request, type Values } from './protocol.js'

/** The way to a program that runs elsewhere. */
export interface Channel {
  /** What it runs in, with its version. */
  readonly name: string
  ask<R extends Request>(request: R, values: Values<R>): Promise<Answer<R>>
  /** Milliseconds of processor time that all its processes have used. */
  processorMilliseconds(): Promise<number>
  stop(): Promise<void>
}

/** The runtimes, by the names of the command line. */
export const RUNTIMES = ['node24', 'chromium'] as const
export type RuntimeName = (typeof RUNTIMES)[number]

/** What the program has prepared under a key, as a contender of this process. */
export function remote(channel: Channel, key: string, names: Omit<Contender, 'time' | 'name'> = {}): Contender {
  return { name: key, ...names, time: calls => channel.ask('clock', { key, calls }) }
}

/** The loop of multiply-adds. */
export const peakOf = (channel: Channel) => remote(channel, PEAK)
