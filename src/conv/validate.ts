/**
 * PyTorch's checks of a convolution, in PyTorch's order, with its messages. What comes out is a spec that nothing
 * below has to check again.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { type DType, dtypeInfo } from '../tensor/dtype.js'
import { formatShape, type Shape } from '../tensor/layout.js'
import { expandList, type IntegerList, integers } from './arguments.js'
import { type PadList, paddedShape } from './padding.js'
import { type ConvSpec, outputSize, type PaddingMode, toTriple, transposedOutputSize } from './spec.js'

/** What the checks need to know of a tensor. */
export interface Operand {
  readonly shape: Shape
  readonly dtype: DType
}

/** A convolution as the user wrote it. */
export interface ConvArguments {
  /** The function's name in messages, e.g. `conv2d`. */
  readonly operation: string
  readonly spatialRank: 1 | 2 | 3
  readonly input: Operand
  readonly weight: Operand
  readonly bias: Operand | null
  readonly stride: IntegerList
  readonly padding: IntegerList | string
  readonly dilation: IntegerList
  readonly groups: number
  /** Padding other than with zeros, folded into the reading of the input. */
  readonly paddingMode?: Exclude<PaddingMode, 'zeros'>
  /** Given for a transposed convolution. */
  readonly transposed?: { readonly outputPadding: IntegerList }
}

/** A checked convolution. */
export interface CheckedConvolution {
  readonly spec: ConvSpec
  /** Whether the input came with a batch dimension. */
  readonly batched: boolean
}

/** Checks a convolution and gives its spec. For a transposed one this is the spec of the convolution that leads back. */
export function checkConvolution(call: ConvArguments): CheckedConvolution {
  const { operation, spatialRank: rank, weight, bias } = call
  const stride = integers(operation, 'stride', call.stride, rank)
  const dilation = integers(operation, 'dilation', call.dilation, rank)
  const groups = integers(operation, 'groups', call.groups, 1)[0]!
  if (bias && bias.dtype !== call.input.dtype) {
    const [own, other] = [dtypeInfo(call.input.dtype).cppName, dtypeInfo(bias.dtype).cppName]
    throw new RuntimeError(`Input type (${own}) and bias type (${other}) should be the same`)
  }
  const fold = call.paddingMode ? foldedPadding(call, call.paddingMode, dilation) : null
  const shape = fold ? fold.shape : call.input.shape
  checkInputRank(operation, rank, shape)
  const batched = shape.length === rank + 2
  const sizes = batched ? shape : [1, ...shape]
  if (weight.shape.length < 3) throw new RuntimeError('weight should have at least three dimensions')

  const zeroPadding = fold ? noPadding(rank) : resolvePadding(call, stride, dilation)
  const outputPadding = integers(operation, 'outputPadding', call.transposed?.outputPadding ?? 0, rank)
  const axes = weight.shape.length - 2
  const lists = {
    stride: expandList('stride', stride, axes),
    before: expandList('padding', zeroPadding.before, axes),
    after: expandList('padding', zeroPadding.after, axes),
    dilation: expandList('dilation', dilation, axes),
    outputPadding: expandList('output_padding', outputPadding, axes),
  }
  if (groups <= 0) throw new RuntimeError(`non-positive groups is not supported (groups=${groups})`)
  const listText = (name: string, values: Shape) => `(${name}=${formatShape(values)})`
  if (lists.before.some(p => p < 0)) throw new RuntimeError(`negative padding is not supported ${listText('padding', lists.before)}`)
  if (lists.outputPadding.some(p => p < 0)) {
    throw new RuntimeError(`negative output_padding is not supported ${listText('output_padding', lists.outputPadding)}`)
  }
  if (lists.stride.some(s => s <= 0)) throw new RuntimeError(`non-positive stride is not supported ${listText('stride', lists.stride)}`)
  checkChannels(call, sizes, groups)

  const kernel = weight.shape.slice(2)
  const spatial = sizes.slice(2)
  const transposed = call.transposed !== undefined
  if (!transposed) checkKernelFits(spatial, kernel, lists)
  if (spatial.includes(0) || kernel.includes(0)) checkNothingEmpty(sizes, kernel)
  if (lists.dilation.some(d => d <= 0)) {
    throw new RuntimeError(`dilation should be greater than zero, but got ${formatShape(lists.dilation)}`)
  }
  if (weight.dtype !== call.input.dtype) {
    const [expected, found] = [dtypeInfo(call.input.dtype).scalarName, dtypeInfo(weight.dtype).scalarName]
    throw new RuntimeError(`expected scalar type ${expected} but found ${found}`)
  }
  if (weight.dtype === 'bool') throw new RuntimeError(`"slow_conv${rank}d_cpu" not implemented for 'Bool'`)
  const original = fold ? (batched ? call.input.shape : [1, ...call.input.shape]).slice(2) : spatial
  return {
    batched,
    spec: transposed
      ? transposedSpec(rank, sizes, weight.shape, groups, lists)
      : forwardSpec(rank, sizes, weight.shape, groups, lists, original, fold?.amounts ?? null, call.paddingMode ?? 'zeros'),
  }
}

interface Lists {
  readonly stride: Shape
  readonly before: Shape
  readonly after: Shape
  readonly dilation: Shape
  readonly outputPadding: Shape
}

interface PaddingAmounts {
  readonly before: Shape
  readonly after: Shape
}

const noPadding = (rank: number): PaddingAmounts => ({ before: new Array(rank).fill(0), after: new Array(rank).fill(0) })

/** Amounts for zero padding: a number, a list, or 'valid' and 'same'. */
function resolvePadding({ operation, spatialRank, padding, weight }: ConvArguments, stride: Shape, dilation: Shape): PaddingAmounts {
  if (typeof padding !== 'string') {
    const amounts = integers(operation, 'padding', padding, spatialRank)
    return { before: amounts, after: amounts }
  }
  if (padding === 'valid') return noPadding(spatialRank)
  if (padding !== 'same') throw new RuntimeError(`Invalid padding string: '${padding}'`)
  const axes = weight.shape.length - 2
  for (const [name, values] of Object.entries({ stride, dilation })) {
    if (values.length !== axes && values.length !== 1) throw new RuntimeError(`${name} cannot broadcast to ${axes} dimensions`)
  }
  if (stride.some(s => s !== 1)) {
    throw new RuntimeError(`padding='same' is not supported for strided convolutions (stride=${formatShape(stride)})`)
  }
  return samePadding(weight.shape.slice(2), dilation.length === 1 ? new Array(axes).fill(dilation[0]) : dilation)
}

/** What 'same' adds along each axis: dilation (K - 1) in all, the odd one after. */
export function samePadding(kernel: Shape, dilation: Shape): PaddingAmounts {
  const total = kernel.map((size, axis) => Math.max(0, dilation[axis]! * (size - 1)))
  return { before: total.map(t => Math.floor(t / 2)), after: total.map(t => t - Math.floor(t / 2)) }
}

/** PyTorch pads by reflect, replicate and circular before it convolves: so its checks of the padding come first. */
function foldedPadding(
  { operation, input, weight, padding, spatialRank }: ConvArguments,
  mode: Exclude<PaddingMode, 'zeros'>,
  dilation: Shape,
): { shape: number[]; amounts: PaddingAmounts } {
  let amounts: PaddingAmounts
  if (padding === 'same') amounts = samePadding(weight.shape.slice(2), dilation)
  else if (typeof padding === 'string') amounts = noPadding(spatialRank)
  else {
    const list = integers(operation, 'padding', padding, spatialRank)
    amounts = { before: list, after: list }
  }
  const pad: PadList = [...amounts.before.keys()].reverse().flatMap(axis => [amounts.before[axis]!, amounts.after[axis]!])
  return { shape: paddedShape(mode, input.shape, input.dtype, pad), amounts }
}

function checkInputRank(operation: string, rank: number, shape: Shape): void {
  if (shape.length === rank + 1 || shape.length === rank + 2) return
  throw new RuntimeError(
    `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${operation}, but got input of size: ${formatShape(shape)}`,
  )
}

function checkChannels({ weight: { shape: weight }, bias, transposed }: ConvArguments, input: Shape, groups: number): void {
  const given = transposed ? 'Given transposed=1' : `Given groups=${groups}`
  const size = formatShape(weight)
  if (weight.length !== input.length) {
    throw new RuntimeError(
      `Expected ${weight.length}-dimensional input for ${weight.length}-dimensional weight ${size}, but got ${input.length}-dimensional input of size ${formatShape(input)} instead`,
    )
  }
  if (weight[0]! < groups) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${size} instead`,
    )
  }
  if (weight[0]! % groups !== 0) {
    throw new RuntimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${size}] instead`,
    )
  }
  const expected = transposed ? weight[0]! : weight[1]! * groups
  if (input[1] !== expected) {
    throw new RuntimeError(
      `${given}, weight of size ${size}, expected input${formatShape(input)} to have ${expected} channels, but got ${input[1]} channels instead`,
    )
  }
  const channels = transposed ? weight[1]! * groups : weight[0]!
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new RuntimeError(
      `Given ${transposed ? 'transposed=1, ' : ''}weight of size ${size}, expected bias to be 1-dimensional with ${channels} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    )
  }
}

const times = (sizes: Shape) => `(${sizes.join(' x ')})`

function checkKernelFits(input: Shape, kernel: Shape, { before, after, dilation }: Lists): void {
  const padded = input.map((size, axis) => size + before[axis]! + after[axis]!)
  const effective = kernel.map((size, axis) => dilation[axis]! * (size - 1) + 1)
  if (padded.some((size, axis) => size < effective[axis]!)) {
    throw new RuntimeError(
      `Calculated padded input size per channel: ${times(padded)}. Kernel size: ${times(effective)}. Kernel size can't be greater than actual input size`,
    )
  }
}

function checkNothingEmpty(input: Shape, kernel: Shape): void {
  if (input.slice(2).includes(0)) {
    throw new RuntimeError(`Only zero batch or zero channel inputs are supported, but got input shape: ${formatShape(input)}`)
  }
  const names = ['kernel_depth', 'kernel_height', 'kernel_width']
  // PyTorch runs 1d convolutions as 2d ones, and names the axes so
  const named = kernel.length === 1 ? [1, ...kernel] : kernel
  const text = named.map((size, axis) => `${names[axis + 3 - named.length]}: ${size}`).join(' ')
  throw new RuntimeError(`kernel size should be greater than zero, but got ${text}`)
}

function forwardSpec(
  rank: 1 | 2 | 3,
  padded: Shape,
  weight: Shape,
  groups: number,
  { stride, before, after, dilation }: Lists,
  input: Shape,
  fold: PaddingAmounts | null,
  paddingMode: PaddingMode,
): ConvSpec {
  const kernel = weight.slice(2)
  const output = kernel.map((size, axis) =>
    outputSize(padded[axis + 2]!, size, stride[axis]!, dilation[axis]!, before[axis]!, after[axis]!),
  )
  return Object.freeze({
    spatialRank: rank,
    batch: padded[0]!,
    inChannels: padded[1]!,
    outChannels: weight[0]!,
    groups,
    input: toTriple(input, 1),
    kernel: toTriple(kernel, 1),
    output: toTriple(output, 1),
    stride: toTriple(stride, 1),
    dilation: toTriple(dilation, 1),
    padBefore: toTriple(fold ? fold.before : before, 0),
    padAfter: toTriple(fold ? fold.after : after, 0),
    paddingMode,
  })
}

/** The convolution of which this transposed one is the input gradient: input and output change places. */
function transposedSpec(
  rank: 1 | 2 | 3,
  sizes: Shape,
  weight: Shape,
  groups: number,
  { stride, before, dilation, outputPadding }: Lists,
): ConvSpec {
  const kernel = weight.slice(2)
  const spatial = sizes.slice(2)
  if (outputPadding.some((p, axis) => p >= stride[axis]! && p >= dilation[axis]!)) {
    const fields = { output_padding: outputPadding, stride, dilation }
    const axes = ['depth', 'height', 'width'].slice(rank === 3 ? 0 : 1)
    const text = Object.entries(fields).flatMap(([name, values]) =>
      axes.map((axis, i) => `${name}_${axis}: ${(rank === 1 ? [name === 'output_padding' ? 0 : 1, ...values] : values)[i]}`),
    )
    throw new RuntimeError(`output padding must be smaller than either stride or dilation, but got ${text.join(' ')}`)
  }
  const result = kernel.map((size, axis) =>
    transposedOutputSize(spatial[axis]!, size, stride[axis]!, dilation[axis]!, before[axis]!, outputPadding[axis]!),
  )
  if (result.some(size => size < 1)) {
    throw new RuntimeError(
      `Given input size per channel: ${times(spatial)}. Calculated output size per channel: ${times(result)}. Output size is too small`,
    )
  }
  return Object.freeze({
    spatialRank: rank,
    batch: sizes[0]!,
    inChannels: weight[1]! * groups,
    outChannels: weight[0]!,
    groups,
    input: toTriple(result, 1),
    kernel: toTriple(kernel, 1),
    output: toTriple(spatial, 1),
    stride: toTriple(stride, 1),
    dilation: toTriple(dilation, 1),
    padBefore: toTriple(before, 0),
    padAfter: toTriple(before, 0),
    paddingMode: 'zeros',
  })
}
