/**
 * Convolutions as functions: `torch.nn.functional.conv1d` ... `conv_transpose3d`.
 *
 * @module
 */

import type { IntegerList } from '../../conv/arguments.js'
import type { Activation } from '../../conv/epilogue.js'
import type { PaddingMode } from '../../conv/spec.js'
import { checkConvolution } from '../../conv/validate.js'
import { describe } from '../../errors.js'
import { convolve, inputGradient } from '../../ops/convolution/convolution.js'
import { convolveFused } from '../../ops/convolution/fusedConvolution.js'
import { squeeze, unsqueeze } from '../../ops/views/view.js'
import { checkOptions } from '../../options.js'
import { Tensor } from '../../tensor/tensor.js'

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. Numbers hold for every axis; lists give one per axis. */
export interface ConvOptions {
  /** How far the kernel moves between outputs. Default: 1. */
  stride?: IntegerList
  /** Zeros around the input; `'same'` keeps the size (stride 1 only), `'valid'` is 0. Default: 0. */
  padding?: IntegerList | 'same' | 'valid'
  /** The distance between kernel elements. Default: 1. */
  dilation?: IntegerList
  /** Into how many independent groups the channels are split. Default: 1. */
  groups?: number
}

/** Options of {@link convTranspose1d}, {@link convTranspose2d} and {@link convTranspose3d}. */
export interface ConvTransposeOptions {
  /** Default: 1. */
  stride?: IntegerList
  /** How much is taken off each side of the result: dilation * (kernel - 1) - padding zeros are put round the input. Default: 0. */
  padding?: IntegerList
  /** Added to one side of the result, to choose among the sizes that a strided convolution maps to one. Default: 0. */
  outputPadding?: IntegerList
  /** Default: 1. */
  groups?: number
  /** Default: 1. */
  dilation?: IntegerList
}

/** Tensors as they may come from a caller without types. */
function checkTensors(operation: string, input: unknown, weight: unknown, bias: unknown): void {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new TypeError(`${operation}(): argument '${name}' must be ${expected}, but got ${describe(value)}`)
  }
  if (!(input instanceof Tensor)) refuse('input', 'a Tensor', input)
  if (!(weight instanceof Tensor)) refuse('weight', 'a Tensor', weight)
  if (bias !== null && bias !== undefined && !(bias instanceof Tensor)) refuse('bias', 'a Tensor or null', bias)
}

/** Convolves in `spatialRank` dimensions; the modules call this with a padding mode, and what follows. @internal */
export function convolution(
  spatialRank: 1 | 2 | 3,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvOptions,
  paddingMode: PaddingMode = 'zeros',
  activation: Activation | null = null,
): Tensor {
  const operation = `conv${spatialRank}d`
  checkTensors(operation, input, weight, bias)
  const {
    stride = 1,
    padding = 0,
    dilation = 1,
    groups = 1,
  } = checkOptions(operation, options, ['stride', 'padding', 'dilation', 'groups'])
  const { spec, batched } = checkConvolution({
    operation,
    spatialRank,
    input,
    weight,
    bias: bias ?? null,
    stride,
    padding,
    dilation,
    groups,
    paddingMode: paddingMode === 'zeros' ? undefined : paddingMode,
  })
  const x = batched ? input : unsqueeze(input, 0)
  const out = activation
    ? convolveFused(spec, x, weight, { bias, activation })
    : convolve(spec, x, weight, bias ?? null)
  return batched ? out : squeeze(out, 0)
}

function transposedConvolution(
  spatialRank: 1 | 2 | 3,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvTransposeOptions,
): Tensor {
  const operation = `conv_transpose${spatialRank}d`
  checkTensors(operation, input, weight, bias)
  const {
    stride = 1,
    padding = 0,
    outputPadding = 0,
    groups = 1,
    dilation = 1,
  } = checkOptions(operation, options, ['stride', 'padding', 'outputPadding', 'groups', 'dilation'])
  const { spec, batched } = checkConvolution({
    operation,
    spatialRank,
    input,
    weight,
    bias: bias ?? null,
    stride,
    padding,
    dilation,
    groups,
    transposed: { outputPadding },
  })
  const out = inputGradient(spec, batched ? input : unsqueeze(input, 0), weight, bias ?? null)
  return batched ? out : squeeze(out, 0)
}

/**
 * 1d convolution (as in PyTorch: cross-correlation, the kernel is not flipped).
 *
 * @param input [N, C_in, L] or [C_in, L]
 * @param weight [C_out, C_in / groups, K]
 * @param bias [C_out]
 * @returns [N, C_out, L_out], L_out = floor((L + 2 padding - dilation (K - 1) - 1) / stride + 1)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  return convolution(1, input, weight, bias, options)
}

/**
 * 2d convolution (as in PyTorch: cross-correlation, the kernel is not flipped).
 *
 * @param input [N, C_in, H, W] or [C_in, H, W]
 * @param weight [C_out, C_in / groups, K_h, K_w]
 * @param bias [C_out]
 * @returns [N, C_out, H_out, W_out], H_out = floor((H + 2 padding - dilation (K_h - 1) - 1) / stride + 1)
 * @throws RuntimeError where the shapes, dtypes or options do not fit, with PyTorch's message
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 * @example conv2d(randn(1, 4, 5, 6), randn(8, 4, 3, 3), null, { padding: 1 }).shape // [1, 8, 5, 6]
 */
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  return convolution(2, input, weight, bias, options)
}

/**
 * 3d convolution (as in PyTorch: cross-correlation, the kernel is not flipped).
 *
 * @param input [N, C_in, D, H, W] or [C_in, D, H, W]
 * @param weight [C_out, C_in / groups, K_d, K_h, K_w]
 * @param bias [C_out]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html
 */
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor {
  return convolution(3, input, weight, bias, options)
}

/**
 * 1d transposed convolution: the gradient of {@link conv1d} for its input.
 *
 * @param input [N, C_in, L] or [C_in, L]
 * @param weight [C_in, C_out / groups, K]
 * @param bias [C_out]
 * @returns [N, C_out, L_out], L_out = (L - 1) stride - 2 padding + dilation (K - 1) + outputPadding + 1
 */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  return transposedConvolution(1, input, weight, bias, options)
}

/**
 * 2d transposed convolution: the gradient of {@link conv2d} for its input.
 *
 * @param input [N, C_in, H, W] or [C_in, H, W]
 * @param weight [C_in, C_out / groups, K_h, K_w]
 * @param bias [C_out]
 * @returns [N, C_out, H_out, W_out], H_out = (H - 1) stride - 2 padding + dilation (K_h - 1) + outputPadding + 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
 */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  return transposedConvolution(2, input, weight, bias, options)
}

/**
 * 3d transposed convolution: the gradient of {@link conv3d} for its input.
 *
 * @param input [N, C_in, D, H, W] or [C_in, D, H, W]
 * @param weight [C_in, C_out / groups, K_d, K_h, K_w]
 * @param bias [C_out]
 */
export function convTranspose3d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions = {},
): Tensor {
  return transposedConvolution(3, input, weight, bias, options)
}
