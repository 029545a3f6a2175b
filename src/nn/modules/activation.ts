/**
 * Activations as modules.
 *
 * @module
 */
import { leakyRelu, relu } from '../../ops/activation.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'

/** max(x, 0). */
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return relu(input)
  }
}

/** x where x > 0, else negativeSlope * x. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number

  /** @param negativeSlope Default: 0.01 */
  constructor(negativeSlope = 0.01) {
    super()
    this.negativeSlope = negativeSlope
  }

  override forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope)
  }

  override extraRepr(): string {
    return `negative_slope=${this.negativeSlope}`
  }
}
