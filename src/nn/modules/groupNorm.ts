/**
 * Group normalisation and local response normalisation as modules.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { ValueError } from '../../errors.js'
import { empty } from '../../ops/creation/fromSizes.js'
import { groupNorm } from '../../ops/normalization/groupNorm.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber } from '../arguments.js'
import { type LocalResponseNormOptions, localResponseNorm } from '../functional/normalization.js'
import { ones_, zeros_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { boolText, floatText } from '../pythonText.js'

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number
  /** Whether each channel has a learnable weight and bias. Default: true. */
  affine?: boolean
  /** Where the parameters live. Default: `'cpu'`. */
  device?: Device
  /** Their dtype. Default: `'float32'`. */
  dtype?: DType
}

/**
 * Normalises each sample of [N, C, ...] over groups of neighbouring channels (https://arxiv.org/abs/1803.08494).
 *
 * @throws ValueError where `numGroups` does not divide `numChannels`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
 * @example new nn.GroupNorm(3, 6)(randn(20, 6, 10, 12))
 */
export class GroupNorm extends Module {
  readonly numGroups: number
  readonly numChannels: number
  readonly eps: number
  readonly affine: boolean
  weight: Parameter | null
  bias: Parameter | null

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super()
    const { name } = new.target
    const {
      eps = 1e-5,
      affine = true,
      device,
      dtype,
    } = checkOptions(name, options, ['eps', 'affine', 'device', 'dtype'])
    this.numGroups = integer(name, 'num_groups', numGroups)
    this.numChannels = integer(name, 'num_channels', numChannels)
    if (numGroups <= 0 || numChannels % numGroups !== 0) {
      throw new ValueError(
        `num_channels must be divisible by num_groups, but got num_channels=${numChannels} and num_groups=${numGroups}`,
      )
    }
    this.eps = checkNumber(name, 'eps', eps)
    this.affine = checkFlag(name, 'affine', affine)
    this.weight = affine ? new Parameter(empty([numChannels], { device, dtype })) : null
    this.bias = affine ? new Parameter(empty([numChannels], { device, dtype })) : null
    this.resetParameters()
  }

  /** Weight 1, bias 0. */
  resetParameters(): void {
    if (this.weight) ones_(this.weight)
    if (this.bias) zeros_(this.bias)
  }

  override forward(input: Tensor): Tensor {
    return groupNorm(input, this.numGroups, this.weight, this.bias, { eps: this.eps })
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this
    return `${numGroups}, ${numChannels}, eps=${floatText(eps)}, affine=${boolText(affine)}`
  }
}

/**
 * Divides each element by (k + alpha * the average of the squares in `size` neighbouring channels) ** beta.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
 */
export class LocalResponseNorm extends Module {
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly k: number

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super()
    const { name } = new.target
    const { alpha = 1e-4, beta = 0.75, k = 1 } = checkOptions(name, options, ['alpha', 'beta', 'k'])
    this.size = integer(name, 'size', size)
    this.alpha = checkNumber(name, 'alpha', alpha)
    this.beta = checkNumber(name, 'beta', beta)
    this.k = checkNumber(name, 'k', k)
  }

  override forward(input: Tensor): Tensor {
    const { size, alpha, beta, k } = this
    return localResponseNorm(input, size, { alpha, beta, k })
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this
    return `${size}, alpha=${floatText(alpha)}, beta=${floatText(beta)}, k=${floatText(k)}`
  }
}
