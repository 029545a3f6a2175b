/**
 * Channels to pixels and back, as modules.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../ops/rearrangement/pixelShuffle.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'

/**
 * Turns r * r channels into an image r times as high and wide: [..., C r r, H, W] to [..., C, H r, W r].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
 * @example new nn.PixelShuffle(3)(randn(1, 9, 4, 5)).shape // [1, 1, 12, 15]
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number

  constructor(upscaleFactor: number) {
    super()
    this.upscaleFactor = integer(new.target.name, 'upscale_factor', upscaleFactor)
  }

  override forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor)
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`
  }
}

/**
 * The opposite of {@link PixelShuffle}: [..., C, H r, W r] to [..., C r r, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number

  constructor(downscaleFactor: number) {
    super()
    this.downscaleFactor = integer(new.target.name, 'downscale_factor', downscaleFactor)
  }

  override forward(input: Tensor): Tensor {
    return pixelUnshuffle(input, this.downscaleFactor)
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`
  }
}

/**
 * Deals the channels of [N, C, ...] out anew: the first of each group, then the second of each, and so on.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export class ChannelShuffle extends Module {
  readonly groups: number

  constructor(groups: number) {
    super()
    this.groups = integer(new.target.name, 'groups', groups)
  }

  override forward(input: Tensor): Tensor {
    return channelShuffle(input, this.groups)
  }

  override extraRepr(): string {
    return `groups=${this.groups}`
  }
}
