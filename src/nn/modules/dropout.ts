/**
 * Dropout as modules.
 *
 * @module
 */
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, type InplaceOptions, namedArguments } from '../arguments.js'
import { checkProbability, dropout, dropout1d, dropout2d, dropout3d } from '../functional/dropout.js'
import { Module } from '../module.js'
import { boolText, floatText } from '../pythonText.js'

/** Arguments of {@link Dropout} and its relatives that can be passed by name. */
export interface DropoutModuleOptions extends InplaceOptions {
  /** The probability of an element (a channel) to become zero. Default: 0.5. */
  p?: number
}

abstract class DropoutNd extends Module {
  readonly p: number
  readonly inplace: boolean

  /**
   * @param p Default: 0.5
   * @throws ValueError for a probability outside [0, 1]
   */
  constructor(p?: number | DropoutModuleOptions, options?: InplaceOptions) {
    super()
    const { name } = new.target
    const named = namedArguments<DropoutModuleOptions>(name, [p, options], ['p'], ['inplace'])
    this.p = checkProbability(name, named.p ?? 0.5)
    this.inplace = checkFlag(name, 'inplace', named.inplace ?? false)
  }

  override extraRepr(): string {
    return `p=${floatText(this.p)}, inplace=${boolText(this.inplace)}`
  }
}

/**
 * In training, sets elements to zero with probability `p` and divides the others by 1 - p; after `eval()`, the identity.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 * @example new nn.Dropout(0.2)
 */
export class Dropout extends DropoutNd {
  override forward(input: Tensor): Tensor {
    const { p, training, inplace } = this
    return dropout(input, p, { training, inplace })
  }
}

/**
 * {@link Dropout} of whole channels, [N, C, L] or [C, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html
 */
export class Dropout1d extends DropoutNd {
  override forward(input: Tensor): Tensor {
    const { p, training, inplace } = this
    return dropout1d(input, p, { training, inplace })
  }
}

/**
 * {@link Dropout} of whole channels, [N, C, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
 */
export class Dropout2d extends DropoutNd {
  override forward(input: Tensor): Tensor {
    const { p, training, inplace } = this
    return dropout2d(input, p, { training, inplace })
  }
}

/**
 * {@link Dropout} of whole channels, [N, C, D, H, W] or [C, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html
 */
export class Dropout3d extends DropoutNd {
  override forward(input: Tensor): Tensor {
    const { p, training, inplace } = this
    return dropout3d(input, p, { training, inplace })
  }
}
