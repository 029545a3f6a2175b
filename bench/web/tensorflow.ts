/**
 * TensorFlow.js with its WebAssembly backend (XNNPACK): convolution and bias in one kernel. Its tensors lie in its own memory
 * and in NHWC: it is timed from NHWC to NHWC, which costs it the convolution alone. Changes of layout would only add to that.
 */

import type { Layer } from '../layers.js'
import { TENSORFLOW } from '../names.js'
import { numbersOf } from '../operands.js'
import type { Problem, Surroundings, WebCall, WebPeer } from './webPeer.js'

/** The part of TensorFlow.js that is used here: its types are there only where the peers are installed. */
interface TensorFlow {
  setBackend(name: string): Promise<boolean>
  ready(): Promise<void>
  tensor(values: Float32Array, shape: readonly number[]): TfTensor
  transpose(tensor: TfTensor, order: readonly number[]): TfTensor
  tidy<T>(body: () => T): T
  dispose(tensors: readonly TfTensor[]): void
  fused: { conv2d(options: object): TfTensor; depthwiseConv2d(options: object): TfTensor }
  getKernel(name: string, backend: string): object | undefined
}

interface TfTensor {
  dataSync(): Float32Array
  dispose(): void
}

interface WasmBackend {
  setWasmPaths(prefix: string): void
  setThreadsCount(threads: number): void
  getThreadsCount(): number
}

const TO_NHWC = [0, 2, 3, 1]
const TO_NCHW = [0, 3, 1, 2]
/** From [out, in, height, width]; the kernels of depthwise convolutions are [height, width, channels, multiplier]. */
const KERNEL = [2, 3, 1, 0]
const DEPTHWISE_KERNEL = [2, 3, 0, 1]

export async function tensorflow(
  threads: number,
  { load, versionOf, tensorflowFiles, withProcessors }: Surroundings,
): Promise<WebPeer> {
  const tf = await load<TensorFlow>('@tensorflow/tfjs-core')
  const backend = await load<WasmBackend>('@tensorflow/tfjs-backend-wasm')
  backend.setWasmPaths(tensorflowFiles)
  backend.setThreadsCount(threads)
  // it takes at most half of the processors
  await withProcessors(2 * threads, async () => {
    await tf.setBackend('wasm')
    await tf.ready()
  })
  const found = backend.getThreadsCount()
  const note = found === threads ? '' : `, ${found} thread`
  return {
    name: TENSORFLOW,
    version: await versionOf('@tensorflow/tfjs-backend-wasm'),
    prepare: async problem => {
      if (problem.pass === 'training') checkGradients(tf, problem.layer)
      const calls = forward(tf, problem)
      return calls.map(one => ({ ...one, variant: one.variant + note }))
    },
  }
}

/** Runs a body whose tensors are let go of but for the one that it gives. */
function run(tf: TensorFlow, body: () => TfTensor): () => void {
  return () => tf.tidy(body).dispose()
}

function forward(tf: TensorFlow, { layer, operands }: Problem): WebCall[] {
  const { stride, padding, dilation, groups, inChannels, outChannels } = layer
  const isDepthwise = groups > 1 && groups === inChannels && groups === outChannels
  const input = tf.tidy(() => tf.transpose(tf.tensor(numbersOf(operands.input), operands.input.shape), TO_NHWC))
  const filter = tf.tidy(() =>
    tf.transpose(tf.tensor(numbersOf(operands.weight), operands.weight.shape), isDepthwise ? DEPTHWISE_KERNEL : KERNEL),
  )
  const bias = tf.tensor(numbersOf(operands.bias), operands.bias.shape)
  const apply = (x: TfTensor) =>
    tf.fused[isDepthwise ? 'depthwiseConv2d' : 'conv2d']({
      x,
      filter,
      bias,
      strides: stride,
      pad: padding,
      dataFormat: 'NHWC',
      dilations: dilation,
      activation: 'linear',
    })
  const call = run(tf, () => apply(input))
  try {
    call()
  } catch (error) {
    tf.dispose([input, filter, bias])
    throw error
  }
  const results = async () => {
    const output = tf.tidy(() => tf.transpose(apply(input), TO_NCHW))
    const values = output.dataSync()
    output.dispose()
    return { output: values }
  }
  return [{ variant: 'NHWC', call, results, dispose: () => tf.dispose([input, filter, bias]) }]
}

/** The kernels that its gradient functions call; without one of them there is no pass to be timed. */
function checkGradients(tf: TensorFlow, { groups }: Layer): void {
  const layer = groups === 1 ? 'Conv2D' : 'DepthwiseConv2dNative'
  const missing = [`${layer}BackpropInput`, `${layer}BackpropFilter`].filter(name => !tf.getKernel(name, 'wasm'))
  if (missing.length > 0) throw new Error(`its WebAssembly backend has no kernel ${missing.join(' and no ')}`)
  throw new Error('its WebAssembly backend has gradients now: they are to be timed')
}
