/**
 * What a run of the benchmarks is to do.
 */
import type { MeasureSettings } from './measure.js'
import { WEB_PEERS } from './web/protocol.js'
import type { RuntimeName } from './web/runtime.js'

export const SECTIONS = ['layers', 'training', 'resnet18', 'startup', 'web', 'web-training'] as const
export type Section = (typeof SECTIONS)[number]

export const PEERS = ['onnxruntime-node', 'pytorch', ...WEB_PEERS] as const
export type Peer = (typeof PEERS)[number]

/** `reduced` allows algorithms with a larger error than direct float32, as is the default; `strict` does not. */
export const PRECISIONS = ['reduced', 'strict'] as const
export type Precision = (typeof PRECISIONS)[number]

export interface Settings extends MeasureSettings {
  readonly sections: readonly Section[]
  /** Names or parts of names of layers; empty for all. */
  readonly layers: readonly string[]
  readonly batches: readonly number[]
  readonly threads: readonly number[]
  readonly precisions: readonly Precision[]
  readonly peers: readonly Peer[]
  /** How the sections of browsers measure, which have two runtimes and many contenders. */
  readonly web: MeasureSettings
  /** Where they run. */
  readonly runtimes: readonly RuntimeName[]
  /** The folder for the results. */
  readonly out: string
}
