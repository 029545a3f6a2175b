/**
 * The input gradient with kernel and output exchanged. A result i sums over all pairs (o, k) with
 * o * stride + k * dilation = i + padding: the algorithm goes through the kernel's elements k and looks for the output
 * at each, mostly in vain where the kernel is larger than the output (a kernel as large as its image, or a transposed
 * convolution of a single pixel). The equation is symmetric, so then the weight is read as the output and the output as
 * the weight, with stride and dilation exchanged as well.
 *
 * @module
 */
import { type ConvSpec, inputShape, resultShape } from '../../conv/spec.js'
import { numelOf } from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'

/** Fewer tiles are full when exchanged: it has to save more than this factor. */
const WORTHWHILE = 4

/** Whether to exchange. The batch has no say, so that a sample's result does not depend on it. */
export function isExchangeWorthwhile({ kernel, output, stride, dilation }: ConvSpec): boolean {
  return numelOf(kernel) * numelOf(dilation) > WORTHWHILE * numelOf(output) * numelOf(stride)
}

/** One group of an exchanged gradient: the spec, its two operands, and where the result goes in the true one. */
export interface Exchanged {
  readonly spec: ConvSpec
  readonly first: Tensor
  readonly second: Tensor
  readonly result: Tensor
}

/** The groups of an input gradient with a zero-padded spec, exchanged: batch and input channels have changed places. */
export function exchanged(spec: ConvSpec, output: Tensor, weight: Tensor, result: Tensor): Exchanged[] {
  const outPerGroup = spec.outChannels / spec.groups
  const inPerGroup = spec.inChannels / spec.groups
  const own: ConvSpec = {
    ...spec,
    batch: inPerGroup,
    inChannels: spec.batch,
    outChannels: outPerGroup,
    groups: 1,
    kernel: spec.output,
    output: spec.kernel,
    stride: spec.dilation,
    dilation: spec.stride,
  }
  return Array.from({ length: spec.groups }, (_, group) => ({
    spec: own,
    first: exchangeAxes(weight, group * outPerGroup, 0, resultShape(own, 'forward')),
    second: exchangeAxes(output, group * outPerGroup, 1, resultShape(own, 'weightGradient')),
    result: exchangeAxes(result, group * inPerGroup, 1, inputShape(own)),
  }))
}

/** The part of a tensor from `start` along an axis of channels, with its first two axes exchanged. */
function exchangeAxes(tensor: Tensor, start: number, axis: 0 | 1, shape: readonly number[]): Tensor {
  const [a, b, ...spatial] = tensor.strides as [number, number, ...number[]]
  return viewOf(tensor, shape, [b, a, ...spatial], tensor.offset + start * tensor.strides[axis]!)
}
