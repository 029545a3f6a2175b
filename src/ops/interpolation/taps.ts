/**
 * How interpolation reads an axis: for each place of the result, the elements it is made of and their weights.
 *
 * The positions are PyTorch's to the bit: it computes scales in the dtype of the image, and rounds them to float32 where
 * it looks for the nearest element.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 * @module
 */

/** The kernel along one axis. */
export type TapKind = 'nearest' | 'nearest-exact' | 'linear' | 'cubic'

/** Place `o` of the result is the sum over `k` of weight[o * taps + k] times element index[o * taps + k]. */
export interface AxisTaps {
  readonly count: number
  readonly taps: number
  readonly index: Int32Array
  readonly weight: Float64Array
}

/** An axis to be resized. */
export interface AxisResize {
  readonly kind: TapKind
  readonly input: number
  readonly output: number
  /** The factor that the user gave; `null` takes output / input. */
  readonly factor: number | null
  readonly alignCorners: boolean
  /** Whether the image is float64. */
  readonly double: boolean
  /** Widen the kernel as far as the result's elements are apart, so that all of the input counts: linear and cubic only. */
  readonly antialias: boolean
}

/** The axis as it is. */
export const ONE_TAP: AxisTaps = { count: 1, taps: 1, index: Int32Array.of(0), weight: Float64Array.of(1) }

const TAPS: Record<TapKind, number> = { nearest: 1, 'nearest-exact': 1, linear: 2, cubic: 4 }

export function axisTaps(resize: AxisResize): AxisTaps {
  const { kind, output } = resize
  if (resize.antialias) return smoothTaps(resize, scaleOf(resize))
  const taps = TAPS[kind]
  const own = { count: output, taps, index: new Int32Array(output * taps), weight: new Float64Array(output * taps) }
  const scale = scaleOf(resize)
  for (let o = 0; o < output; o++) {
    if (kind === 'linear') placeLinear(own, o, resize, scale)
    else if (kind === 'cubic') placeCubic(own, o, resize, scale)
    else placeNearest(own, o, resize, scale)
  }
  return own
}

/** How far neighbours of the result lie apart in the input. */
function scaleOf({ kind, input, output, factor, alignCorners, double }: AxisResize): number {
  const round = double ? (x: number) => x : Math.fround
  if (alignCorners && (kind === 'linear' || kind === 'cubic')) return output > 1 ? round((input - 1) / (output - 1)) : 0
  return round(factor !== null && factor > 0 ? 1 / factor : input / output)
}

/** The place in the input whose element the result shows; corners aligned, or pixels seen as squares. */
function sourceOf(o: number, scale: number, alignCorners: boolean): number {
  return alignCorners ? scale * o : scale * (o + 0.5) - 0.5
}

function placeNearest({ index, weight }: AxisTaps, o: number, { kind, input }: AxisResize, scale: number): void {
  const position = kind === 'nearest' ? o * scale : (o + 0.5) * scale
  index[o] = Math.min(Math.floor(Math.fround(position)), input - 1)
  weight[o] = 1
}

function placeLinear(
  { index, weight }: AxisTaps,
  o: number,
  { input, output, alignCorners }: AxisResize,
  scale: number,
): void {
  if (input === output) {
    // the neighbour has no part in it, be it NaN
    index.fill(o, 2 * o, 2 * o + 2)
    weight[2 * o] = 1
    return
  }
  const position = Math.max(sourceOf(o, scale, alignCorners), 0)
  const before = Math.min(Math.floor(position), input - 1)
  const share = Math.min(position - before, 1)
  index.set([before, Math.min(before + 1, input - 1)], 2 * o)
  weight.set([1 - share, share], 2 * o)
}

function placeCubic({ index, weight }: AxisTaps, o: number, { input, alignCorners }: AxisResize, scale: number): void {
  const position = sourceOf(o, scale, alignCorners)
  const before = Math.floor(position)
  const weights = cubicWeights(position - before)
  for (let k = 0; k < 4; k++) {
    index[4 * o + k] = Math.max(0, Math.min(before - 1 + k, input - 1))
    weight[4 * o + k] = weights[k]!
  }
}

/** Keys' cubic convolution with a = -0.75, for an element that lies `t` behind the second of four. */
function cubicWeights(t: number): number[] {
  const a = -0.75
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  return [far(t + 1), near(t), near(1 - t), far(2 - t)]
}

/** The kernels of {@link smoothTaps}, and where they end. Cubic is Keys' with a = -0.5, as in Pillow. */
const FILTERS = {
  linear: { reach: 1, at: (x: number) => Math.max(1 - x, 0) },
  cubic: {
    reach: 2,
    at: (x: number) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0),
  },
}

/**
 * Weights by distance from the centre of what an element of the result stands for, their sum being 1; as many taps for each as the
 * most has, those that are left over being the last one again, which gives them half of its weight
 * (`compute_indices_weights_aa` in https://github.com/pytorch/pytorch/blob/v1.13.1/aten/src/ATen/native/cpu/UpSampleKernel.cpp).
 */
function smoothTaps({ kind, input, output }: AxisResize, scale: number): AxisTaps {
  const { reach, at } = FILTERS[kind as keyof typeof FILTERS]
  const width = Math.max(scale, 1)
  const support = reach * width
  const taps = Math.min(Math.ceil(support) * 2 + 1, input)
  const own = { count: output, taps, index: new Int32Array(output * taps), weight: new Float64Array(output * taps) }
  for (let o = 0; o < output; o++) {
    const centre = scale * (o + 0.5)
    const first = Math.max(Math.trunc(centre - support + 0.5), 0)
    const end = Math.min(Math.trunc(centre + support + 0.5), input)
    let total = 0
    for (let i = first; i < end; i++) total += at(Math.abs((i - centre + 0.5) / width))
    let t = o * taps
    for (let i = first; i < end; i++, t++) {
      own.index[t] = i
      own.weight[t] = at(Math.abs((i - centre + 0.5) / width)) / total
    }
    for (; t < (o + 1) * taps; t++) {
      own.index[t] = end - 1
      own.weight[t] = own.weight[t - 1]! /= 2
    }
  }
  return own
}
