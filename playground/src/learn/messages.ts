/**
 * What the page and the worker tell each other.
 *
 * @module
 */
import type { DigitSets } from './digits.js'
import type { Settings } from './settings.js'

export type Command =
  | { readonly type: 'load'; readonly digits: DigitSets }
  /** A new network, untrained. */
  | { readonly type: 'reset'; readonly settings: Settings }
  | { readonly type: 'run' }
  | { readonly type: 'step' }
  | { readonly type: 'pause' }
  /** The digit to recognise from now on: 784 bytes. */
  | { readonly type: 'look'; readonly pixels: Uint8Array }

export type Phase = 'loading' | 'ready' | 'running' | 'paused' | 'finished'

/** One step of the training. */
export interface Step {
  readonly step: number
  readonly epoch: number
  readonly loss: number
  /** Of the last steps, without the tests between them. */
  readonly imagesPerSecond: number
}

/** What the network makes of a digit. */
export interface View {
  /** Ten, from 0 to 1. */
  readonly probabilities: readonly number[]
  /** The first layer's kernels, nine weights each. */
  readonly kernels: readonly Float32Array[]
  /** What the first layer makes of the digit, after batch norm and ReLU: 784 numbers each. */
  readonly maps: readonly Float32Array[]
}

export type News =
  | { readonly type: 'phase'; readonly phase: Phase }
  /** An untrained network is there; so many steps will train it. */
  | { readonly type: 'reset'; readonly steps: number; readonly parameters: number }
  | ({ readonly type: 'step' } & Step)
  | { readonly type: 'test'; readonly step: number; readonly accuracy: number }
  | ({ readonly type: 'view' } & View)
  | { readonly type: 'failure'; readonly message: string }
