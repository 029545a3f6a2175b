/**
 * The adjoint of padding: what flowed to a padded element flows back to the element it shows.
 *
 * @module
 */
import { axisTable, ZERO } from '../conv/axes.js'
import { type ConvSpec, inputShape, type Triple } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import { type Tensor, wrapArray } from '../tensor/tensor.js'

/** The same convolution over an input that already is padded. */
export function withoutPadding(spec: ConvSpec): ConvSpec {
  const padded = [0, 1, 2].map(axis => axisTable(spec, axis).length) as unknown as Triple
  return { ...spec, input: padded, padBefore: [0, 0, 0], padAfter: [0, 0, 0], paddingMode: 'zeros' }
}

/** Sums a gradient over the padded input (contiguous) into one over the input, in float64, and adds the bias to each channel. */
export function foldPadding(spec: ConvSpec, gradient: Tensor, bias: Float64Array | null): Tensor {
  const [tableD, tableH, tableW] = [axisTable(spec, 0), axisTable(spec, 1), axisTable(spec, 2)]
  const [, height, width] = spec.input
  const from = gradient.storage.data as Float32Array | Float64Array
  const to = new Float64Array(numelOf(inputShape(spec)))
  const planeLength = numelOf(spec.input)
  let at = 0
  for (let plane = 0; plane < spec.batch * spec.inChannels; plane++) {
    if (bias !== null) to.fill(bias[plane % spec.inChannels]!, plane * planeLength, (plane + 1) * planeLength)
    for (const d of tableD) {
      for (const h of tableH) {
        for (const w of tableW) {
          const value = from[at++]!
          if (d !== ZERO && h !== ZERO && w !== ZERO) to[plane * planeLength + (d * height + h) * width + w]! += value
        }
      }
    }
  }
  return wrapArray(to, inputShape(spec), 'float64')
}
