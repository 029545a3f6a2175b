/**
 * The loops of the derivatives of normalisations, in the same three forms as in `loops.ts`. x^ stands for
 * (x - mean) * inverse.
 *
 * @module
 */

import type { Floats } from '../pooling/planes.js'
import { type Grouping, groupSize } from './groups.js'
import type { Affine } from './loops.js'
import { vectorGradient, vectorGradientSums } from './vectors.js'
import { Workspace } from './workspace.js'

/** Sums that the derivative needs. */
export interface GradientSums {
  /** The gradient of each channel's weight: sums of gradient times normalised element. */
  readonly weight: Float64Array
  /** The gradient of each channel's bias: sums of the gradient. */
  readonly bias: Float64Array
  /** For each group the mean of gradient times weight. */
  readonly mean: Float64Array
  /** For each group the mean of gradient times weight times normalised element. */
  readonly correlation: Float64Array
}

const rooms = {
  weight: new Workspace(),
  bias: new Workspace(),
  mean: new Workspace(),
  correlation: new Workspace(),
  slopes: new Workspace(),
  shifts: new Workspace(),
}

/** The sums of g and of g x^, for each channel and, weighted, for each group; they hold until the next call. */
export function sumGradients(g: Floats, x: Floats, grouping: Grouping, affine: Affine): GradientSums {
  const { groups, sub, run, channels } = grouping
  const sums = {
    weight: rooms.weight.zeros(channels),
    bias: rooms.bias.zeros(channels),
    mean: rooms.mean.zeros(groups),
    correlation: rooms.correlation.zeros(groups),
  }
  const ofRuns = vectorGradientSums(g, x, grouping, affine.mean)
  if (ofRuns) takeRuns(ofRuns, grouping, affine, sums)
  else if (sub * run === 1) addColumns(g, x, grouping, affine, sums)
  else if (run === 1) addRows(g, x, grouping, affine, sums)
  else addRuns(g, x, grouping, affine, sums)
  const count = groupSize(grouping)
  for (let group = 0; group < groups; group++) {
    sums.mean[group]! /= count
    sums.correlation[group]! /= count
  }
  return sums
}

/** What {@link addRuns} and {@link addColumns} do, from sums of runs. */
function takeRuns(
  ofRuns: Float64Array,
  { sub, channels }: Grouping,
  { inverse, weight }: Affine,
  sums: GradientSums,
): void {
  const runs = ofRuns.length / 2
  for (let i = 0; i < runs; i++) {
    const group = Math.floor(i / sub)
    const c = i % channels
    const total = ofRuns[i]!
    const product = ofRuns[runs + i]! * inverse[group]!
    sums.bias[c]! += total
    sums.weight[c]! += product
    sums.mean[group]! += total * weight[c]!
    sums.correlation[group]! += product * weight[c]!
  }
}

function addRuns(g: Floats, x: Floats, grouping: Grouping, affine: Affine, sums: GradientSums): void {
  const { outer, groups, sub, run, channels } = grouping
  const { mean, inverse, weight } = affine
  for (let row = 0, p = 0; row < outer * groups; row++) {
    const group = row % groups
    const centre = mean[group]!
    const first = (group * sub) % channels
    for (let c = first; c < first + sub; c++) {
      let total = 0
      let product = 0
      for (const end = p + run; p < end; p++) {
        const own = g[p]!
        total += own
        product += own * (x[p]! - centre)
      }
      product *= inverse[group]!
      sums.bias[c]! += total
      sums.weight[c]! += product
      sums.mean[group]! += total * weight[c]!
      sums.correlation[group]! += product * weight[c]!
    }
  }
}

function addRows(g: Floats, x: Floats, grouping: Grouping, affine: Affine, sums: GradientSums): void {
  const { outer, groups, sub, channels } = grouping
  const { mean, inverse, weight } = affine
  const { bias: ofBias, weight: ofWeight } = sums
  for (let row = 0, p = 0; row < outer * groups; row++) {
    const group = row % groups
    const centre = mean[group]!
    const scale = inverse[group]!
    const first = (group * sub) % channels
    let total = 0
    let product = 0
    for (let c = first; c < first + sub; c++, p++) {
      const own = g[p]!
      const normal = (x[p]! - centre) * scale
      ofBias[c]! += own
      ofWeight[c]! += own * normal
      total += own * weight[c]!
      product += own * weight[c]! * normal
    }
    sums.mean[group]! += total
    sums.correlation[group]! += product
  }
}

function addColumns(g: Floats, x: Floats, grouping: Grouping, affine: Affine, sums: GradientSums): void {
  const { outer, groups, channels } = grouping
  const { mean, inverse, weight } = affine
  const { mean: totals, correlation: products } = sums
  // all sums are 0, and the statistics of nothing are no numbers
  if (outer === 0) return
  for (let row = 0, p = 0; row < outer; row++) {
    for (let group = 0; group < groups; group++, p++) {
      const own = g[p]!
      totals[group]! += own
      products[group]! += own * (x[p]! - mean[group]!)
    }
  }
  for (let group = 0; group < groups; group++) {
    const c = group % channels
    sums.correlation[group]! *= inverse[group]!
    sums.bias[c]! += sums.mean[group]!
    sums.weight[c]! += sums.correlation[group]!
    sums.mean[group]! *= weight[c]!
    sums.correlation[group]! *= weight[c]!
  }
}

/** out = inverse * (weight g - mean(weight g) - x^ mean(weight g x^)), the means being those of the element's group. */
export function gradientInto(
  out: Floats,
  g: Floats,
  x: Floats,
  grouping: Grouping,
  affine: Affine,
  sums: GradientSums,
): void {
  const { outer, groups, sub, run, channels } = grouping
  const { mean, inverse, weight } = affine
  // with x^ multiplied out, out = a g + b x + c
  const slopes = rooms.slopes.doubles(groups)
  const shifts = rooms.shifts.doubles(groups)
  for (let group = 0; group < groups; group++) {
    const scale = inverse[group]!
    slopes[group] = -scale * scale * sums.correlation[group]!
    shifts[group] = -scale * sums.mean[group]! - slopes[group]! * mean[group]!
  }
  if (vectorGradient(out, g, x, grouping, affine, slopes, shifts)) return
  if (sub * run === 1) {
    const scales = inverse.map((scale, group) => scale * weight[group % channels]!)
    for (let row = 0, p = 0; row < outer; row++) {
      for (let group = 0; group < groups; group++, p++) {
        out[p] = scales[group]! * g[p]! + slopes[group]! * x[p]! + shifts[group]!
      }
    }
    return
  }
  for (let row = 0, p = 0; row < outer * groups; row++) {
    const group = row % groups
    const scale = inverse[group]!
    const b = slopes[group]!
    const shift = shifts[group]!
    const first = (group * sub) % channels
    if (run === 1) {
      for (let c = first; c < first + sub; c++, p++) out[p] = scale * weight[c]! * g[p]! + b * x[p]! + shift
      continue
    }
    for (let c = first; c < first + sub; c++) {
      const a = scale * weight[c]!
      for (const end = p + run; p < end; p++) out[p] = a * g[p]! + b * x[p]! + shift
    }
  }
}
