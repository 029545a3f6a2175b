/**
 * Numbers to start from, for any size: a filter stays the same filter when the kernel grows.
 *
 * @module
 */
import { manualSeed, randint } from 'convforge'
import type { Pair } from './setting.js'

/** The value at a channel, row and column of an input of this size. */
type InputRule = (at: readonly [channel: number, row: number, column: number], size: Pair) => number
/** The value at a tap of a kernel; `pair` counts the kernels of the weight in row-major order. */
type WeightRule = (at: readonly [pair: number, row: number, column: number], kernel: Pair) => number

const middle = (size: number) => (size - 1) / 2

function binomial(n: number, k: number): number {
  let value = 1
  for (let i = 0; i < k; i++) value = (value * (n - i)) / (i + 1)
  return value
}

/** The derivative of the binomial filter: 1 0 -1 for three taps, and 1 for a single one. */
const slope = (size: number, at: number) =>
  size === 1 ? 1 : binomial(size - 2, at) * (at < size - 1 ? 1 : 0) - (at > 0 ? binomial(size - 2, at - 1) : 0)

function disc([, row, column]: readonly number[], [height, width]: Pair): number {
  const [y, x] = [row! - middle(height), column! - middle(width)]
  return Math.hypot(y, x) <= Math.min(height, width) * 0.36 ? 9 : 0
}

const INPUT_RULES = {
  counting: ([c, i, j], [h, w]) => (c * h + i) * w + j,
  ones: () => 1,
  impulse: ([, i, j], [h, w]) => (i === Math.floor(h / 2) && j === Math.floor(w / 2) ? 1 : 0),
  step: ([, , j], [, w]) => (j >= w / 2 ? 9 : 0),
  disc,
  ramp: ([c, i, j]) => i + j + c,
} satisfies Record<string, InputRule>

const identity: WeightRule = ([, u, v], [h, w]) => (u === Math.floor(h / 2) && v === Math.floor(w / 2) ? 1 : 0)
const sharpen: WeightRule = (at, [h, w]) => identity(at, [h, w]) * h * w - 1
// Sobel's for 3 x 3: a positive number where it is brighter on the right
const edge: WeightRule = ([, u, v], [h, w]) => -binomial(h - 1, u) * slope(w, v)
// and the same for what is brighter below
const edgeDown: WeightRule = ([pair, u, v], [h, w]) => edge([pair, v, u], [w, h])

const WEIGHT_RULES = {
  ones: () => 1,
  counting: ([pair, u, v], [h, w]) => (pair * h + u) * w + v + 1,
  edge,
  blur: ([, u, v], [h, w]) => (binomial(h - 1, u) * binomial(w - 1, v)) / 2 ** (h + w - 2),
  sharpen,
  identity,
  // each kernel another filter
  bank: (at, kernel) => [identity, edge, edgeDown, sharpen][at[0] % 4]!(at, kernel),
} satisfies Record<string, WeightRule>

/** `digits` are drawn by the library: after `torch.manual_seed(0)` PyTorch draws the same. */
export type InputFill = keyof typeof INPUT_RULES | 'digits'
export type WeightFill = keyof typeof WEIGHT_RULES | 'digits'

export const INPUT_FILLS = ['digits', ...Object.keys(INPUT_RULES)] as readonly InputFill[]
export const WEIGHT_FILLS = ['digits', ...Object.keys(WEIGHT_RULES)] as readonly WeightFill[]

function draw(seed: number, low: number, high: number, count: number): number[] {
  manualSeed(seed)
  return randint(low, high, [count], { dtype: 'float32' }).tolist() as number[]
}

function byRule(rule: InputRule | WeightRule, planes: number, size: Pair): number[] {
  const [height, width] = size
  return Array.from({ length: planes * height * width }, (_, at) => {
    const plane = Math.floor(at / (height * width))
    return rule([plane, Math.floor(at / width) % height, at % width], size) + 0
  })
}

/** The elements of an input [channels, height, width]. */
export function fillInput(fill: InputFill, channels: number, size: Pair): number[] {
  return fill === 'digits' ? draw(0, 0, 10, channels * size[0] * size[1]) : byRule(INPUT_RULES[fill], channels, size)
}

/** The elements of a weight [first, second, height, width], of `planes` = first * second kernels. */
export function fillWeight(fill: WeightFill, planes: number, kernel: Pair): number[] {
  return fill === 'digits' ? draw(1, -3, 4, planes * kernel[0] * kernel[1]) : byRule(WEIGHT_RULES[fill], planes, kernel)
}

/** Biases that one tells apart: 0.5, -1, 1.5, ... */
export const fillBias = (channels: number): number[] =>
  Array.from({ length: channels }, (_, channel) => ((channel + 1) / 2) * (channel % 2 === 0 ? 1 : -1))
