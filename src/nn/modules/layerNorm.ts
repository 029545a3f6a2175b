/**
 * Layer normalisation as a module.
 *
 * @module
 */
import { integers } from '../../conv/arguments.js'
import { empty } from '../../ops/creation/fromSizes.js'
import { layerNorm } from '../../ops/normalization/layerNorm.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber } from '../arguments.js'
import { ones_, zeros_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { boolText, floatText } from '../pythonText.js'
import { tupleText } from './convNd.js'

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number
  /** Whether each element of the normalized shape has a learnable weight and bias. Default: true. */
  elementwiseAffine?: boolean
  /** Where the parameters live. Default: `'cpu'`. */
  device?: Device
  /** Their dtype. Default: `'float32'`. */
  dtype?: DType
}

/**
 * Normalises over the last dimensions (https://arxiv.org/abs/1607.06450), those whose sizes are given.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 * @example new nn.LayerNorm([5, 7])(randn(20, 3, 5, 7))
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape
  readonly eps: number
  readonly elementwiseAffine: boolean
  weight: Parameter | null
  bias: Parameter | null

  /** @param normalizedShape a number for the last dimension alone */
  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super()
    const { name } = new.target
    const known = ['eps', 'elementwiseAffine', 'device', 'dtype']
    const { eps = 1e-5, elementwiseAffine = true, device, dtype } = checkOptions(name, options, known)
    this.normalizedShape = Object.freeze([...integers(name, 'normalized_shape', normalizedShape, 1)])
    this.eps = checkNumber(name, 'eps', eps)
    this.elementwiseAffine = checkFlag(name, 'elementwise_affine', elementwiseAffine)
    this.weight = elementwiseAffine ? new Parameter(empty(this.normalizedShape, { device, dtype })) : null
    this.bias = elementwiseAffine ? new Parameter(empty(this.normalizedShape, { device, dtype })) : null
    this.resetParameters()
  }

  /** Weight 1, bias 0. */
  resetParameters(): void {
    if (this.weight) ones_(this.weight)
    if (this.bias) zeros_(this.bias)
  }

  override forward(input: Tensor): Tensor {
    return layerNorm(input, this.normalizedShape, this.weight, this.bias, { eps: this.eps })
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this
    const shape = normalizedShape.length === 0 ? '()' : tupleText(normalizedShape)
    return `${shape}, eps=${floatText(eps)}, elementwise_affine=${boolText(elementwiseAffine)}`
  }
}
