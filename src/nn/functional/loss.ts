/**
 * Losses of pairs of elements as functions. What PyTorch only warns of (sizes that broadcast, the mean of `klDiv`) is computed as there, and
 * warned of once on the console.
 *
 * @module
 */

import { checkTensor } from '../../ops/elementwise/operand.js'
import * as binary from '../../ops/losses/binaryCrossEntropy.js'
import { klDivergence } from '../../ops/losses/klDivergence.js'
import { checkReduction, type LossOptions, type Reduction } from '../../ops/losses/lossReduction.js'
import * as regression from '../../ops/losses/regressionLoss.js'
import { checkOptions } from '../../options.js'
import { formatShape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber } from '../arguments.js'
import { warnOnce } from '../warn.js'

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Below this difference the loss is quadratic. Default: 1. */
  beta?: number
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** Up to this difference the loss is quadratic. Default: 1. */
  delta?: number
}

/** Options of {@link binaryCrossEntropy}. */
export interface BCELossOptions extends LossOptions {
  /** Multiplies the loss of each element; broadcasts. Default: 1. */
  weight?: Tensor | null
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BCEWithLogitsLossOptions extends BCELossOptions {
  /** Multiplies the part of the loss that comes from positive targets; broadcasts. Default: 1. */
  posWeight?: Tensor | null
}

/** Options of {@link klDiv}. */
export interface KLDivLossOptions {
  /** `'batchmean'` divides the sum by the batch size, which is the mathematical definition. Default: `'mean'`. */
  reduction?: Reduction | 'batchmean'
  /** Whether the target holds logarithms of probabilities as well. Default: false. */
  logTarget?: boolean
}

function warnOfSizes(name: string, input: Tensor, target: Tensor): void {
  checkTensor(name, 'input', input)
  checkTensor(name, 'target', target)
  const [own, other] = [target, input].map(({ shape }) => `torch.Size(${formatShape(shape)})`)
  if (own === other) return
  warnOnce(
    `Using a target size (${own}) that is different to the input size (${other}). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
  )
}

function readReduction(name: string, options: LossOptions, others: readonly string[] = []): Reduction {
  return checkReduction(checkOptions(name, options, ['reduction', ...others]).reduction ?? 'mean')
}

/**
 * (x - y)^2
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  warnOfSizes('mse_loss', input, target)
  return regression.mseLoss(input, target, readReduction('mseLoss', options))
}

/**
 * |x - y|
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  warnOfSizes('l1_loss', input, target)
  return regression.l1Loss(input, target, readReduction('l1Loss', options))
}

/**
 * With d = |x - y|: d^2 / (2 beta) where d < beta, else d - beta / 2.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  warnOfSizes('smooth_l1_loss', input, target)
  const reduction = readReduction('smoothL1Loss', options, ['beta'])
  return regression.smoothL1Loss(input, target, reduction, checkNumber('smoothL1Loss', 'beta', options.beta ?? 1))
}

/**
 * With d = |x - y|: d^2 / 2 where d <= delta, else delta (d - delta / 2).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  warnOfSizes('huber_loss', input, target)
  const reduction = readReduction('huberLoss', options, ['delta'])
  return regression.huberLoss(input, target, reduction, checkNumber('huberLoss', 'delta', options.delta ?? 1))
}

/**
 * - y log(x) - (1 - y) log(1 - x) for probabilities x, with logarithms of at least -100.
 *
 * @throws ValueError where the sizes differ
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BCELossOptions = {}): Tensor {
  const reduction = readReduction('binaryCrossEntropy', options, ['weight'])
  return binary.binaryCrossEntropy(input, target, options.weight ?? null, reduction)
}

/**
 * {@link binaryCrossEntropy} of sigmoid(x), without its overflow.
 *
 * @throws ValueError where the sizes differ
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BCEWithLogitsLossOptions = {},
): Tensor {
  const reduction = readReduction('binaryCrossEntropyWithLogits', options, ['weight', 'posWeight'])
  const { weight = null, posWeight = null } = options
  return binary.binaryCrossEntropyWithLogits(input, target, weight, posWeight, reduction)
}

/**
 * The Kullback-Leibler divergence, y (log(y) - x), for logarithms x of probabilities.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivLossOptions = {}): Tensor {
  const { reduction = 'mean', logTarget = false } = checkOptions('klDiv', options, ['reduction', 'logTarget'])
  checkFlag('klDiv', 'logTarget', logTarget)
  if (reduction === 'mean') {
    warnOnce(
      "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.",
    )
  }
  if (reduction !== 'batchmean') return klDivergence(input, target, checkReduction(reduction), logTarget)
  const total = klDivergence(input, target, 'sum', logTarget)
  return input.ndim === 0 ? total : total.div(input.shape[0]!)
}
