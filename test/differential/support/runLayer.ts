/**
 * A layer's output and gradients, through the public functions.
 *
 * @module
 */
import { autograd, nn, type Shape, type Tensor } from '../../../src/index.js'
import { convolution } from '../../../src/nn/functional/conv.js'
import { numbers } from '../../property/support/numbers.js'
import type { Layer } from './layers.js'

/** Small whole numbers, whose sums are exact. */
export function drawOperands(layer: Layer, seed: number): Tensor[] {
  const { transposed, batch, groups, inChannels, outChannels, dtype } = layer
  const [rows, columns] = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups]
  const shapes: Shape[] = [
    [batch, inChannels, ...layer.input],
    [rows, columns, ...layer.kernel],
    ...(layer.bias ? [[outChannels]] : []),
  ]
  return shapes.map((shape, i) => numbers(seed + i, shape, { dtype }))
}

/** The output, and the gradients of input, weight and bias for a gradient that is drawn for the output. */
export function runLayer(layer: Layer, operands: readonly Tensor[], gradientOf: (output: Tensor) => Tensor): Tensor[] {
  const leaves = operands.map(one => one.detach().requiresGrad_())
  const output = callLayer(layer, leaves[0]!, leaves[1]!, leaves[2] ?? null)
  return [output.detach(), ...autograd.grad(output, leaves, gradientOf(output))] as Tensor[]
}

function callLayer(layer: Layer, x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  const { stride, dilation, groups, padding, outputPadding, mode } = layer
  const rank = layer.kernel.length as 1 | 2 | 3
  if (!layer.transposed) return convolution(rank, x, weight, bias, { stride, padding, dilation, groups }, mode)
  const { convTranspose1d, convTranspose2d, convTranspose3d } = nn.functional
  const call = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }[rank]
  return call(x, weight, bias, { stride, padding: padding as number[], outputPadding, dilation, groups })
}
