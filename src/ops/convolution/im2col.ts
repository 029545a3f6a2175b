/**
 * Sliding blocks: `torch.nn.functional.unfold` (im2col) and `fold` (col2im), each the other's adjoint.
 *
 * Unfolding lists, for each place of the kernel, what it sees; folding adds what is listed back to where it was seen.
 * Convolutions here use neither: they would copy every input element once per kernel element.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { type IntegerList, integers } from '../../conv/arguments.js'
import { outputSize } from '../../conv/spec.js'
import { IndexError, RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { contiguousData, convert } from '../../tensor/copy.js'
import { dtypeInfo, isHalf, type TypedArray } from '../../tensor/dtype.js'
import { formatShape, type Shape } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { checkTensor } from '../elementwise/operand.js'
import { squeeze, unsqueeze } from '../views/view.js'

/** How the blocks slide. Numbers hold for both axes. */
export interface BlockOptions {
  /** Default: 1. */
  dilation?: IntegerList
  /** Zeros around the image. Default: 0. */
  padding?: IntegerList
  /** Default: 1. */
  stride?: IntegerList
}

interface Blocks {
  readonly kernel: Shape
  readonly dilation: Shape
  readonly padding: Shape
  readonly stride: Shape
}

/** Two integers: a number for both axes, or one each. */
function pair(operation: string, name: string, value: IntegerList): Shape {
  const list = integers(operation, name, value, 2)
  if (list.length === 2) return list
  const key = name.replace('S', '_s')
  throw new RuntimeError(`It is expected ${key} equals to 2, but got size ${list.length}: ${name}=${formatShape(list)}`)
}

/** The pairs, each with its name in PyTorch's messages; all lengths are looked at before any value. */
function readBlocks(operation: string, kernelSize: IntegerList, options: BlockOptions): Blocks {
  const { dilation = 1, padding = 0, stride = 1 } = checkOptions(operation, options, ['dilation', 'padding', 'stride'])
  return {
    kernel: pair(operation, 'kernelSize', kernelSize),
    dilation: pair(operation, 'dilation', dilation),
    padding: pair(operation, 'padding', padding),
    stride: pair(operation, 'stride', stride),
  }
}

function checkPositive(name: string, prefix: string, [height, width]: Shape): void {
  if (height! > 0 && width! > 0) return
  throw new RuntimeError(
    `${name} should be greater than zero, but got ${prefix}_height: ${height} ${prefix}_width: ${width}`,
  )
}

function checkPadding([height, width]: Shape): void {
  if (height! >= 0 && width! >= 0) return
  throw new RuntimeError(`padding should be non-negative, but got pad_height: ${height} pad_width: ${width}`)
}

const tuple = (values: Shape) => `(${values.join(', ')})`

/** How many places the kernel has along each axis. */
function places(spatial: Shape, { kernel, dilation, padding, stride }: Blocks): number[] {
  return spatial.map((size, axis) =>
    outputSize(size, kernel[axis]!, stride[axis]!, dilation[axis]!, padding[axis]!, padding[axis]!),
  )
}

/** Calls `visit(column index, image index)` for every element of every block that is not padding. */
function forEachBlockElement(
  planes: number,
  [height, width]: Shape,
  blocks: Blocks,
  visit: (column: number, image: number) => void,
): void {
  const [rows, columns] = places([height!, width!], blocks)
  const { kernel, dilation, padding, stride } = blocks
  let column = 0
  for (let plane = 0; plane < planes; plane++) {
    for (let kh = 0; kh < kernel[0]!; kh++) {
      for (let kw = 0; kw < kernel[1]!; kw++) {
        for (let row = 0; row < rows!; row++) {
          const y = row * stride[0]! + kh * dilation[0]! - padding[0]!
          for (let at = 0; at < columns!; at++, column++) {
            const x = at * stride[1]! + kw * dilation[1]! - padding[1]!
            if (y >= 0 && y < height! && x >= 0 && x < width!) visit(column, (plane * height! + y) * width! + x)
          }
        }
      }
    }
  }
}

/** im2col on a batched, checked input. */
const gather = timed('aten::im2col', gatherBlocks)

function gatherBlocks(input: Tensor, spatial: Shape, blocks: Blocks): Tensor {
  const [batch, channels] = input.shape as [number, number]
  const [rows, columns] = places(spatial, blocks)
  const kernelSize = blocks.kernel[0]! * blocks.kernel[1]!
  const out = allocate([batch, channels * kernelSize, rows! * columns!], input.dtype, { device: input.device })
  if (input.device !== 'meta') {
    const { components } = dtypeInfo(input.dtype)
    const from = contiguousData(input)
    const to = out.storage.dataToWrite
    forEachBlockElement(batch * channels, spatial, blocks, (column, image) => {
      for (let i = 0; i < components; i++) to[column * components + i] = from[image * components + i]!
    })
  }
  return record(out, 'Im2ColBackward0', [input], [], gradient => [scatter(gradient, spatial, blocks)])
}

/** col2im on a batched, checked input. */
const scatter = timed('aten::col2im', scatterBlocks)

function scatterBlocks(input: Tensor, spatial: Shape, blocks: Blocks): Tensor {
  const [batch, rows] = input.shape as [number, number]
  const channels = rows / (blocks.kernel[0]! * blocks.kernel[1]!)
  // sums of 16-bit floats are formed in float32
  const wide = isHalf(input.dtype) ? 'float32' : input.dtype
  const out = allocate([batch, channels, ...spatial], wide, { device: input.device })
  if (input.device !== 'meta') {
    const { components } = dtypeInfo(wide)
    const from = contiguousData(input.dtype === wide ? input : convert(input, wide))
    const to = out.storage.dataToWrite as TypedArray & Float64Array
    forEachBlockElement(batch * channels, spatial, blocks, (column, image) => {
      for (let i = 0; i < components; i++) to[image * components + i]! += from[column * components + i] as number
    })
  }
  const result = out.dtype === input.dtype ? out : convert(out, input.dtype)
  return record(result, 'Col2ImBackward0', [input], [], gradient => [gather(gradient, spatial, blocks)])
}

/**
 * Lists the blocks that a kernel sees as it slides over an image.
 *
 * @param input [N, C, H, W] or [C, H, W]
 * @returns [N, C * kernelHeight * kernelWidth, L] (or without N), L being the number of places of the kernel
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 * @example unfold(randn(1, 3, 4, 5), [2, 3]).shape // [1, 18, 9]
 */
export function unfold(input: Tensor, kernelSize: IntegerList, options: BlockOptions = {}): Tensor {
  const { shape, ndim } = checkTensor('unfold', 'input', input)
  const blocks = readBlocks('unfold', kernelSize, options)
  checkPositive('kernel size', 'kernel', blocks.kernel)
  checkPositive('dilation', 'dilation', blocks.dilation)
  checkPadding(blocks.padding)
  checkPositive('stride', 'stride', blocks.stride)
  if (ndim < 3) {
    // PyTorch stumbles over the missing dimension, and says so with an IndexError
    throw new IndexError(
      `Dimension out of range (expected to be in range of [${-Math.max(ndim, 1)}, ${Math.max(ndim, 1) - 1}], but got 2): unfold() takes an input of 3 or 4 dimensions, but got one of size ${formatShape(shape)}`,
    )
  }
  if (ndim > 4 || shape.slice(-3).includes(0)) {
    throw new RuntimeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(shape)}`,
    )
  }
  const spatial = shape.slice(-2)
  const found = places(spatial, blocks)
  if (found.some(count => count < 1)) {
    throw new RuntimeError(
      `Given input with spatial size ${tuple(spatial)}, kernel_size=${tuple(blocks.kernel)}, dilation=${tuple(blocks.dilation)}, padding=${tuple(blocks.padding)}, calculated shape of the array of sliding blocks as ${tuple(found)}, but its components must be at least one.`,
    )
  }
  return ndim === 4 ? gather(input, spatial, blocks) : squeeze(gather(unsqueeze(input, 0), spatial, blocks), 0)
}

/**
 * Adds blocks back into an image; where they overlap, their elements are summed.
 *
 * @param input [N, C * kernelHeight * kernelWidth, L] or without N, as {@link unfold} lists them
 * @param outputSize [H, W]
 * @returns [N, C, H, W] or [C, H, W]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
export function fold(
  input: Tensor,
  outputSize: IntegerList,
  kernelSize: IntegerList,
  options: BlockOptions = {},
): Tensor {
  const { shape, ndim } = checkTensor('fold', 'input', input)
  const spatial = pair('fold', 'outputSize', outputSize)
  const blocks = readBlocks('fold', kernelSize, options)
  checkPositive('kernel size', 'kernel', blocks.kernel)
  checkPositive('stride', 'stride', blocks.stride)
  checkPositive('dilation', 'dilation', blocks.dilation)
  checkPadding(blocks.padding)
  if ((ndim !== 2 && ndim !== 3) || shape.slice(-2).includes(0)) {
    throw new RuntimeError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${formatShape(shape)}`,
    )
  }
  const [rows, count] = shape.slice(-2) as [number, number]
  const size = blocks.kernel[0]! * blocks.kernel[1]!
  if (rows % size !== 0) {
    throw new RuntimeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=${tuple(blocks.kernel)}.`,
    )
  }
  const expected = places(spatial, blocks)
  if (expected[0]! * expected[1]! !== count) {
    throw new RuntimeError(
      `Given output_size=${tuple(spatial)}, kernel_size=${tuple(blocks.kernel)}, dilation=${tuple(blocks.dilation)}, padding=${tuple(blocks.padding)}, stride=${tuple(blocks.stride)}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${expected.join(' * ')} = ${expected[0]! * expected[1]!}, but got input.size(2)=${count}.`,
    )
  }
  if (expected.some(count => count < 1)) {
    throw new RuntimeError(
      `Given output_size=${tuple(spatial)}, kernel_size=${tuple(blocks.kernel)}, dilation=${tuple(blocks.dilation)}, padding=${tuple(blocks.padding)}, stride=${tuple(blocks.stride)}, calculated shape of the array of sliding blocks as ${tuple(expected)}, which is too small (non-positive)`,
    )
  }
  return ndim === 3 ? scatter(input, spatial, blocks) : squeeze(scatter(unsqueeze(input, 0), spatial, blocks), 0)
}
