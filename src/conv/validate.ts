/**
 * PyTorch's checks of a convolution, in PyTorch's order, with its messages. What comes out is a spec that nothing
 * below has to check again.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { type DType, dtypeInfo } from '../tensor/dtype.js'
import { formatShape, type Shape } from '../tensor/layout.js'
import { expandList, type IntegerList, integer, integers } from './arguments.js'
import {
  checkDilation,
  checkDTypes,
  checkKernelSize,
  checkSpatialSizes,
  checkTransposedDilation,
  checkTransposedKernelSize,
  describeOutputPadding,
} from './kernel-checks.js'
import { type PadList, paddedShape } from './padding.js'
import { remembering } from './remembered.js'
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
export const checkConvolution = remembering(check)

function check(call: ConvArguments): CheckedConvolution {
  const { operation, spatialRank: rank, input, weight } = call
  const stride = integers(operation, 'stride', call.stride, rank)
  const dilation = integers(operation, 'dilation', call.dilation, rank)
  const outputPadding = integers(operation, 'outputPadding', call.transposed?.outputPadding ?? 0, rank)
  const groups = integer(operation, 'groups', call.groups)
  if (typeof call.padding !== 'string') integers(operation, 'padding', call.padding, rank)

  const fold = call.paddingMode ? foldedPadding(call, call.paddingMode, stride, dilation) : null
  const shape = fold ? fold.shape : input.shape
  // named paddings are another overload in PyTorch, which looks at the padding first
  const named = typeof call.padding === 'string' && !fold
  if (!named) checkBiasDType(call)
  checkInputRank(operation, rank, shape)
  if (named && call.padding !== 'same' && call.padding !== 'valid') {
    throw new RuntimeError(`Invalid padding string: '${call.padding}'; padding is 'same', 'valid' or numbers`)
  }
  if (weight.shape.length < 3) {
    throw new RuntimeError(
      `weight should have at least three dimensions, but got weight of size ${formatShape(weight.shape)}`,
    )
  }
  const padding = fold ? noPadding(rank) : resolvePadding(call, stride, dilation)
  if (named) checkBiasDType(call)
  if (groups <= 0) throw new RuntimeError(`non-positive groups is not supported (groups=${groups})`)
  const axes = weight.shape.length - 2
  const lists: Lists = {
    stride: expandList('stride', stride, axes),
    before: expandList('padding', padding.before, axes),
    after: expandList('padding', padding.after, axes),
    dilation: expandList('dilation', dilation, axes),
    outputPadding: expandList('output_padding', outputPadding, axes),
  }
  checkSigns(lists)
  const batched = shape.length === rank + 2
  const sizes = batched ? shape : [1, ...shape]
  checkChannels(call, sizes, groups)
  const original = fold ? (batched ? input.shape : [1, ...input.shape]).slice(2) : sizes.slice(2)
  const spec = call.transposed
    ? transposedSpec(rank, sizes, weight.shape, groups, lists)
    : forwardSpec(
        rank,
        sizes,
        weight.shape,
        groups,
        lists,
        original,
        fold?.amounts ?? null,
        call.paddingMode ?? 'zeros',
      )
  checkDTypes(call, lists.dilation)
  return { batched, spec }
}

interface Lists {
  readonly stride: Shape
  readonly before: Shape
  readonly after: Shape
  readonly dilation: Shape
  readonly outputPadding: Shape
}

function checkSigns({ before, outputPadding, stride }: Lists): void {
  const refuse = (fault: string, name: string, values: Shape): never => {
    throw new RuntimeError(`${fault} is not supported (${name}=${formatShape(values)})`)
  }
  if (before.some(p => p < 0)) refuse('negative padding', 'padding', before)
  if (outputPadding.some(p => p < 0)) refuse('negative output_padding', 'output_padding', outputPadding)
  if (stride.some(s => s <= 0)) refuse('non-positive stride', 'stride', stride)
}

/** Only ordinary convolutions look at the bias so early; transposed ones leave it to {@link checkDTypes}. */
function checkBiasDType({ input, bias, transposed }: ConvArguments): void {
  if (!bias || bias.dtype === input.dtype || transposed) return
  const [own, other] = [dtypeInfo(input.dtype).cppName, dtypeInfo(bias.dtype).cppName]
  throw new RuntimeError(
    `Input type (${own}) and bias type (${other}) should be the same: the input is ${input.dtype}, the bias ${bias.dtype}; convert one of them with to()`,
  )
}

interface PaddingAmounts {
  readonly before: Shape
  readonly after: Shape
}

const noPadding = (rank: number): PaddingAmounts => ({
  before: new Array(rank).fill(0),
  after: new Array(rank).fill(0),
})

/** Amounts for zero padding: a number, a list, or 'valid' and 'same'. */
function resolvePadding(
  { operation, spatialRank, padding, weight }: ConvArguments,
  stride: Shape,
  dilation: Shape,
): PaddingAmounts {
  if (typeof padding !== 'string') {
    const amounts = integers(operation, 'padding', padding, spatialRank)
    return { before: amounts, after: amounts }
  }
  if (padding === 'valid') return noPadding(spatialRank)
  const axes = weight.shape.length - 2
  for (const [name, values] of Object.entries({ stride, dilation })) {
    if (values.length !== axes && values.length !== 1)
      throw new RuntimeError(`${name} cannot broadcast to ${axes} dimensions (${name}=${formatShape(values)})`)
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
  stride: Shape,
  dilation: Shape,
): { shape: number[]; amounts: PaddingAmounts } {
  let amounts: PaddingAmounts
  if (padding === 'same') {
    const axes = weight.shape.length - 2
    expandList('stride', stride, axes)
    amounts = samePadding(weight.shape.slice(2), expandList('dilation', dilation, axes))
  } else if (typeof padding === 'string') amounts = noPadding(spatialRank)
  else {
    const list = integers(operation, 'padding', padding, spatialRank)
    amounts = { before: list, after: list }
  }
  const pad: PadList = [...amounts.before.keys()]
    .reverse()
    .flatMap(axis => [amounts.before[axis]!, amounts.after[axis]!])
  return { shape: paddedShape(mode, input.shape, input.dtype, pad), amounts }
}

function checkInputRank(operation: string, rank: number, shape: Shape): void {
  if (shape.length === rank + 1 || shape.length === rank + 2) return
  throw new RuntimeError(
    `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${operation}, but got input of size: ${formatShape(shape)}`,
  )
}

function checkChannels(
  { weight: { shape: weight }, bias, transposed }: ConvArguments,
  input: Shape,
  groups: number,
): void {
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
      `${given}, weight of size ${size}, expected input${formatShape(input)} to have ${expected} channels, but got ${input[1]} channels instead${channelsHint(input, expected)}`,
    )
  }
  const channels = transposed ? weight[1]! * groups : weight[0]!
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new RuntimeError(
      `Given ${transposed ? 'transposed=1, ' : ''}weight of size ${size}, expected bias to be 1-dimensional with ${channels} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    )
  }
}

/** Pictures often come with the channels last. */
function channelsHint(input: Shape, expected: number): string {
  if (input.at(-1) !== expected) return ''
  const order = [0, input.length - 1, ...input.slice(2).map((_, i) => i + 1)]
  return `: the last dimension has ${expected}; if those are the channels, bring them forward with permute(${order.join(', ')})`
}

const times = (sizes: Shape) => `(${sizes.join(' x ')})`

function checkKernelFits(
  input: Shape,
  kernel: Shape,
  { before, after, dilation }: Omit<Lists, 'stride' | 'outputPadding'>,
): void {
  const padded = input.map((size, axis) => size + before[axis]! + after[axis]!)
  const effective = kernel.map((size, axis) => dilation[axis]! * (size - 1) + 1)
  if (padded.some((size, axis) => size < effective[axis]!)) {
    throw new RuntimeError(
      `Calculated padded input size per channel: ${times(padded)}. Kernel size: ${times(effective)}. Kernel size can't be greater than actual input size`,
    )
  }
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
  checkKernelFits(padded.slice(2), kernel, { before, after, dilation })
  checkSpatialSizes(padded)
  checkKernelSize(kernel, dilation)
  checkDilation(dilation)
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
  checkSpatialSizes(sizes)
  if (rank < 3) checkTransposedKernelSize(weight)
  checkTransposedDilation(dilation)
  if (outputPadding.some((p, axis) => p >= stride[axis]! && p >= dilation[axis]!)) {
    const numbers = describeOutputPadding(outputPadding, stride, dilation)
    throw new RuntimeError(`output padding must be smaller than either stride or dilation, but got ${numbers}`)
  }
  const result = kernel.map((size, axis) =>
    transposedOutputSize(spatial[axis]!, size, stride[axis]!, dilation[axis]!, before[axis]!, outputPadding[axis]!),
  )
  if (result.some(size => size < 1)) {
    throw new RuntimeError(
      `Given input size per channel: ${times(spatial)}. Calculated output size per channel: ${times(result)}. Output size is too small`,
    )
  }
  if (rank === 3) checkTransposedKernelSize(weight)
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
