/**
 * What the benchmark and the program in Node 24 or on a page say to each other. Everything is JSON; arrays are base64.
 */
import type { Calls } from '../contender.js'
import type { Layer } from '../layers.js'
import type { Precision } from '../settings.js'

/** What is computed: the output alone, or the output and the gradients for input, weight and bias. */
export type WebPass = 'forward' | 'training'

/** The peers that run in browsers, by the names of the command line. */
export const WEB_PEERS = ['onnxruntime-web', 'tfjs', 'jax-js'] as const
export type WebPeerName = (typeof WEB_PEERS)[number]

/** A layer that is to be made ready. */
export interface Task {
  readonly pass: WebPass
  readonly layer: Layer
  readonly batch: number
  readonly precisions: readonly Precision[]
  /** The layer as an ONNX file, in base64; `null` where nobody reads it. */
  readonly model: string | null
  /** The right results by name, float32 in base64. */
  readonly expected: Readonly<Record<string, string>>
}

/** One of convforge's contenders, with right results. */
export interface PreparedOwn {
  readonly name: string
  readonly algorithm: string
  /** The largest difference to the expected results, as a share of the largest value. */
  readonly difference: number
}

/** A peer in one of its variants, with right results. */
export interface PreparedPeer {
  readonly peer: string
  readonly variant: string
  readonly difference: number
  /** Milliseconds of a call by itself, before the rounds. */
  readonly alone: number
}

export interface Prepared {
  readonly own: readonly PreparedOwn[]
  readonly peers: readonly PreparedPeer[]
  /** What a peer said that cannot do it. */
  readonly refusals: Readonly<Record<string, string>>
  /** Whose results are wrong, if anybody's: then nothing is to be timed. */
  readonly disagreement: string | null
}

/** The requests, and what is answered. */
export interface Requests {
  /** Loads convforge and the peers; answers with the versions of the peers. */
  readonly begin: [{ threads: number; peers: readonly WebPeerName[] }, Record<string, string>]
  readonly prepare: [Task, Prepared]
  /** Times one that has been prepared, by {@link keyOf}, or the loop of multiply-adds. */
  readonly clock: [{ key: string; calls: Calls }, number[]]
  readonly forget: [object, null]
}

export type Request = keyof Requests
export type Values<R extends Request> = Requests[R][0]
export type Answer<R extends Request> = Requests[R][1]

/** The key of the loop whose operations per second are the peak. */
export const PEAK = 'peak'

/** The key of a contender. */
export const keyOf = (peer: string, variant = '') => `${peer} ${variant}`.trim()

/** Bytes as text that JSON can hold. */
export function encode(array: ArrayBufferView): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

/** In Node and in browsers. */
export async function decode(base64: string): Promise<ArrayBuffer> {
  return (await fetch(`data:application/octet-stream;base64,${base64}`)).arrayBuffer()
}
