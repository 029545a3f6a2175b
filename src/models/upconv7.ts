/**
 * upconv_7, the network of waifu2x that doubles a picture.
 *
 * @module
 */

import type { Module } from '../nn/module.js'
import { LeakyReLU } from '../nn/modules/activation.js'
import { Conv2d } from '../nn/modules/conv.js'
import { ConvTranspose2d } from '../nn/modules/convTranspose.js'
import { Sequential } from '../nn/modules/sequential.js'

/** Pixels that {@link upconv7} reads beyond each edge of what it doubles: pad the picture by so many. */
export const UPCONV7_CONTEXT = 7

/** Channels after each of the six 3x3 convolutions. */
const CHANNELS = [16, 32, 64, 128, 128, 256]

/**
 * Six 3x3 convolutions with LeakyReLU(0.1), then a transposed 4x4 convolution with stride 2 that takes 3 pixels off:
 * [N, 3, H + 14, W + 14] with RGB in 0..1 to [N, 3, 2 H, 2 W]. State-dict keys are those of an `nn.Sequential` in PyTorch.
 *
 * @see https://github.com/nagadomi/nunif (waifu2x, MIT licence)
 */
export function upconv7(): Sequential {
  const layers: Module[] = []
  let channels = 3
  for (const next of CHANNELS) {
    layers.push(new Conv2d(channels, next, 3), new LeakyReLU(0.1))
    channels = next
  }
  layers.push(new ConvTranspose2d(channels, 3, 4, { stride: 2, padding: 3 }))
  return new Sequential(...layers)
}
