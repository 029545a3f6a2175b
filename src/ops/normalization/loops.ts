/**
 * The loops of normalisations. Each comes in three forms: over runs that share weight and bias; over rows, where each
 * element of a group has its own; and over columns, where neighbours belong to different groups.
 *
 * @module
 */

import type { Floats } from '../pooling/planes.js'
import type { Grouping } from './groups.js'
import { vectorNormalize } from './vectors.js'

/** What a group is normalised by, and the parameters of each channel; all doubles. */
export interface Affine {
  readonly mean: Float64Array
  /** One over the standard deviation. */
  readonly inverse: Float64Array
  readonly weight: Float64Array
  readonly bias: Float64Array
}

/** y = (x - mean) * inverse * weight + bias */
export function normalizeInto(y: Floats, x: Floats, grouping: Grouping, affine: Affine): void {
  const { outer, groups, sub, run, channels } = grouping
  const { mean, inverse, weight, bias } = affine
  if (vectorNormalize(y, x, grouping, affine)) return
  if (sub * run === 1) {
    const scale = inverse.map((own, g) => own * weight[g % channels]!)
    const shift = mean.map((own, g) => bias[g % channels]! - own * scale[g]!)
    for (let row = 0, p = 0; row < outer; row++) {
      for (let g = 0; g < groups; g++, p++) y[p] = x[p]! * scale[g]! + shift[g]!
    }
    return
  }
  for (let row = 0, p = 0; row < outer * groups; row++) {
    const g = row % groups
    const centre = mean[g]!
    const scale = inverse[g]!
    const first = (g * sub) % channels
    if (run === 1) {
      for (let c = first; c < first + sub; c++, p++) y[p] = (x[p]! - centre) * scale * weight[c]! + bias[c]!
      continue
    }
    for (let c = first; c < first + sub; c++) {
      const a = scale * weight[c]!
      const b = bias[c]! - centre * a
      for (const end = p + run; p < end; p++) y[p] = x[p]! * a + b
    }
  }
}
