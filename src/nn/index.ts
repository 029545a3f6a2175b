/**
 * `torch.nn`: modules, their parameters, functions and initialisations.
 *
 * @module
 */
export * as functional from './functional/index.js'
export * as init from './init.js'
export { Module } from './module.js'
export { LeakyReLU, ReLU } from './modules/activation.js'
export { Conv1d, Conv2d, Conv3d, type ConvModuleOptions } from './modules/conv.js'
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
  type OutputSize,
} from './modules/convTranspose.js'
export {
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
} from './modules/lazyConv.js'
export { Sequential } from './modules/sequential.js'
export { Parameter, UninitializedParameter } from './parameter.js'
export type { IncompatibleKeys, StateDict } from './state.js'
