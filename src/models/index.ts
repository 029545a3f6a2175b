/**
 * Networks ready to load weights into.
 *
 * @module
 */
export { MobileNetV2, type MobileNetV2Options, mobilenetV2 } from './mobilenetV2.js'
export { BasicBlock, type BlockOptions, Bottleneck, type NormLayer } from './residualBlocks.js'
export { type BlockClass, ResNet, type ResNetOptions, resnet18, resnet50 } from './resnet.js'
export { UPCONV7_CONTEXT, upconv7 } from './upconv7.js'
