/**
 * `torch.nn.functional`.
 *
 * @module
 */

export { type BlockOptions, fold, unfold } from '../../ops/convolution/im2col.js'
export { prelu } from '../../ops/elementwise/activation.js'
export { type GeluOptions, logsigmoid, type SoftplusOptions } from '../../ops/elementwise/smoothActivation.js'
export { sigmoid, tanh } from '../../ops/elementwise/unary.js'
export type { LossOptions, Reduction } from '../../ops/losses/lossReduction.js'
export { linear } from '../../ops/matrices/matmul.js'
export { type PadMode, pad } from '../../ops/rearrangement/pad.js'
export type { InplaceOptions } from '../arguments.js'
export {
  celu,
  type ELUOptions,
  elu,
  type HardtanhOptions,
  hardsigmoid,
  hardswish,
  hardtanh,
  type LeakyReLUOptions,
  leakyRelu,
  mish,
  relu,
  relu6,
  selu,
  silu,
  type ThresholdOptions,
  threshold,
} from './activation.js'
export { gelu, glu, hardshrink, softplus, softshrink, softsign, tanhshrink } from './activationOutOfPlace.js'
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './conv.js'
export { type CrossEntropyLossOptions, crossEntropy, type NLLLossOptions, nllLoss } from './crossEntropy.js'
export { type DropoutOptions, dropout, dropout1d, dropout2d, dropout3d } from './dropout.js'
export * from './interpolate.js'
export {
  type BCELossOptions,
  type BCEWithLogitsLossOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type HuberLossOptions,
  huberLoss,
  type KLDivLossOptions,
  klDiv,
  l1Loss,
  mseLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './loss.js'
export * from './normalization.js'
export * from './pooling.js'
export { logSoftmax, type SoftmaxFunctionOptions, softmax, softmin } from './softmax.js'
