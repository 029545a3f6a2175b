/**
 * Channels to pixels and back: the same elements in another order.
 *
 * @module
 */

import { record } from '../../autograd/node.js'
import { integer } from '../../conv/arguments.js'
import { RuntimeError } from '../../errors.js'
import { copyElements } from '../../tensor/copy.js'
import { formatShape, type Shape, suggestedFormat } from '../../tensor/layout.js'
import { allocate, type Tensor, viewOf } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { permute } from '../views/permute.js'
import { reshape } from '../views/view.js'

/**
 * Turns r * r channels into an image r times as high and wide (sub-pixel convolution,
 * https://arxiv.org/abs/1609.05158): out[c, h r + i, w r + j] = input[c r r + i r + j, h, w].
 *
 * @param input [..., C r r, H, W]
 * @returns [..., C, H r, W r]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  const { shape } = checkImages('pixel_shuffle', 'upscale_factor', input, upscaleFactor)
  const r = upscaleFactor
  const [channels, height, width] = shape.slice(-3) as [number, number, number]
  if (channels % (r * r) !== 0) {
    throw new RuntimeError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
    )
  }
  const out = allocateImages(input, [channels / (r * r), height * r, width * r])
  if (out.device !== 'meta') copyElements(blocksOf(out, r), channelsOf(input, r))
  return record(out, 'PixelShuffleBackward0', [input], [], gradient => [pixelUnshuffle(gradient, r)])
}

/**
 * The opposite of {@link pixelShuffle}: blocks of r x r pixels become r * r channels.
 *
 * @param input [..., C, H r, W r]
 * @returns [..., C r r, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle(input: Tensor, downscaleFactor: number): Tensor {
  const { shape } = checkImages('pixel_unshuffle', 'downscale_factor', input, downscaleFactor)
  const r = downscaleFactor
  const [channels, height, width] = shape.slice(-3) as [number, number, number]
  for (const [name, size, dim] of [
    ['height', height, -2],
    ['width', width, -1],
  ] as const) {
    if (size % r === 0) continue
    throw new RuntimeError(
      `pixel_unshuffle expects ${name} to be divisible by downscale_factor, but input.size(${dim})=${size} is not divisible by ${r}`,
    )
  }
  const out = allocateImages(input, [channels * r * r, height / r, width / r])
  if (out.device !== 'meta') copyElements(channelsOf(out, r), blocksOf(input, r))
  return record(out, 'PixelUnshuffleBackward0', [input], [], gradient => [pixelShuffle(gradient, r)])
}

/** A tensor like the input with another image: its channels, rows and columns. */
function allocateImages({ shape, strides, dtype, device, ndim }: Tensor, image: Shape): Tensor {
  const memoryFormat = ndim === 4 ? suggestedFormat(shape, strides) : 'contiguous'
  return allocate([...shape.slice(0, -3), ...image], dtype, { device, memoryFormat })
}

/** Channels [..., C r r, H, W] as a view [..., C, r, r, H, W]. */
function channelsOf(tensor: Tensor, r: number): Tensor {
  const { shape, strides } = tensor
  const [channels, height, width] = shape.slice(-3) as [number, number, number]
  const [toChannel, toRow, toColumn] = strides.slice(-3) as [number, number, number]
  return viewOf(
    tensor,
    [...shape.slice(0, -3), channels / (r * r), r, r, height, width],
    [...strides.slice(0, -3), toChannel * r * r, toChannel * r, toChannel, toRow, toColumn],
  )
}

/** Pixels [..., C, H r, W r] as a view [..., C, r, r, H, W]: the place in the block comes before the block's. */
function blocksOf(tensor: Tensor, r: number): Tensor {
  const { shape, strides } = tensor
  const [channels, height, width] = shape.slice(-3) as [number, number, number]
  const [toChannel, toRow, toColumn] = strides.slice(-3) as [number, number, number]
  return viewOf(
    tensor,
    [...shape.slice(0, -3), channels, r, r, height / r, width / r],
    [...strides.slice(0, -3), toChannel, toRow, toColumn, toRow * r, toColumn * r],
  )
}

function checkImages(operation: string, argument: string, input: Tensor, factor: number): Tensor {
  const { ndim } = checkTensor(operation, 'input', input)
  integer(operation, argument, factor)
  if (ndim < 3) {
    throw new RuntimeError(
      `${operation} expects input to have at least 3 dimensions, but got input with ${ndim} dimension(s)`,
    )
  }
  if (factor <= 0) throw new RuntimeError(`${operation} expects a positive ${argument}, but got ${factor}`)
  return input
}

/**
 * Deals the channels out anew (https://arxiv.org/abs/1707.01083): of `groups` groups, the first channel of each comes
 * first, then the second of each, and so on.
 *
 * @param input [N, C, ...]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export function channelShuffle(input: Tensor, groups: number): Tensor {
  const { shape, strides, ndim } = checkTensor('channel_shuffle', 'input', input)
  integer('channel_shuffle', 'groups', groups)
  if (ndim <= 2) {
    throw new RuntimeError(
      `channel_shuffle expects input with > 2 dims, but got input with sizes ${formatShape(shape)}`,
    )
  }
  if (groups <= 0) {
    throw new RuntimeError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`)
  }
  const [batch, channels, ...rest] = shape as [number, number, ...number[]]
  if (channels % groups !== 0) {
    throw new RuntimeError(
      `Number of channels must be divisible by groups. Got ${channels} channels and ${groups} groups.`,
    )
  }
  const dealt = reshape(input, [batch, groups, channels / groups, ...rest])
  const out = reshape(permute(dealt, [0, 2, 1, ...rest.map((_, i) => i + 3)]), shape)
  const memoryFormat = suggestedFormat(shape, strides)
  return memoryFormat === 'channels_last' ? out.contiguous({ memoryFormat }) : out
}
