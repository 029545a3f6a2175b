/**
 * onnxruntime-web with its WebAssembly provider: a model of one Conv node with all graph optimizations. Its `run()` copies
 * the input in and the output out, as convforge does.
 */
import { ONNXRUNTIME_WEB } from '../names.js'
import { numbersOf } from '../operands.js'
import type { Surroundings, WebPeer } from './webPeer.js'

/** The part of onnxruntime-web that is used here: its types are there only where the peers are installed. */
interface Ort {
  env: { wasm: { numThreads: number }; logLevel: string }
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor
  InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> }
}

interface OrtTensor {
  readonly data: Float32Array
}

interface Session {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>
  release(): Promise<void>
}

export async function onnxruntimeWeb(threads: number, { load, versionOf }: Surroundings): Promise<WebPeer> {
  const ort = await load<Ort>('onnxruntime-web')
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
  return {
    name: ONNXRUNTIME_WEB,
    version: await versionOf('onnxruntime-web'),
    async prepare({ pass, operands, model }) {
      if (pass === 'training') throw new Error('it has no gradients')
      const session = await ort.InferenceSession.create(model!, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        executionMode: 'sequential',
      })
      const feeds = { x: new ort.Tensor('float32', numbersOf(operands.input), operands.input.shape) }
      return [
        {
          variant: '',
          call: async () => void (await session.run(feeds)),
          results: async () => ({ output: (await session.run(feeds))['y']!.data }),
          dispose: () => void session.release(),
        },
      ]
    },
  }
}
