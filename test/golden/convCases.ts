/**
 * The golden convolutions: cases as PyTorch computed them in float64, and the bounds they are held to.
 */
import { type DType, nn, type Tensor, tensor } from '../../src/index.js'
import { goldenBytes, goldenJson, parseSafetensors } from './parse.js'

export interface ConvCase {
  readonly id: string
  readonly op: 'conv1d' | 'conv2d' | 'conv3d' | 'conv_transpose2d'
  readonly dtype: DType
  readonly batch: number | null
  readonly args: {
    readonly in_channels: number
    readonly out_channels: number
    readonly kernel_size: number | number[]
    readonly stride: number | number[]
    readonly padding: number | number[] | 'same' | 'valid'
    readonly dilation: number | number[]
    readonly groups: number
    readonly bias: boolean
    readonly padding_mode?: 'zeros' | 'reflect' | 'replicate' | 'circular'
    readonly output_padding?: number | number[]
  }
  readonly out_shape: readonly number[]
  readonly exact: boolean
  readonly double_backward: boolean
  readonly tensors: readonly string[]
}

const FILE = 'conv-dev.safetensors'
const raw = parseSafetensors(await goldenBytes(FILE), FILE)

export const CASES: readonly ConvCase[] = (await goldenJson('conv-dev.json')).cases

/** A tensor of a case; complex ones are stored with a trailing dimension of 2. */
export function caseTensor(one: ConvCase, name: string, dtype: DType = one.dtype): Tensor {
  const { data, shape } = raw[`${one.id}.${name}`]!
  const complex = one.dtype.startsWith('complex')
  return tensor(data, { shape: complex ? shape.slice(0, -1) : [...shape], dtype: one.dtype }).to(dtype)
}

/** The module a case describes, with its weights. */
export function caseModule(one: ConvCase, dtype: DType = one.dtype) {
  const { in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias } = one.args
  const options = { stride, dilation, groups, bias, dtype }
  const module =
    one.op === 'conv_transpose2d'
      ? new nn.ConvTranspose2d(in_channels, out_channels, kernel_size, {
          ...options,
          padding: padding as number | number[],
          outputPadding: one.args.output_padding,
        })
      : new { conv1d: nn.Conv1d, conv2d: nn.Conv2d, conv3d: nn.Conv3d }[one.op](
          in_channels,
          out_channels,
          kernel_size,
          {
            ...options,
            padding,
            paddingMode: one.args.padding_mode,
          },
        )
  const state: Record<string, Tensor> = { weight: caseTensor(one, 'weight', dtype) }
  if (bias) state.bias = caseTensor(one, 'bias', dtype)
  module.loadStateDict(state)
  return module
}

/** Largest deviation allowed, as a share of the largest true value (`data/README.md`). */
const RELATIVE_BOUND: Partial<Record<DType, number>> = {
  float32: 3e-6,
  complex64: 3e-6,
  float64: 1e-14,
  complex128: 1e-14,
}

/** Why `actual` is not close enough to a case's tensor, or null. */
export function deviation(
  one: ConvCase,
  name: string,
  actual: Tensor,
  bound = RELATIVE_BOUND[one.dtype]!,
): string | null {
  const expected = caseTensor(one, name)
  if (String(actual.shape) !== String(expected.shape))
    return `${name}: shape ${actual.shape} instead of ${expected.shape}`
  if (actual.dtype !== expected.dtype) return `${name}: ${actual.dtype} instead of ${expected.dtype}`
  const [a, b] = [actual.dataSync() as Float64Array, expected.dataSync() as Float64Array]
  let worst = 0
  let largest = 0
  for (let i = 0; i < b.length; i++) {
    // NaN must not pass for close
    worst = Math.max(worst, Number.isNaN(a[i]!) ? Number.POSITIVE_INFINITY : Math.abs(a[i]! - b[i]!))
    largest = Math.max(largest, Math.abs(b[i]!))
  }
  const allowed = one.exact ? 0 : bound * largest
  return worst <= allowed ? null : `${name}: off by ${worst}, allowed ${allowed}`
}
