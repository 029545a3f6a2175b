/**
 * The loops of cross entropy with classes as targets: see crossEntropy.ts for the formulas.
 *
 * @module
 */
import { asContiguous, contiguousData, convert } from '../../tensor/copy.js'
import { isHalf } from '../../tensor/dtype.js'
import { noteWrite } from '../../tensor/mirrors.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { type ScoreShape, vectorPowers, vectorScoreSums } from '../softmax/vectors.js'
import type { ClassTargets } from './classTargets.js'
import { gradientOfPlaces, reduceLosses } from './nllLoss.js'

/** The scores in row-major order; 16-bit floats as float32. */
function scoresOf(input: Tensor): Float64Array {
  const scores = asContiguous(input, isHalf(input.dtype) ? 'float32' : input.dtype)
  // typed as doubles whatever they are: the array itself decides what an element is
  return contiguousData(scores) as Float64Array
}

/** Where the scores of a place begin; they are `places` apart. */
function startOf(place: number, { places, classes }: ClassTargets): number {
  return places === 1 ? place * classes : Math.trunc(place / places) * classes * places + (place % places)
}

function largestOf(x: Float64Array, start: number, step: number, count: number): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let c = 0, i = start; c < count; c++, i += step) if (x[i]! > largest) largest = x[i]!
  return largest
}

/** The scores as those of vectors, one row for each place. */
function scoreShape({ labels, classes, places }: ClassTargets): ScoreShape {
  return { outer: labels.length / places, length: classes, inner: places }
}

/** The loss, off the tape. */
export const rawCrossEntropy = timed('aten::cross_entropy_loss', lossOf)

function lossOf(input: Tensor, targets: ClassTargets, smoothing: number): Tensor {
  const { labels, weights, classes, places: step, shape, reduction } = targets
  if (input.device === 'meta') return allocate(reduction === 'none' ? shape : [], input.dtype, { device: 'meta' })
  const x = scoresOf(input)
  const sums = vectorScoreSums(x, scoreShape(targets))
  const losses = new Float64Array(labels.length)
  for (let place = 0; place < labels.length; place++) {
    const label = labels[place]!
    if (label < 0) continue
    const start = startOf(place, targets)
    const largest = sums ? sums.largest[place]! : largestOf(x, start, step, classes)
    let total = sums ? sums.totals[place]! : 0
    if (!sums) for (let c = 0, i = start; c < classes; c++, i += step) total += Math.exp(x[i]! - largest)
    // -log p of a class is this less what the class is below the largest
    const logTotal = Math.log(total)
    const own = weights[label]! * (logTotal + (largest - x[start + label * step]!))
    let all = 0
    if (smoothing > 0) {
      for (let c = 0, i = start; c < classes; c++, i += step) all += weights[c]! * (logTotal + (largest - x[i]!))
    }
    losses[place] = smoothing > 0 ? (1 - smoothing) * own + (smoothing / classes) * all : own
  }
  return reduceLosses(losses, targets, input)
}

/** The gradient for the scores, off the tape. */
export function rawCrossEntropyGradient(
  gradient: Tensor,
  input: Tensor,
  targets: ClassTargets,
  smoothing: number,
): Tensor {
  const { labels, weights, classes, places: step, inputShape, scale } = targets
  if (input.device === 'meta') return allocate(inputShape, input.dtype, { device: 'meta' })
  const x = scoresOf(input)
  const out = allocate(inputShape, isHalf(input.dtype) ? 'float32' : input.dtype)
  const to = out.storage.data as Float64Array
  const gradientOf = gradientOfPlaces(gradient, targets)
  if (smoothing === 0 && vectorGradient(to, x, targets, gradientOf)) {
    return out.dtype === input.dtype ? out : convert(out, input.dtype)
  }
  const powers = new Float64Array(classes)
  const spread = smoothing / classes
  const weightOfAll = spread * weights.reduce((sum, weight) => sum + weight, 0)
  for (let place = 0; place < labels.length; place++) {
    const label = labels[place]!
    if (label < 0) continue
    const start = startOf(place, targets)
    const largest = largestOf(x, start, step, classes)
    let total = 0
    for (let c = 0, i = start; c < classes; c++, i += step) {
      powers[c] = Math.exp(x[i]! - largest)
      total += powers[c]!
    }
    const factor = gradientOf(place) * scale
    const own = (1 - smoothing) * weights[label]!
    const share = (factor * (own + weightOfAll)) / total
    // once at the label: a second rounding would show
    for (let c = 0, i = start; c < classes; c++, i += step) {
      const q = spread * weights[c]! + (c === label ? own : 0)
      to[i] = share * powers[c]! - factor * q
    }
  }
  return out.dtype === input.dtype ? out : convert(out, input.dtype)
}

/** The gradient without smoothing on a faster backend, but for one element of each place; false if there is none. */
function vectorGradient(
  to: Float64Array,
  x: Float64Array,
  targets: ClassTargets,
  gradientOf: (place: number) => number,
): boolean {
  const { labels, weights, scale, classes, places: step } = targets
  const shape = scoreShape(targets)
  const sums = vectorScoreSums(x, shape)
  if (sums === null) return false
  const factors = Float64Array.from(labels, (label, place) =>
    label < 0 ? 0 : gradientOf(place) * scale * weights[label]!,
  )
  const shares = factors.map((factor, place) => factor / sums.totals[place]!)
  const [out, scores] = [to, x] as unknown as [Float32Array, Float32Array]
  if (!vectorPowers(out, scores, shape, sums.largest, shares)) return false
  noteWrite(to)
  for (const [place, label] of labels.entries()) {
    const start = startOf(place, targets)
    const at = start + label * step
    // once at the label: a second rounding would show
    if (label >= 0) to[at] = shares[place]! * Math.exp(x[at]! - sums.largest[place]!) - factors[place]!
    else for (let c = 0, i = start; c < classes; c++, i += step) to[i] = 0
  }
  return true
}
