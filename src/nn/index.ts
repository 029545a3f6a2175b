/**
 * `torch.nn`: modules, their parameters, functions and initialisations.
 *
 * @module
 */

export type { FullBackwardHook, Gradients } from './backwardHook.js'
export * as functional from './functional/index.js'
export { fuseConvBnEval } from './fusion.js'
export type { ForwardHook, ForwardPreHook, RemovableHandle } from './hooks.js'
export * as init from './init.js'
export type { MemberOptions, NamedOptions } from './members.js'
export { Module } from './module.js'
export {
  CELU,
  ELU,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LeakyReLU,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  SiLU,
  Threshold,
} from './modules/activation.js'
export {
  GELU,
  GLU,
  Hardshrink,
  LogSigmoid,
  PReLU,
  type PReLUOptions,
  Sigmoid,
  Softplus,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
} from './modules/activationOutOfPlace.js'
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './modules/adaptivePooling.js'
export { BatchNorm1d, BatchNorm2d, BatchNorm3d } from './modules/batchNorm.js'
export { Conv1d, Conv2d, Conv3d, type ConvModuleOptions } from './modules/conv.js'
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
  type OutputSize,
} from './modules/convTranspose.js'
export { Dropout, Dropout1d, Dropout2d, Dropout3d, type DropoutModuleOptions } from './modules/dropout.js'
export { Flatten, type FlattenOptions, Unflatten } from './modules/flatten.js'
export { GroupNorm, type GroupNormOptions, LocalResponseNorm } from './modules/groupNorm.js'
export { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from './modules/instanceNorm.js'
export { LayerNorm, type LayerNormOptions } from './modules/layerNorm.js'
export {
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
} from './modules/lazyConv.js'
export { Identity, Linear, type LinearOptions } from './modules/linear.js'
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './modules/loss.js'
export type { NamedModules } from './modules/moduleContainer.js'
export { ModuleDict } from './modules/moduleDict.js'
export { ModuleList } from './modules/moduleList.js'
export type { NormModuleOptions } from './modules/normBase.js'
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad2d,
} from './modules/padding.js'
export { ParameterDict, ParameterList } from './modules/parameterList.js'
export { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './modules/pixelShuffle.js'
export { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from './modules/pooling.js'
export { Sequential } from './modules/sequential.js'
export { LogSoftmax, Softmax, Softmax2d, type SoftmaxModuleOptions, Softmin } from './modules/softmax.js'
export { Upsample, type UpsampleOptions, UpsamplingBilinear2d, UpsamplingNearest2d } from './modules/upsample.js'
export { Parameter, UninitializedParameter } from './parameter.js'
export type { IncompatibleKeys, StateDict } from './state.js'
