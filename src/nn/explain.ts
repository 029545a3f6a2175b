/**
 * A layer described by its numbers, checked as a call of it would be, without any data.
 *
 * @module
 */
import type { ConvSpec, PaddingMode, Pass } from '../conv/spec.js'
import { checkConvolution } from '../conv/validate.js'
import type { DType } from '../tensor/dtype.js'
import { Conv1d, Conv2d, Conv3d } from './modules/conv.js'
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './modules/convTranspose.js'

/** A convolution layer and the input it gets. */
export interface LayerDescription {
  readonly batch: number
  readonly inChannels: number
  readonly spatial: readonly number[]
  readonly outChannels: number
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
  readonly dilation: readonly number[]
  readonly groups: number
  readonly paddingMode: PaddingMode
  readonly transposed: boolean
  readonly outputPadding: readonly number[]
  readonly dtype: DType
}

/** The layer as PyTorch prints it, its spec, and the pass that computes it; throws what building or calling it would. */
export function checkLayer(layer: LayerDescription): { module: string; spec: ConvSpec; pass: Pass } {
  const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, dtype } = layer
  const rank = layer.spatial.length as 1 | 2 | 3
  // on the meta device a module of any size costs nothing; parameters are float there, whatever the layer's dtype
  const shared = { stride, dilation, groups, device: 'meta' } as const
  const module = layer.transposed
    ? new { 1: ConvTranspose1d, 2: ConvTranspose2d, 3: ConvTranspose3d }[rank](inChannels, outChannels, kernelSize, {
        ...shared,
        padding: padding as readonly number[],
        outputPadding: layer.outputPadding,
        paddingMode: layer.paddingMode as 'zeros',
      })
    : new { 1: Conv1d, 2: Conv2d, 3: Conv3d }[rank](inChannels, outChannels, kernelSize, {
        ...shared,
        padding,
        paddingMode: layer.paddingMode,
      })
  const { spec } = checkConvolution({
    operation: `${layer.transposed ? 'conv_transpose' : 'conv'}${rank}d`,
    spatialRank: rank,
    input: { shape: [layer.batch, inChannels, ...layer.spatial], dtype },
    weight: { shape: module.weight.shape, dtype },
    bias: null,
    stride,
    padding,
    dilation,
    groups,
    paddingMode: layer.paddingMode === 'zeros' ? undefined : layer.paddingMode,
    transposed: layer.transposed ? { outputPadding: layer.outputPadding } : undefined,
  })
  return { module: String(module), spec, pass: layer.transposed ? 'inputGradient' : 'forward' }
}
