/**
 * The checks of `torch.nn.functional.pad` for the modes that read the input again (reflect, replicate, circular), as
 * arithmetic on shapes, with PyTorch's messages.
 *
 * @module
 */
import { NotImplementedError, RuntimeError } from '../errors.js'
import { type DType, dtypeInfo } from '../tensor/dtype.js'
import { formatShape, type Shape } from '../tensor/layout.js'
import type { PaddingMode } from './spec.js'

/** Amounts to pad, last dimension first: [left, right, top, bottom, front, back]. */
export type PadList = readonly number[]

/** Refuses what PyTorch refuses; otherwise gives the shape after padding. */
export function paddedShape(mode: Exclude<PaddingMode, 'zeros'>, shape: Shape, dtype: DType, pad: PadList): number[] {
  const rank = pad.length / 2
  if (pad.length % 2 !== 0) throw new RuntimeError('Padding length must be divisible by 2')
  if (rank < 1 || rank > 3 || (shape.length !== rank + 1 && shape.length !== rank + 2)) {
    throw new NotImplementedError(
      `Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: padding the last ${rank} dimensions needs an input of ${rank + 1} or ${rank + 2} dimensions, but got an input of size ${formatShape(shape)}`,
    )
  }
  checkNotEmpty(mode, shape, dtype, rank)
  const result = [...shape]
  for (let i = 0; i < rank; i++) {
    const dim = shape.length - 1 - i
    const [before, after] = [pad[2 * i]!, pad[2 * i + 1]!]
    const size = shape[dim]!
    if (mode === 'reflect' && (before >= size || after >= size)) {
      throw new RuntimeError(
        `Argument #${4 + 2 * i}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${dim} of input ${shape.length}`,
      )
    }
    if (mode === 'circular' && (before > size || after > size)) {
      throw new RuntimeError(
        `Padding value causes wrapping around more than once. (padding (${before}, ${after}) at dimension ${dim} of size ${size})`,
      )
    }
    result[dim] = size + before + after
    if (result[dim]! < 0 || (mode !== 'circular' && result[dim]! < 1)) {
      throw new RuntimeError(
        `input (${describeSize(shape, rank)}) is too small. Calculated output ${describeSize(result, rank)}: padding (${before}, ${after}) leaves nothing of dimension ${dim}`,
      )
    }
  }
  return result
}

/** An empty batch may be padded; an empty channel or spatial dimension has nothing to show. */
function checkNotEmpty(mode: PaddingMode, shape: Shape, dtype: DType, rank: number): void {
  const batched = shape.length === rank + 2
  const sizes = batched ? shape.slice(1) : shape
  if (!sizes.includes(0) || mode === 'circular') return
  const forms = `${rank + 1}D or ${rank + 2}D (batch mode) tensor`
  if (mode === 'reflect') {
    const cppType = `torch.${dtypeInfo(dtype).scalarName}Tensor{${shape.join(',')}}`
    throw new RuntimeError(`${forms} expected for input, but got: [ ${cppType} ]`)
  }
  throw new RuntimeError(
    `Expected ${forms} with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(shape)}`,
  )
}

function describeSize(shape: Shape, rank: number): string {
  const names = ['W', 'H', 'D']
  return shape
    .slice(-rank)
    .map((size, i) => `${names[rank - 1 - i]}: ${size}`)
    .join(' ')
}
