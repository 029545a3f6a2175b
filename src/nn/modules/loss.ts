/**
 * Losses as modules: called with the input and the target. See the functions for shapes and errors.
 *
 * @module
 */

import { checkTensor } from '../../ops/elementwise/operand.js'
import { checkReduction, type LossOptions, type Reduction } from '../../ops/losses/lossReduction.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber } from '../arguments.js'
import * as classes from '../functional/crossEntropy.js'
import * as F from '../functional/loss.js'
import { Module } from '../module.js'

/** A loss that knows nothing but how to reduce. */
abstract class Loss extends Module {
  readonly reduction: Reduction

  constructor(options: LossOptions = {}, others: readonly string[] = []) {
    super()
    this.reduction = checkReduction(
      checkOptions(new.target.name, options, ['reduction', ...others]).reduction ?? 'mean',
    )
  }

  /** A weight that is saved with the state, not trained. */
  protected registerWeight(name: string, weight: Tensor | null | undefined): void {
    this.registerBuffer(name, weight ? checkTensor(this.constructor.name, name, weight) : null)
  }
}

/**
 * (x - y)^2
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
 */
export class MSELoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.mseLoss(input, target, { reduction: this.reduction })
  }
}

/**
 * |x - y|
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
 */
export class L1Loss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.l1Loss(input, target, { reduction: this.reduction })
  }
}

/**
 * With d = |x - y|: d^2 / (2 beta) where d < beta, else d - beta / 2.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
 */
export class SmoothL1Loss extends Loss {
  readonly beta: number

  constructor(options: F.SmoothL1LossOptions = {}) {
    super(options, ['beta'])
    this.beta = checkNumber('SmoothL1Loss', 'beta', options.beta ?? 1)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta })
  }
}

/**
 * With d = |x - y|: d^2 / 2 where d <= delta, else delta (d - delta / 2).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
 */
export class HuberLoss extends Loss {
  readonly delta: number

  constructor(options: F.HuberLossOptions = {}) {
    super(options, ['delta'])
    this.delta = checkNumber('HuberLoss', 'delta', options.delta ?? 1)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.huberLoss(input, target, { reduction: this.reduction, delta: this.delta })
  }
}

/**
 * The cross entropy between scores and target classes, or target probabilities of all classes. The weight is a buffer.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 * @example
 * const loss = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 })
 * loss(model(images), labels).backward()
 */
export class CrossEntropyLoss extends Loss {
  declare weight: Tensor | null
  readonly ignoreIndex: number
  readonly labelSmoothing: number

  constructor(options: classes.CrossEntropyLossOptions = {}) {
    super(options, ['weight', 'ignoreIndex', 'labelSmoothing'])
    this.registerWeight('weight', options.weight)
    this.ignoreIndex = options.ignoreIndex ?? -100
    this.labelSmoothing = checkNumber('CrossEntropyLoss', 'labelSmoothing', options.labelSmoothing ?? 0)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, labelSmoothing } = this
    return classes.crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing })
  }
}

/**
 * Minus the element of log probabilities at the target's class. The weight is a buffer.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
export class NLLLoss extends Loss {
  declare weight: Tensor | null
  readonly ignoreIndex: number

  constructor(options: classes.NLLLossOptions = {}) {
    super(options, ['weight', 'ignoreIndex'])
    this.registerWeight('weight', options.weight)
    this.ignoreIndex = options.ignoreIndex ?? -100
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this
    return classes.nllLoss(input, target, { weight, ignoreIndex, reduction })
  }
}

/**
 * - y log(x) - (1 - y) log(1 - x) for probabilities x. The weight is a buffer.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
export class BCELoss extends Loss {
  declare weight: Tensor | null

  constructor(options: F.BCELossOptions = {}) {
    super(options, ['weight'])
    this.registerWeight('weight', options.weight)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction })
  }
}

/**
 * {@link BCELoss} of sigmoid(x), without its overflow. The weights are buffers, `weight` and `pos_weight`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
export class BCEWithLogitsLoss extends Loss {
  declare weight: Tensor | null
  /** The buffer under the name it has in a state dict. */
  declare pos_weight: Tensor | null

  constructor(options: F.BCEWithLogitsLossOptions = {}) {
    super(options, ['weight', 'posWeight'])
    this.registerWeight('weight', options.weight)
    this.registerWeight('pos_weight', options.posWeight)
  }

  get posWeight(): Tensor | null {
    return this.pos_weight
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this
    return F.binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction })
  }
}

/**
 * The Kullback-Leibler divergence, y (log(y) - x), for logarithms x of probabilities.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 */
export class KLDivLoss extends Module {
  readonly reduction: Reduction | 'batchmean'
  readonly logTarget: boolean

  constructor(options: F.KLDivLossOptions = {}) {
    super()
    const { reduction = 'mean', logTarget = false } = checkOptions('KLDivLoss', options, ['reduction', 'logTarget'])
    this.reduction = reduction === 'batchmean' ? reduction : checkReduction(reduction)
    this.logTarget = checkFlag('KLDivLoss', 'logTarget', logTarget)
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget })
  }
}
