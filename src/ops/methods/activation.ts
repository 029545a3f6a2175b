/**
 * Activation functions as methods of a tensor.
 *
 * @module
 */
import { hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu, relu6, silu } from '../elementwise/activation.js'
import {
  elu,
  type GeluOptions,
  gelu,
  logsigmoid,
  mish,
  type SoftplusOptions,
  selu,
  softplus,
} from '../elementwise/smoothActivation.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** max(0, x) */
    relu(): Tensor
    /** min(max(0, x), 6) */
    relu6(): Tensor
    /** x where positive, else `negativeSlope` x (default 0.01) */
    leakyRelu(negativeSlope?: number): Tensor
    /** x where positive, else `weight` x, with one weight or one per channel */
    prelu(weight: Tensor): Tensor
    /** x where positive, else alpha (e^x - 1) (default 1) */
    elu(alpha?: number): Tensor
    /** ELU with self-normalising constants */
    selu(): Tensor
    /** x times the probability that a standard normal number is less */
    gelu(options?: GeluOptions): Tensor
    /** x sigmoid(x) */
    silu(): Tensor
    /** x tanh(softplus(x)) */
    mish(): Tensor
    /** log(1 + e^(beta x)) / beta */
    softplus(options?: SoftplusOptions): Tensor
    /** log(sigmoid(x)) */
    logsigmoid(): Tensor
    /** x within [-1, 1], or the bounds given */
    hardtanh(minVal?: number, maxVal?: number): Tensor
    /** min(max(x + 3, 0), 6) / 6 */
    hardsigmoid(): Tensor
    /** x hardsigmoid(x) */
    hardswish(): Tensor
  }
}

export const activationMethods = methodsOf({
  relu,
  relu6,
  leakyRelu,
  prelu,
  elu,
  selu,
  gelu,
  silu,
  mish,
  softplus,
  logsigmoid,
  hardtanh,
  hardsigmoid,
  hardswish,
})
