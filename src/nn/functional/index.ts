/**
 * `torch.nn.functional`.
 *
 * @module
 */
export { leakyRelu, relu } from '../../ops/activation.js'
export { type BlockOptions, fold, unfold } from '../../ops/im2col.js'
export { type PadMode, pad } from '../../ops/pad.js'
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
