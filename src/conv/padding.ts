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

type ReadingMode = Exclude<PaddingMode, 'zeros'>

/** Refuses amounts that are not pairs, or are more pairs than the input has dimensions. */
export function checkPadLength(pad: PadList, shape: Shape): void {
  if (pad.length % 2 !== 0)
    throw new RuntimeError(`Padding length must be divisible by 2, but got pad=${formatShape(pad)}`)
  if (pad.length > 2 * shape.length) {
    throw new RuntimeError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${pad.length} and input of dimension ${shape.length}`,
    )
  }
}

/** Refuses what PyTorch refuses; otherwise gives the shape after padding. */
export function paddedShape(mode: ReadingMode, shape: Shape, dtype: DType, pad: PadList): number[] {
  checkPadLength(pad, shape)
  const rank = pad.length / 2
  if (rank < 1 || rank > 3 || (shape.length !== rank + 1 && shape.length !== rank + 2)) {
    throw new NotImplementedError(
      `Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: padding the last ${rank} dimensions needs an input of ${rank + 1} or ${rank + 2} dimensions, but got an input of size ${formatShape(shape)}`,
    )
  }
  checkNotEmpty(mode, shape, dtype, rank)
  const result = [...shape]
  for (let i = 0; i < rank; i++) {
    const [dim, before, after] = [shape.length - 1 - i, pad[2 * i]!, pad[2 * i + 1]!]
    result[dim] = shape[dim]! + before + after
    if (mode === 'reflect') checkReflection(shape, rank, dim, before, after)
    if (mode === 'circular') checkWrapping(shape[dim]!, dim, before, after)
  }
  if (mode !== 'circular') checkSomethingLeft(shape, result, rank)
  return result
}

/** A reflection shows each element once: not the border again, nor what lies behind the other border. */
function checkReflection(shape: Shape, rank: number, dim: number, before: number, after: number): void {
  const size = shape[dim]!
  if (before < size && after < size) return
  const position = 4 + 2 * (shape.length - 1 - dim)
  // PyTorch writes the sizes here, and in 2d their number
  const input = rank === 2 ? shape.length : formatShape(shape)
  throw new RuntimeError(
    `Argument #${position}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${dim} of input ${input}`,
  )
}

function checkWrapping(size: number, dim: number, before: number, after: number): void {
  const where = `(padding (${before}, ${after}) at dimension ${dim} of size ${size})`
  if (before > size || after > size)
    throw new RuntimeError(`Padding value causes wrapping around more than once. ${where}`)
  if (size + before + after < 0)
    throw new RuntimeError(`Negative padding value is resulting in an empty dimension ${where}`)
}

/** Negative amounts may crop a dimension to nothing, not all of them and not beyond. */
function checkSomethingLeft(shape: Shape, result: Shape, rank: number): void {
  const spatial = result.slice(-rank)
  if (spatial.every(size => size < 1)) {
    throw new RuntimeError(
      `input (${describeSize(shape, rank, ', ')}) is too small. Calculated output ${describeSize(result, rank, ' ')}`,
    )
  }
  const negative = spatial.find(size => size < 0)
  if (negative !== undefined) {
    throw new RuntimeError(
      `Trying to create tensor with negative dimension ${negative}: ${formatShape(result)}: negative padding leaves less than nothing of an input of size ${formatShape(shape)}`,
    )
  }
}

/** An empty batch may be padded; an empty channel or spatial dimension has nothing to show. */
function checkNotEmpty(mode: PaddingMode, shape: Shape, dtype: DType, rank: number): void {
  const batched = shape.length === rank + 2
  const sizes = batched ? shape.slice(1) : shape
  if (!sizes.includes(0) || mode === 'circular') return
  const forms = `${rank + 1}D or ${rank + 2}D (batch mode) tensor`
  if (mode === 'reflect' && rank < 3) {
    const cppType = `torch.${dtypeInfo(dtype).scalarName}Tensor{${shape.join(',')}}`
    throw new RuntimeError(`${forms} expected for input, but got: [ ${cppType} ]`)
  }
  throw new RuntimeError(
    `Expected ${forms} with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(shape)}`,
  )
}

/** "D: 4 H: 5, W: 6": PyTorch puts a comma before the width of the input, and none in the output. */
function describeSize(shape: Shape, rank: number, beforeWidth: string): string {
  const names = ['D', 'H', 'W'].slice(-rank)
  const parts = shape.slice(-rank).map((size, i) => `${names[i]}: ${size}`)
  const width = parts.pop()!
  return parts.length === 0 ? width : `${parts.join(' ')}${beforeWidth}${width}`
}
