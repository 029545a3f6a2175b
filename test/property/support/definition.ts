/**
 * Convolutions by their definition, in whole numbers of any size and without a line of the library: a loop over
 * every product.
 *
 * @module
 */

import type { PaddingMode } from '../../../src/conv/spec.js'
import type { Shape, Tensor } from '../../../src/index.js'
import { type ConvCase, inputShape, outputShape, weightShape } from './convCase.js'

/** The elements of a tensor of whole numbers. */
export function wholeNumbers(one: Tensor): bigint[] {
  return Array.from(one.detach().to('int64').dataSync() as BigInt64Array)
}

/** Calls `visit` with every index of a shape, in row-major order. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[]) => void): void {
  const index = shape.map(() => 0)
  if (shape.includes(0)) return
  for (;;) {
    visit(index)
    let dim = shape.length - 1
    while (dim >= 0 && ++index[dim]! === shape[dim]) index[dim--] = 0
    if (dim < 0) return
  }
}

/** The place of an index in row-major order. */
export function flat(index: readonly number[], shape: Shape): number {
  return index.reduce((place, entry, dim) => place * shape[dim]! + entry, 0)
}

/** Which element stands at a position of a padded axis; null for a zero. */
function element(position: number, size: number, mode: PaddingMode): number | null {
  if (position >= 0 && position < size) return position
  if (mode === 'zeros') return null
  if (mode === 'replicate') return Math.min(Math.max(position, 0), size - 1)
  if (mode === 'circular') return ((position % size) + size) % size
  return position < 0 ? -position : 2 * size - 2 - position
}

/** output[n, o, p] = bias[o] + sum over c and k of weight[o, c, k] * padded[n, c, p * stride + k * dilation]. */
export function defineConvolution(one: ConvCase, input: bigint[], weight: bigint[], bias: bigint[] | null): bigint[] {
  const [from, kernel] = [inputShape(one), weightShape(one)]
  const output: bigint[] = []
  forEachIndex(outputShape(one), ([n, o, ...place]) => {
    let sum = bias === null ? 0n : bias[o!]!
    forEachIndex([one.inPerGroup, ...one.kernel], ([c, ...tap]) => {
      const channel = Math.floor(o! / one.outPerGroup) * one.inPerGroup + c!
      const read = place.map((p, axis) =>
        element(
          p * one.stride[axis]! + tap[axis]! * one.dilation[axis]! - one.padding[axis]!,
          one.input[axis]!,
          one.mode,
        ),
      )
      if (read.includes(null)) return
      sum += weight[flat([o!, c!, ...tap], kernel)]! * input[flat([n!, channel, ...(read as number[])], from)]!
    })
    output.push(sum)
  })
  return output
}

/** A transposed convolution: its input has the `outPerGroup` channels of the case, its output the `inPerGroup` ones. */
export function defineTransposed(
  one: ConvCase,
  spatial: Shape,
  input: bigint[],
  weight: bigint[],
  result: Shape,
): bigint[] {
  const from = [one.batch, one.groups * one.outPerGroup, ...spatial]
  const kernel = weightShape(one)
  const output = new Array<bigint>(result.reduce((product, size) => product * size, 1)).fill(0n)
  forEachIndex(from, ([n, c, ...place]) => {
    forEachIndex([one.inPerGroup, ...one.kernel], ([o, ...tap]) => {
      const channel = Math.floor(c! / one.outPerGroup) * one.inPerGroup + o!
      const write = place.map(
        (p, axis) => p * one.stride[axis]! + tap[axis]! * one.dilation[axis]! - one.padding[axis]!,
      )
      if (write.some((p, axis) => p < 0 || p >= result[axis + 2]!)) return
      output[flat([n!, channel, ...write], result)]! +=
        weight[flat([c!, o!, ...tap], kernel)]! * input[flat([n!, c!, ...place], from)]!
    })
  })
  return output
}
