/**
 * Softmax and its relatives as modules.
 *
 * @module
 */
import { ValueError } from '../../errors.js'
import { checkTensor } from '../../ops/elementwise/operand.js'
import { formatShape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { namedArguments } from '../arguments.js'
import * as F from '../functional/softmax.js'
import { Module } from '../module.js'

/** The argument of {@link Softmax} and its relatives, passed by name. */
export type SoftmaxModuleOptions = Pick<F.SoftmaxFunctionOptions, 'dim'>

abstract class AlongDim extends Module {
  readonly dim: number | null

  /** @param dim the dimension along which the results add up to 1. Default: PyTorch's choice, with its warning */
  constructor(dim?: number | null | SoftmaxModuleOptions) {
    super()
    this.dim = namedArguments<SoftmaxModuleOptions>(new.target.name, [dim], ['dim']).dim ?? null
  }

  override extraRepr(): string {
    return `dim=${this.dim ?? 'None'}`
  }
}

/**
 * exp(x) / sum(exp(x)) along `dim`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 */
export class Softmax extends AlongDim {
  override forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim)
  }
}

/**
 * log(softmax(x)) along `dim`, without overflow.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 */
export class LogSoftmax extends AlongDim {
  override forward(input: Tensor): Tensor {
    return F.logSoftmax(input, this.dim)
  }
}

/** softmax(-x) along `dim`. */
export class Softmin extends AlongDim {
  override forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim)
  }
}

/**
 * Softmax over the channels at each place of [N, C, H, W] or [C, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
 */
export class Softmax2d extends Module {
  override forward(input: Tensor): Tensor {
    checkTensor('Softmax2d', 'input', input)
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new ValueError(
        `Softmax2d requires a 3D or 4D tensor as input, but got one of shape ${formatShape(input.shape)}`,
      )
    }
    return F.softmax(input, -3)
  }
}
