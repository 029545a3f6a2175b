/**
 * A convolution as a value: every number of it, in one frozen record, and its shape arithmetic.
 *
 * A spec always describes an ordinary convolution with three spatial axes (depth, height, width; a 1d convolution has
 * depth and height 1). Three passes run over it, each linear in two of its three tensors:
 *
 * | pass             | from                   | to     |
 * |------------------|------------------------|--------|
 * | `forward`        | input, weight          | output |
 * | `inputGradient`  | output-shaped, weight  | input  |
 * | `weightGradient` | output-shaped, input   | weight |
 *
 * A transposed convolution is the `inputGradient` pass of the convolution that leads the other way.
 *
 * @module
 */
import { formatShape } from '../tensor/layout.js'

/** One number per spatial axis: depth, height, width. */
export type Triple = readonly [number, number, number]

/** What padding shows: zeros, the mirror image without its border, the border again, or the other end. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular'

/** The computations that run over a spec. */
export type Pass = 'forward' | 'inputGradient' | 'weightGradient'

/** Every number of one convolution. Sizes are in elements; triples are depth, height, width. */
export interface ConvSpec {
  /** How many of the three axes the user has: 1, 2 or 3 (the others have size 1). */
  readonly spatialRank: 1 | 2 | 3
  readonly batch: number
  readonly inChannels: number
  readonly outChannels: number
  readonly groups: number
  readonly input: Triple
  readonly kernel: Triple
  readonly output: Triple
  readonly stride: Triple
  readonly dilation: Triple
  /** Padding before the first element of each axis; negative values crop. */
  readonly padBefore: Triple
  /** Padding after the last one; differs from `padBefore` for 'same' with an even number to add. */
  readonly padAfter: Triple
  readonly paddingMode: PaddingMode
}

/** The output size along one axis: floor((I + before + after - dilation (K - 1) - 1) / stride) + 1. */
export function outputSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padBefore: number,
  padAfter: number,
): number {
  return Math.floor((input + padBefore + padAfter - dilation * (kernel - 1) - 1) / stride) + 1
}

/** The output size of a transposed convolution along one axis. */
export function transposedOutputSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: number,
  outputPadding: number,
): number {
  return (input - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1
}

/** Adds leading axes until there are three. */
export function toTriple(values: readonly number[], fill: number): Triple {
  const added = 3 - values.length
  return [added > 0 ? fill : values[0]!, added > 1 ? fill : values[1 - added]!, added > 2 ? fill : values[2 - added]!]
}

/** The shape of the batched input, without the axes that were added. */
export function inputShape(spec: ConvSpec): number[] {
  return [spec.batch, spec.inChannels, ...spec.input.slice(3 - spec.spatialRank)]
}

/** The shape of the batched output, without the axes that were added. */
export function outputShape(spec: ConvSpec): number[] {
  return [spec.batch, spec.outChannels, ...spec.output.slice(3 - spec.spatialRank)]
}

/** The shape of the weight, without the axes that were added. */
export function weightShape(spec: ConvSpec): number[] {
  return [spec.outChannels, spec.inChannels / spec.groups, ...spec.kernel.slice(3 - spec.spatialRank)]
}

/** The shape of what a pass computes. */
export function resultShape(spec: ConvSpec, pass: Pass): number[] {
  if (pass === 'forward') return outputShape(spec)
  return pass === 'inputGradient' ? inputShape(spec) : weightShape(spec)
}

/** Multiply-adds of any pass. */
export function multiplyAdds(spec: ConvSpec): number {
  const [d, h, w] = spec.output
  const [kd, kh, kw] = spec.kernel
  return spec.batch * spec.outChannels * d * h * w * (spec.inChannels / spec.groups) * kd * kh * kw
}

/** A short text that tells specs apart: the key of the plan cache, and what `explain` prints. */
export function describeSpec(spec: ConvSpec): string {
  const own = (values: Triple) => values.slice(3 - spec.spatialRank).join('x')
  const padding =
    own(spec.padBefore) === own(spec.padAfter) ? own(spec.padBefore) : `${own(spec.padBefore)}..${own(spec.padAfter)}`
  return (
    `${formatShape(inputShape(spec))} * ${formatShape(weightShape(spec))} -> ${formatShape(outputShape(spec))} ` +
    `s${own(spec.stride)} p${padding} d${own(spec.dilation)} g${spec.groups} ${spec.paddingMode}`
  )
}
