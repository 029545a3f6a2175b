/**
 * The blocks of residual networks: convolutions whose result is added to their input (https://arxiv.org/abs/1512.03385).
 *
 * @module
 */
import { NotImplementedError, ValueError } from '../errors.js'
import { isDiscreet, Module } from '../nn/module.js'
import { ReLU } from '../nn/modules/activation.js'
import { BatchNorm2d } from '../nn/modules/batchNorm.js'
import { Conv2d } from '../nn/modules/conv.js'
import { passThrough } from '../nn/passThrough.js'
import type { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'

/** A module from a tensor to a tensor. */
export type Layer = ((input: Tensor) => Tensor) & Module

/** Makes a normalising layer for so many channels. */
export type NormLayer = (channels: number) => Layer

/** The usual {@link NormLayer}. */
export const batchNorm: NormLayer = channels => new BatchNorm2d(channels)

/** What a block is made of besides its channels. */
export interface BlockOptions {
  /** How far the first 3x3 convolution moves. Default: 1. */
  stride?: number
  /** Brings the input to the shape of the result. Default: none. */
  downsample?: Layer | null
  /** The groups of the 3x3 convolution. Default: 1. */
  groups?: number
  /** The width of a group for 64 planes. Default: 64. */
  baseWidth?: number
  /** The dilation of the 3x3 convolution. Default: 1. */
  dilation?: number
  /** Default: BatchNorm2d. */
  normLayer?: NormLayer
}

function conv3x3(input: number, output: number, { stride = 1, groups = 1, dilation = 1 }: BlockOptions = {}): Conv2d {
  return new Conv2d(input, output, 3, { stride, padding: dilation, groups, bias: false, dilation })
}

const OPTIONS = ['stride', 'downsample', 'groups', 'baseWidth', 'dilation', 'normLayer'] as const

/** A convolution of single pixels. */
export function conv1x1(input: number, output: number, stride = 1): Conv2d {
  return new Conv2d(input, output, 1, { stride, bias: false })
}

/** What the layers of a block made of its input, and the input itself, or as `downsample` makes it. */
function withShortcut(inner: Tensor, x: Tensor, downsample: Layer | null): Tensor {
  if (downsample === null) return inner.add_(x)
  const shortcut = downsample(x)
  const sum = inner.add_(shortcut)
  // nobody else has it
  if (isDiscreet(downsample) && !shortcut.storage.isSameMemory(x.storage)) shortcut.storage.giveUpUnsaved()
  return sum
}

/** Two 3x3 convolutions: [N, inplanes, H, W] to [N, planes, H / stride, W / stride], rounded up. */
export class BasicBlock extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): boolean {
    const { conv1, bn1, relu, conv2, bn2, downsample } = this
    return [conv1, bn1, relu, conv2, bn2, downsample ?? relu].every(isDiscreet)
  }

  /** The channels of the result are `planes` times this. */
  static readonly expansion = 1

  conv1: Conv2d
  bn1: Layer
  relu = new ReLU({ inplace: true })
  conv2: Conv2d
  bn2: Layer
  downsample: Layer | null

  constructor(inplanes: number, planes: number, options: BlockOptions = {}) {
    super()
    const checked = checkOptions('BasicBlock', options, OPTIONS)
    const { stride = 1, downsample = null, groups = 1, baseWidth = 64, dilation = 1, normLayer = batchNorm } = checked
    if (groups !== 1 || baseWidth !== 64) {
      throw new ValueError(
        `BasicBlock only supports groups=1 and base_width=64, but got groups=${groups}, baseWidth=${baseWidth}`,
      )
    }
    if (dilation > 1) {
      throw new NotImplementedError(`Dilation > 1 not supported in BasicBlock, but got dilation=${dilation}`)
    }
    this.conv1 = conv3x3(inplanes, planes, { stride })
    this.bn1 = normLayer(planes)
    this.conv2 = conv3x3(planes, planes)
    this.bn2 = normLayer(planes)
    this.downsample = downsample
  }

  override forward(x: Tensor): Tensor {
    const { conv1, bn1, relu, conv2, bn2 } = this
    const inner = passThrough([conv1, bn1, relu, conv2, bn2], x) as Tensor
    return this.relu(withShortcut(inner, x, this.downsample))
  }

  /** The last normalisation: with weights of 0 the block does nothing. */
  get lastNorm(): Module {
    return this.bn2
  }
}

/**
 * A 3x3 convolution between two 1x1 convolutions: [N, inplanes, H, W] to [N, 4 planes, H / stride, W / stride], rounded
 * up. As in torchvision the 3x3 convolution has the stride, which is called ResNet v1.5.
 */
export class Bottleneck extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): boolean {
    const { conv1, bn1, relu, conv2, bn2, conv3, bn3, downsample } = this
    return [conv1, bn1, relu, conv2, bn2, conv3, bn3, downsample ?? relu].every(isDiscreet)
  }

  /** The channels of the result are `planes` times this. */
  static readonly expansion = 4

  conv1: Conv2d
  bn1: Layer
  conv2: Conv2d
  bn2: Layer
  conv3: Conv2d
  bn3: Layer
  relu = new ReLU({ inplace: true })
  downsample: Layer | null

  constructor(inplanes: number, planes: number, options: BlockOptions = {}) {
    super()
    const checked = checkOptions('Bottleneck', options, OPTIONS)
    const { stride = 1, downsample = null, groups = 1, baseWidth = 64, dilation = 1, normLayer = batchNorm } = checked
    const width = Math.trunc(planes * (baseWidth / 64)) * groups
    const output = planes * Bottleneck.expansion
    this.conv1 = conv1x1(inplanes, width)
    this.bn1 = normLayer(width)
    this.conv2 = conv3x3(width, width, { stride, groups, dilation })
    this.bn2 = normLayer(width)
    this.conv3 = conv1x1(width, output)
    this.bn3 = normLayer(output)
    this.downsample = downsample
  }

  override forward(x: Tensor): Tensor {
    const { conv1, bn1, relu, conv2, bn2, conv3, bn3 } = this
    const inner = passThrough([conv1, bn1, relu, conv2, bn2, relu, conv3, bn3], x) as Tensor
    return this.relu(withShortcut(inner, x, this.downsample))
  }

  /** The last normalisation: with weights of 0 the block does nothing. */
  get lastNorm(): Module {
    return this.bn3
  }
}
