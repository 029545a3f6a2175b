/**
 * The blocks of MobileNetV2: a depthwise convolution between two 1x1 convolutions (https://arxiv.org/abs/1801.04381).
 *
 * @module
 */
import { ValueError } from '../errors.js'
import { haveDiscreetChildren, isDiscreet, Module } from '../nn/module.js'
import { ReLU6 } from '../nn/modules/activation.js'
import { Conv2d } from '../nn/modules/conv.js'
import { Sequential } from '../nn/modules/sequential.js'
import type { Tensor } from '../ops/tensor.js'
import type { NormLayer } from './residualBlocks.js'

/** What a {@link Conv2dNormActivation} is made of besides its channels. */
interface ConvNormOptions {
  /** Default: 3. */
  kernelSize?: number
  /** Default: 1. */
  stride?: number
  /** Default: 1. */
  groups?: number
  normLayer: NormLayer
}

/** A convolution that keeps the size (for stride 1), a normalisation and ReLU6. */
export class Conv2dNormActivation extends Sequential {
  /** @internal See `isDiscreet`. */
  override get keepsNothing(): boolean {
    return haveDiscreetChildren(this)
  }

  constructor(input: number, output: number, { kernelSize = 3, stride = 1, groups = 1, normLayer }: ConvNormOptions) {
    const padding = Math.floor((kernelSize - 1) / 2)
    super(
      new Conv2d(input, output, kernelSize, { stride, padding, groups, bias: false }),
      normLayer(output),
      new ReLU6({ inplace: true }),
    )
  }
}

/** What an {@link InvertedResidual} is made of besides its channels. */
interface InvertedResidualOptions {
  /** 1 or 2. */
  stride?: number
  /** How many channels the depthwise convolution has for each of the input. */
  expandRatio?: number
  normLayer: NormLayer
}

/** [N, input, H, W] to [N, output, H / stride, W / stride], rounded up; the input is added where it has that shape. */
export class InvertedResidual extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): boolean {
    return isDiscreet(this.conv)
  }

  private readonly addsInput: boolean
  conv: Sequential

  constructor(input: number, output: number, { stride = 1, expandRatio = 1, normLayer }: InvertedResidualOptions) {
    super()
    if (stride !== 1 && stride !== 2) throw new ValueError(`stride should be 1 or 2 instead of ${stride}`)
    const hidden = roundHalfToEven(input * expandRatio)
    this.addsInput = stride === 1 && input === output
    const expand = expandRatio === 1 ? [] : [new Conv2dNormActivation(input, hidden, { kernelSize: 1, normLayer })]
    this.conv = new Sequential(
      ...expand,
      new Conv2dNormActivation(hidden, hidden, { stride, groups: hidden, normLayer }),
      new Conv2d(hidden, output, 1, { bias: false }),
      normLayer(output),
    )
  }

  override forward(x: Tensor): Tensor {
    const inner = this.conv(x)
    return this.addsInput ? x.add(inner) : inner
  }
}

/** Python's `round`. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value)
  return value - below === 0.5 ? below + (below % 2) : Math.round(value)
}
