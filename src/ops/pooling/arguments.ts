/**
 * The arguments of poolings with windows of one size: PyTorch's checks in PyTorch's order, with its messages.
 *
 * @module
 */
import { describeValue, type IntegerList, integers } from '../../conv/arguments.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { formatShape, type Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import type { Rank } from './planes.js'
import { pooledSize, type SlidingPool } from './windows.js'

/** A pooling as the user wrote it. */
export interface PoolCall {
  readonly kind: 'max' | 'avg'
  readonly rank: Rank
  readonly input: Tensor
  readonly kernelSize: IntegerList
  readonly stride: IntegerList | null | undefined
  readonly padding: IntegerList
  readonly dilation: IntegerList
  readonly ceilMode: boolean
}

/** Refuses what is neither true nor false. */
export function checkBoolean(operation: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`${operation}(): argument '${name}' must be bool, but got ${name}=${describeValue(value)}`)
}

/** Checks a pooling and gives its numbers, one for each axis. */
export function checkPool(call: PoolCall): SlidingPool {
  const { kind, rank, input } = call
  const operation = `${kind}_pool${rank}d`
  checkTensor(operation, 'input', input)
  checkRank(operation, kind, rank, input.shape)
  const kernel = axisNumbers(call, 'kernelSize', call.kernelSize)
  const pool = {
    kernel,
    stride: isLeftOut(call.stride) ? kernel : axisNumbers(call, 'stride', call.stride),
    padding: axisNumbers(call, 'padding', call.padding),
    dilation: axisNumbers(call, 'dilation', call.dilation),
    ceilMode: checkBoolean(operation, 'ceil_mode', call.ceilMode),
  }
  const [, ...empty] = input.ndim === rank + 2 ? input.shape : [0, ...input.shape]
  if (empty.includes(0)) throw new RuntimeError(`${expectedDims(operation, rank)}, but got:${formatShape(input.shape)}`)
  checkNumbers(call, pool)
  checkResult(call, pool)
  if (!isFloating(input.dtype)) {
    throw new NotImplementedError(`"${operation}" not implemented for '${dtypeInfo(input.dtype).scalarName}'`)
  }
  return pool
}

/** An empty list of strides stands for none, as in PyTorch. */
const isLeftOut = (stride: PoolCall['stride']): stride is null | undefined =>
  stride === undefined || stride === null || (Array.isArray(stride) && stride.length === 0)

const expectedDims = (operation: string, rank: Rank) =>
  `${operation}: Expected ${rank + 1}D or ${rank + 2}D (batch mode) tensor with optional 0 dim batch size for input`

function checkRank(operation: string, kind: 'max' | 'avg', rank: Rank, shape: Shape): void {
  if (shape.length === rank + 1 || shape.length === rank + 2) return
  if (rank === 3 || (rank === 2 && kind === 'max')) {
    throw new RuntimeError(
      `non-empty ${rank + 1}D or ${rank + 2}D (batch mode) tensor expected for input, but ${operation} got:${formatShape(shape)}`,
    )
  }
  throw new RuntimeError(`${expectedDims(operation, rank)}, but got:${formatShape(shape)}`)
}

const OURS = { kernelSize: 'kernel_size', stride: 'stride', padding: 'padding', dilation: 'dilation' } as const

/** One number for each axis, from a number or a list. */
function axisNumbers({ kind, rank }: PoolCall, name: keyof typeof OURS, value: IntegerList): readonly number[] {
  const operation = `${kind}_pool${rank}d`
  const list = integers(operation, name, value, rank)
  if (list.length === rank) return list
  if (list.length === 1) return new Array<number>(rank).fill(list[0]!)
  const tuple = `a tuple of ${['one int', 'two ints', 'three ints'][rank - 1]}`
  const omitted = name === 'stride' ? 'be omitted, ' : ''
  throw new RuntimeError(
    rank === 1
      ? `${operation}() argument '${OURS[name]}' should contain one int (got ${list.length}: ${formatShape(list)})`
      : `${operation}: ${OURS[name]} must either ${omitted || 'be '}a single int, or ${tuple}, but got ${name}=${formatShape(list)}`,
  )
}

/** "kH: 3 kW: 2", as PyTorch writes the numbers of an axis; it runs 1d poolings as 2d ones. */
function axisText(prefix: string, values: Shape, missing: number): string {
  const names = values.length === 3 ? ['T', 'H', 'W'] : ['H', 'W']
  const all = values.length === 1 ? [missing, ...values] : values
  return names.map((name, i) => `${prefix}${name}: ${all[i]}`).join(' ')
}

function checkNumbers(call: PoolCall, { kernel, stride, padding, dilation }: SlidingPool): void {
  if (stride.includes(0)) throw new RuntimeError(`stride should not be zero, but got ${axisText('d', stride, 1)}`)
  const negative = padding.find(pad => pad < 0)
  if (negative !== undefined) throw new RuntimeError(`pad must be non-negative, but got pad: ${negative}`)
  const wide = padding.findIndex((pad, axis) => pad > kernel[axis]! / 2 && kernel[axis]! > 0)
  if (wide >= 0) {
    throw new RuntimeError(
      `pad should be at most half of kernel size, but got pad=${padding[wide]} and kernel_size=${kernel[wide]}`,
    )
  }
  if (kernel.some(size => size <= 0)) {
    throw new RuntimeError(`kernel size should be greater than zero, but got ${axisText('k', kernel, 1)}`)
  }
  if (stride.some(step => step <= 0)) {
    throw new RuntimeError(`stride should be greater than zero, but got ${axisText('d', stride, 1)}`)
  }
  if (dilation.some(step => step <= 0)) {
    throw new RuntimeError(`dilation should be greater than zero, but got ${axisText('dilation', dilation, 1)}`)
  }
  const { kind, rank, input } = call
  const spatial = input.shape.slice(-rank)
  if (kind === 'avg' && rank === 3 && spatial.some((size, axis) => size < kernel[axis]!)) {
    const image = axisText('', spatial, 1)
    throw new RuntimeError(`input image (${image}) smaller than kernel size (${axisText('k', kernel, 1)})`)
  }
}

function checkResult({ rank, input: { shape } }: PoolCall, pool: SlidingPool): void {
  const spatial = shape.slice(-rank)
  const result = spatial.map((size, axis) => pooledSize(size, pool, axis))
  if (result.every(size => size >= 1)) return
  const text = (sizes: Shape) => `(${[shape.at(-rank - 1)!, ...(rank === 1 ? [1] : []), ...sizes].join('x')})`
  throw new RuntimeError(
    `Given input size: ${text(spatial)}. Calculated output size: ${text(result)}. Output size is too small`,
  )
}
