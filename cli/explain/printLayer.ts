import type { LayerDescription } from './layer.js'

/** The layer as PyTorch would print the module, and its input. The plan for it is to be printed here, too. */
export function printLayer(layer: LayerDescription): string {
  const tuple = (sizes: readonly number[]) => (sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(', ')})`)
  const differs = (sizes: readonly number[], from: number) => sizes.some(size => size !== from)
  const parts = [`${layer.inChannels}`, `${layer.outChannels}`]
  parts.push(`kernel_size=${tuple(layer.kernelSize)}`, `stride=${tuple(layer.stride)}`)
  if (typeof layer.padding === 'string') parts.push(`padding='${layer.padding}'`)
  else if (differs(layer.padding, 0)) parts.push(`padding=${tuple(layer.padding)}`)
  if (differs(layer.dilation, 1)) parts.push(`dilation=${tuple(layer.dilation)}`)
  if (differs(layer.outputPadding, 0)) parts.push(`output_padding=${tuple(layer.outputPadding)}`)
  if (layer.groups !== 1) parts.push(`groups=${layer.groups}`)
  if (layer.paddingMode !== 'zeros') parts.push(`padding_mode=${layer.paddingMode}`)
  const name = `Conv${layer.transposed ? 'Transpose' : ''}${layer.spatial.length}d`
  const input = [layer.batch, layer.inChannels, ...layer.spatial].join(', ')
  return `${name}(${parts.join(', ')}) of a ${layer.dtype} input of [${input}]\n`
}
