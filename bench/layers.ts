/**
 * The layers that are timed: the shapes of ResNet, MobileNet, ResNeXt and a dilated network.
 */
import type { backends } from 'convforge'
import { parseLayer } from '../cli/explain/parseLayer.js'

/** A two-dimensional convolution with zero padding, in and out in NCHW, without its batch. */
export interface Layer {
  /** As `convforge explain` writes it, without the batch. */
  readonly name: string
  readonly inChannels: number
  readonly input: readonly [number, number]
  readonly outChannels: number
  readonly kernel: readonly [number, number]
  readonly output: readonly [number, number]
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
}

export const LAYERS = [
  '64x56x56 -> 64 k3 p1',
  '128x28x28 -> 128 k3 p1',
  '256x14x14 -> 256 k3 p1',
  '512x7x7 -> 512 k3 p1',
  '3x224x224 -> 64 k7 s2 p3',
  '256x56x56 -> 64 k1',
  '1024x14x14 -> 256 k1',
  '96x112x112 -> 96 k3 s2 p1 g96',
  '192x28x28 -> 192 k3 p1 g192',
  '256x32x32 -> 256 k3 p2 d2',
  '256x28x28 -> 256 k3 p1 g32',
].map(layer)

/** The convolutions of ResNet-18 at 224 x 224, each once. */
export const RESNET18_LAYERS = [
  '3x224x224 -> 64 k7 s2 p3',
  '64x56x56 -> 64 k3 p1',
  '64x56x56 -> 128 k3 s2 p1',
  '64x56x56 -> 128 k1 s2',
  '128x28x28 -> 128 k3 p1',
  '128x28x28 -> 256 k3 s2 p1',
  '128x28x28 -> 256 k1 s2',
  '256x14x14 -> 256 k3 p1',
  '256x14x14 -> 512 k3 s2 p1',
  '256x14x14 -> 512 k1 s2',
  '512x7x7 -> 512 k3 p1',
].map(layer)

/** Small enough that what is timed is the cost of a call. */
export const TINY_LAYER = layer('8x8x8 -> 8 k3 p1')

/** Reads a layer such as `64x56x56 -> 64 k3 s1 p1 d1 g1`. */
export function layer(name: string): Layer {
  const { inChannels, spatial, outChannels, kernelSize, stride, padding, dilation, groups, ...rest } = parseLayer(
    `1x${name}`,
  )
  const square = [stride, dilation, padding].every(pair => typeof pair !== 'string' && pair[0] === pair[1])
  if (spatial.length !== 2 || !square || rest.transposed || rest.paddingMode !== 'zeros' || rest.dtype !== 'float32') {
    throw new RangeError(`"${name}" is not a plain 2d convolution in float32, with one number for s, p and d`)
  }
  const [s, d, p] = [stride[0]!, dilation[0]!, padding[0] as number]
  const sizes = [0, 1].map(i => Math.floor((spatial[i]! + 2 * p - d * (kernelSize[i]! - 1) - 1) / s) + 1)
  return {
    name,
    inChannels,
    input: spatial as [number, number],
    outChannels,
    kernel: kernelSize as [number, number],
    output: sizes as [number, number],
    stride: s,
    padding: p,
    dilation: d,
    groups,
  }
}

/** Those of the list whose names contain one of the texts; a text with an arrow is a layer of its own. */
export function selectLayers(all: readonly Layer[], texts: readonly string[]): Layer[] {
  const bare = (text: string) => text.replaceAll(' ', '')
  return texts.flatMap(text => {
    if (text.includes('->')) return [layer(text.trim())]
    const found = all.filter(({ name }) => bare(name).includes(bare(text)))
    if (found.length === 0) throw new RangeError(`no layer's name contains "${text}"`)
    return found
  })
}

/** Floating point operations of one pass: a multiply-add is two. */
export function operations({ inChannels, outChannels, kernel, output, groups }: Layer, batch: number): number {
  return 2 * batch * outChannels * output[0] * output[1] * (inChannels / groups) * kernel[0] * kernel[1]
}

/** What the backends call this layer. */
export function specOf(layer: Layer, batch: number): backends.ConvSpec {
  const { inChannels, outChannels, groups, stride, dilation, padding } = layer
  const padded = [0, padding, padding] as const
  return {
    spatialRank: 2,
    batch,
    inChannels,
    outChannels,
    groups,
    input: [1, ...layer.input],
    kernel: [1, ...layer.kernel],
    output: [1, ...layer.output],
    stride: [1, stride, stride],
    dilation: [1, dilation, dilation],
    padBefore: padded,
    padAfter: padded,
    paddingMode: 'zeros',
  }
}
