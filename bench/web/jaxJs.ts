/**
 * jax-js on its WebAssembly device: `lax.convGeneralDilated` and the bias under `jit`, NCHW, from arrays in its memory to
 * arrays in its memory. Where there are workers that share memory, it uses them.
 */
import type { Tensor } from 'convforge'
import { JAX } from '../names.js'
import { numbersOf } from '../operands.js'
import type { Problem, Surroundings, WebCall, WebPeer } from './webPeer.js'

/** The part of jax-js that is used here: its types are there only where the peers are installed. */
interface Jax {
  init(): Promise<string[]>
  defaultDevice(name: string): void
  jit<A extends unknown[], R>(body: (...inputs: A) => R): (...inputs: A) => R
  vjp(body: (...inputs: JaxArray[]) => JaxArray, at: JaxArray[]): [JaxArray, (from: JaxArray) => JaxArray[]]
  numpy: { array(values: Float32Array): JaxArray }
  lax: {
    convGeneralDilated(x: JaxArray, w: JaxArray, strides: number[], padding: number[][], options: object): JaxArray
  }
}

/** A function that takes an array takes it away: `ref` is what keeps it. */
interface JaxArray {
  readonly ref: JaxArray
  reshape(shape: readonly number[]): JaxArray
  add(other: JaxArray): JaxArray
  blockUntilReady(): Promise<JaxArray>
  data(): Promise<Float32Array>
  dispose(): void
}

const RESULTS = { forward: ['output'], training: ['output', 'input', 'weight', 'bias'] } as const

export async function jaxJs(threads: number, { load, versionOf, withProcessors }: Surroundings): Promise<WebPeer> {
  const jax = await load<Jax>('@jax-js/jax')
  const version = await versionOf('@jax-js/jax')
  await withProcessors(threads, async () => void (await jax.init()))
  jax.defaultDevice('wasm')
  const hasThreads = typeof Worker !== 'undefined'
  return {
    name: JAX,
    version,
    async prepare(problem) {
      if (threads > 1 && !hasThreads) throw new Error('it uses the workers of browsers, and has one thread in Node')
      return [prepare(jax, problem)]
    },
  }
}

function prepare(jax: Jax, { pass, layer, operands, outputGradient }: Problem): WebCall {
  const { stride, padding, dilation, groups } = layer
  const array = ({ shape }: Tensor, values: Float32Array, as = shape) => jax.numpy.array(values).reshape(as)
  const input = array(operands.input, numbersOf(operands.input))
  const weight = array(operands.weight, numbersOf(operands.weight))
  const bias = array(operands.bias, numbersOf(operands.bias), [1, layer.outChannels, 1, 1])
  const from = array(outputGradient, numbersOf(outputGradient))
  const apply = (x: JaxArray, w: JaxArray, b: JaxArray) => {
    const [strides, pads, rhsDilation] = [
      [stride, stride],
      [padding, padding],
      [dilation, dilation],
    ]
    const options = { rhsDilation, featureGroupCount: groups }
    return jax.lax.convGeneralDilated(x, w, strides, [pads, pads], options).add(b)
  }
  const forward = jax.jit((x: JaxArray, w: JaxArray, b: JaxArray) => [apply(x, w, b)])
  const training = jax.jit((x: JaxArray, w: JaxArray, b: JaxArray, gradient: JaxArray) => {
    const [output, back] = jax.vjp(apply as (...inputs: JaxArray[]) => JaxArray, [x, w, b])
    return [output, ...back(gradient)]
  })
  const run = async () => {
    const [x, w, b] = [input.ref, weight.ref, bias.ref]
    const outputs = pass === 'forward' ? forward(x, w, b) : training(x, w, b, from.ref)
    for (const output of outputs) await output.blockUntilReady()
    return outputs
  }
  return {
    variant: '',
    call: async () => {
      for (const output of await run()) output.dispose()
    },
    // what is read is taken away
    results: async () => {
      const outputs = await withoutNodesWorker(run)
      const values = await Promise.all(outputs.map(output => output.data()))
      return Object.fromEntries(RESULTS[pass].map((name, i) => [name, values[i]!]))
    },
    dispose: () => {
      for (const one of [input, weight, bias, from]) one.dispose()
    },
  }
}

/**
 * onnxruntime-web leaves a global `Worker` behind in Node. jax-js would take it for a browser's when it compiles, which it
 * does in the first call.
 */
async function withoutNodesWorker<T>(body: () => Promise<T>): Promise<T> {
  if (typeof process === 'undefined') return body()
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker')
  Reflect.deleteProperty(globalThis, 'Worker')
  try {
    return await body()
  } finally {
    if (worker) Object.defineProperty(globalThis, 'Worker', worker)
  }
}
