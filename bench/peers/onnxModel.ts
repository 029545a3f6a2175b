/**
 * ONNX files of one convolution.
 */
import { fileURLToPath } from 'node:url'
import type { Layer } from '../layers.js'
import { numbersOf, type Operands } from '../operands.js'
import { requirePeer } from './require.js'

/** The part of protobufjs that is used here: its types are there only where the peers are installed. */
interface Protobuf {
  loadSync(path: string): {
    lookupType(name: string): { fromObject(object: object): object; encode(message: object): { finish(): Uint8Array } }
  }
}

const FLOAT = 1
const OPSET = 13
const IR_VERSION = 8

/** A model with input `x` and output `y` that is one Conv node with weight and bias. */
export function convolutionModel(layer: Layer, batch: number, { weight, bias }: Operands): Uint8Array {
  const { inChannels, outChannels, kernel, stride, padding, dilation, groups } = layer
  const node = {
    input: ['x', 'weight', 'bias'],
    output: ['y'],
    opType: 'Conv',
    attribute: [
      { name: 'kernel_shape', ints: kernel, type: 'INTS' },
      { name: 'strides', ints: [stride, stride], type: 'INTS' },
      { name: 'pads', ints: [padding, padding, padding, padding], type: 'INTS' },
      { name: 'dilations', ints: [dilation, dilation], type: 'INTS' },
      { name: 'group', i: groups, type: 'INT' },
    ],
  }
  const constant = (name: string, tensor: Operands['weight']) => ({
    name,
    dims: tensor.shape,
    dataType: FLOAT,
    rawData: new Uint8Array(numbersOf(tensor).buffer),
  })
  const value = (name: string, shape: readonly number[]) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: shape.map(size => ({ dimValue: size })) } } },
  })
  return encode({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: layer.name,
      node: [node],
      initializer: [constant('weight', weight), constant('bias', bias)],
      input: [value('x', [batch, inChannels, ...layer.input])],
      output: [value('y', [batch, outChannels, ...layer.output])],
    },
  })
}

function encode(model: object): Uint8Array {
  const protobuf = requirePeer<Protobuf>('protobufjs')
  // protobufjs writes op_type as opType
  const type = protobuf.loadSync(fileURLToPath(new URL('onnx.proto', import.meta.url))).lookupType('onnx.ModelProto')
  return type.encode(type.fromObject(model)).finish()
}
