/**
 * onnxruntime-node, through its native binding: synchronous calls into an output that exists, the least that it can
 * cost. Its public `run()` adds a promise.
 */
import type { Contender } from '../contender.js'
import { timeCalls } from '../contender.js'
import type { Layer } from '../layers.js'
import { ONNXRUNTIME } from '../names.js'
import { numbersOf, type Operands } from '../operands.js'
import { convolutionModel } from './onnxModel.js'
import { requirePeer } from './require.js'

/** The part of onnxruntime-node that is used here: its types are there only where the peers are installed. */
interface Binding {
  initOrt(): void
  binding: { InferenceSession: new () => Session }
}

interface Session {
  loadModel(buffer: ArrayBuffer, offset: number, length: number, options: object): void
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor>, options: object): unknown
  dispose(): void
}

interface OrtTensor {
  readonly data: Float32Array
}

interface Ort {
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor
  env: { versions: { node?: string } }
}

export const onnxruntimeVersion = () => requirePeer<Ort>(ONNXRUNTIME).env.versions.node ?? 'unknown'

/** A layer with its operands, as onnxruntime takes them. */
export interface OnnxModel {
  readonly bytes: Uint8Array
  readonly input: OrtTensor
  readonly output: OrtTensor
}

export function onnxModelOf(layer: Layer, batch: number, operands: Operands): OnnxModel {
  const { Tensor } = requirePeer<Ort>(ONNXRUNTIME)
  const shape = [batch, layer.outChannels, ...layer.output]
  return {
    bytes: convolutionModel(layer, batch, operands),
    input: new Tensor('float32', numbersOf(operands.input), operands.input.shape),
    output: new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape),
  }
}

/** A layer ready to be called. */
export interface OnnxLayer extends Contender {
  run(): void
  /** The result of the last call, [batch, outChannels, height, width]. */
  readonly output: Float32Array
  dispose(): void
}

/** A session for one layer, with all graph optimizations. */
export function onnxSession({ bytes, input, output }: OnnxModel, threads: number): OnnxLayer {
  const { initOrt, binding } = requirePeer<Binding>(`${ONNXRUNTIME}/dist/binding.js`)
  initOrt()
  const session = new binding.InferenceSession()
  session.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    enableCpuMemArena: true,
    enableMemPattern: true,
  })
  const run = () => void session.run({ x: input }, { y: output }, {})
  return {
    name: ONNXRUNTIME,
    run,
    output: output.data,
    time: calls => timeCalls(run, calls),
    dispose: () => session.dispose(),
  }
}
