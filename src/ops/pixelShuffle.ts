/**
 * Channels to pixels and back: the same elements in another order.
 *
 * @module
 */
import { integer } from '../conv/arguments.js'
import { RuntimeError } from '../errors.js'
import { formatShape, type Shape, suggestedFormat } from '../tensor/layout.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkTensor } from './operand.js'
import { permute } from './permute.js'
import { reshape } from './view.js'

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
  const own = channels / (r * r)
  // channel, row in the block, column in the block, row, column
  return rearrange(input, [own, r, r, height, width], [[0], [3, 1], [4, 2]])
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
  return rearrange(input, [channels, height / r, r, width / r, r], [[0, 2, 4], [1], [3]])
}

/**
 * Deals the channels out anew (https://arxiv.org/abs/1707.01083): of `groups` groups, the first channel of each comes
 * first, then the second of each, and so on.
 *
 * @param input [N, C, ...]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export function channelShuffle(input: Tensor, groups: number): Tensor {
  const { shape, ndim } = checkTensor('channel_shuffle', 'input', input)
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
  const dealt = permute(reshape(input, [batch, groups, channels / groups, ...rest]), [
    0,
    2,
    1,
    ...rest.map((_, i) => i + 3),
  ])
  const out = reshape(dealt, shape)
  const memoryFormat = suggestedFormat(shape, input.strides)
  return memoryFormat === 'channels_last' ? out.contiguous({ memoryFormat }) : out
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
 * The last three dimensions seen as the five `parts`, which are put together again in other threes: `groups` says which
 * parts make the new channels, rows and columns. Memory keeps its format.
 */
function rearrange(input: Tensor, parts: Shape, groups: readonly (readonly number[])[]): Tensor {
  const { shape, strides, ndim } = input
  const lead = shape.slice(0, -3)
  const split = reshape(input, [...lead, ...parts])
  const place = (group: readonly number[]) => group.map(part => lead.length + part)
  const size = (group: readonly number[]) => group.reduce((product, part) => product * parts[part]!, 1)
  const [channels, rows, columns] = groups as [number[], number[], number[]]
  const channelsLast = ndim === 4 && suggestedFormat(shape, strides) === 'channels_last'
  const order = channelsLast ? [rows, columns, channels] : [channels, rows, columns]
  const moved = permute(split, [...lead.keys(), ...order.flatMap(place)])
  const out = reshape(moved, [...lead, ...order.map(size)])
  return channelsLast ? permute(out, [0, 3, 1, 2]) : out
}
