/**
 * A library that competes in a browser, as the program in Node 24 or on the page sees it.
 */
import type { Tensor } from 'convforge'
import type { Layer } from '../layers.js'
import type { Operands } from '../operands.js'
import type { WebPass } from './protocol.js'

/** A layer with its numbers. */
export interface Problem {
  readonly pass: WebPass
  readonly layer: Layer
  readonly batch: number
  readonly operands: Operands
  /** What comes back from the layer above, in training. */
  readonly outputGradient: Tensor
  /** The layer as an ONNX file. */
  readonly model: Uint8Array | null
}

/** A problem that a peer holds in its own memory. */
export interface WebCall {
  /** How the peer is used, if there are several ways. */
  readonly variant: string
  /** What is timed: from tensors of the peer's to tensors of the peer's. */
  call(): void | Promise<void>
  /** The results of a call: the output in NCHW, and in training the gradients. */
  results(): Promise<Record<string, Float32Array>>
  dispose(): void
}

export interface WebPeer {
  /** As it stands in results. */
  readonly name: string
  readonly version: string
  /** @throws whatever the peer says to what it cannot do */
  prepare(problem: Problem): Promise<WebCall[]>
}

/** Where the program runs: what it finds there. */
export interface Surroundings {
  /** The exports of a package of `bench/package.json`. */
  load<T>(name: string): Promise<T>
  /** The version of a package, by its package.json. */
  versionOf(name: string): Promise<string>
  /** Where the .wasm files of TensorFlow.js are, with a slash at the end. */
  readonly tensorflowFiles: string
  /** Makes the runtime say that it has so many processors: libraries ask for it when they start. */
  withProcessors<T>(count: number, body: () => Promise<T>): Promise<T>
}
