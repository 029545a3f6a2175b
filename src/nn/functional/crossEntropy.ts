/**
 * Losses with classes as targets, as functions.
 *
 * @module
 */
import * as entropy from '../../ops/losses/crossEntropy.js'
import { checkReduction, type LossOptions } from '../../ops/losses/lossReduction.js'
import * as nll from '../../ops/losses/nllLoss.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkNumber } from '../arguments.js'

/** Options of {@link nllLoss}. */
export interface NLLLossOptions extends LossOptions {
  /** One factor for each class. Default: 1 for all. */
  weight?: Tensor | null
  /** The class number that does not count. Default: -100. */
  ignoreIndex?: number
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyLossOptions extends NLLLossOptions {
  /** How much of the target is spread evenly over all classes, from 0 to 1. Default: 0. */
  labelSmoothing?: number
}

/**
 * The cross entropy between scores and target classes, or target probabilities of all classes.
 *
 * @param input scores (before softmax), [N, C], [C] or [N, C, d1, ...]
 * @param target class numbers, an int64 (or uint8) tensor [N], [] or [N, d1, ...]; or probabilities, like the input
 * @returns a number, or with `reduction: 'none'` one loss for each class number. A mean is over what is not ignored, and
 * with weights it is the weighted mean.
 * @throws IndexError for a class out of range, RuntimeError and ValueError for what does not fit, with PyTorch's message
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 * @example crossEntropy(model(images), labels, { labelSmoothing: 0.1 }).backward()
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyLossOptions = {}): Tensor {
  const { weight, ignoreIndex, reduction, labelSmoothing } = readClassOptions('crossEntropy', options, [
    'labelSmoothing',
  ])
  return entropy.crossEntropy(input, target, {
    weight,
    ignoreIndex,
    reduction,
    labelSmoothing: checkNumber('crossEntropy', 'labelSmoothing', labelSmoothing ?? 0),
  })
}

/**
 * Minus the element at the target's class.
 *
 * @param input logarithms of probabilities, [N, C], [C] or [N, C, d1, ...]
 * @param target class numbers, an int64 (or uint8) tensor [N], [] or [N, d1, ...]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export function nllLoss(input: Tensor, target: Tensor, options: NLLLossOptions = {}): Tensor {
  return nll.nllLoss(input, target, readClassOptions('nllLoss', options, []))
}

function readClassOptions(name: string, options: CrossEntropyLossOptions, others: readonly string[]) {
  checkOptions(name, options, ['weight', 'ignoreIndex', 'reduction', ...others])
  const { weight = null, ignoreIndex = -100, reduction = 'mean', labelSmoothing } = options
  return { weight, ignoreIndex, reduction: checkReduction(reduction), labelSmoothing }
}
