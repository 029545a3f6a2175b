/**
 * Class numbers as targets: PyTorch's checks, and what a loss needs to know of them.
 *
 * @module
 */
import { describe, IndexError, RuntimeError, ValueError } from '../../errors.js'
import { contiguousData, toFloat64 } from '../../tensor/copy.js'
import { dtypeInfo } from '../../tensor/dtype.js'
import { formatShape, isSameShape, numelOf, type Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { type Reduction, refuseGradient } from './lossReduction.js'

/** How class numbers are read. */
export interface ClassTargetOptions {
  /** One factor for each class; `null` for 1. */
  readonly weight: Tensor | null
  /** The class number that does not count. */
  readonly ignoreIndex: number
  readonly reduction: Reduction
}

/** Targets of an input seen as [samples, classes, places]; there is one place unless the input has spatial axes. */
export interface ClassTargets {
  readonly inputShape: Shape
  /** The dimension of the classes: 1, or 0 for a single sample. */
  readonly dim: number
  readonly samples: number
  readonly classes: number
  readonly places: number
  /** The class at each place of each sample, or -1 where it does not count. */
  readonly labels: Int32Array
  /** One factor for each class. */
  readonly weights: Float64Array
  readonly reduction: Reduction
  /** The shape of the result without reduction: one loss for each place. */
  readonly shape: Shape
  /** What one place's loss is multiplied with: 1, or for a mean the inverse of the sum of the weights of all places. */
  readonly scale: number
}

/** Checks a target as `nll_loss` does, in its order, and reads it. */
export function readClassTargets(
  operation: string,
  input: Tensor,
  target: Tensor,
  options: ClassTargetOptions,
): ClassTargets {
  checkShapes(input, checkTensor(operation, 'target', target))
  checkDTypes(operation, input, target, options)
  const { shape: inputShape } = input
  const dim = input.ndim === 1 ? 0 : 1
  const classes = inputShape[dim]!
  const weights = readWeights(options.weight, classes, input.ndim)
  const labels = readLabels(target, classes, options.ignoreIndex)
  let total = 0
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= 0) total += weights[labels[i]!]!
  return {
    inputShape,
    dim,
    samples: dim === 0 ? 1 : inputShape[0]!,
    classes,
    places: numelOf(inputShape.slice(2)),
    labels,
    weights,
    reduction: options.reduction,
    shape: input.ndim > 1 ? inputShape.toSpliced(1, 1) : [],
    scale: options.reduction === 'mean' ? 1 / total : 1,
  }
}

function checkShapes({ shape }: Tensor, { shape: target }: Tensor): void {
  const rank = shape.length
  if (rank < 1) throw new ValueError(`Expected 1 or more dimensions (got ${rank})`)
  if (rank > 1 && shape[0] !== (target[0] ?? 0)) {
    throw new ValueError(`Expected input batch_size (${shape[0]}) to match target batch_size (${target[0] ?? 0}).`)
  }
  const sizes = () => `(got input: ${formatShape(shape)}, target: ${formatShape(target)})`
  if (rank <= 2) {
    if (target.length > 1) {
      throw new RuntimeError(`0D or 1D target tensor expected, multi-target not supported ${sizes()}`)
    }
    // a single sample has a target without dimensions
    if (rank === 1 && target.length === 1) throw new RuntimeError(`size mismatch ${sizes()}`)
    return
  }
  const expected = shape.toSpliced(1, 1)
  if (isSameShape(expected, target)) return
  if (rank !== 4) throw new RuntimeError(`Expected target size ${formatShape(expected)}, got ${formatShape(target)}`)
  if (target.length !== 3) {
    throw new RuntimeError(
      `only batches of spatial targets supported (3D tensors) but got targets of dimension: ${target.length}`,
    )
  }
  throw new RuntimeError(`size mismatch ${sizes()}`)
}

function checkDTypes(
  operation: string,
  input: Tensor,
  target: Tensor,
  { weight, ignoreIndex }: ClassTargetOptions,
): void {
  if (!Number.isInteger(ignoreIndex)) {
    throw new TypeError(`${operation}(): argument 'ignore_index' must be int, but got ${describe(ignoreIndex)}`)
  }
  if (weight !== null) {
    refuseGradient(operation, 'weight', checkTensor(operation, 'weight', weight))
    if (weight.dtype !== input.dtype) throw wrongDType(input, weight)
  }
  if (target.dtype !== 'int64' && target.dtype !== 'uint8') {
    const found = dtypeInfo(target.dtype).scalarName
    throw new RuntimeError(
      `expected scalar type Long but found ${found}: class numbers are a tensor of dtype int64, as in tensor([1, 0], { dtype: 'int64' })`,
    )
  }
}

function wrongDType(input: Tensor, weight: Tensor): RuntimeError {
  const [expected, found] = [input, weight].map(({ dtype }) => dtypeInfo(dtype).scalarName)
  return new RuntimeError(`expected scalar type ${expected} but found ${found}`)
}

function readWeights(weight: Tensor | null, classes: number, rank: number): Float64Array {
  if (weight === null) return new Float64Array(classes).fill(1)
  if (weight.ndim === 1 && weight.numel() === classes) {
    return weight.device === 'meta' ? new Float64Array(classes) : toFloat64(weight)
  }
  const all = rank > 2 ? 'all' : `all ${classes} classes`
  throw new RuntimeError(
    `weight tensor should be defined either for ${all} or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
  )
}

function readLabels(target: Tensor, classes: number, ignoreIndex: number): Int32Array {
  if (target.device === 'meta') return new Int32Array(target.numel())
  const labels = new Int32Array(target.numel())
  const data = contiguousData(target)
  const halves = data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length) : null
  for (let i = 0; i < labels.length; i++) {
    const label = halves ? wholeNumber(halves[2 * i]!, halves[2 * i + 1]!) : Number(data[i])
    if (label === ignoreIndex) labels[i] = -1
    else if (label >= 0 && label < classes) labels[i] = label
    else throw new IndexError(`Target ${data[i]} is out of bounds.`)
  }
  return labels
}

/** An int64 by its halves, without a bigint for each. */
function wholeNumber(low: number, high: number): number {
  return (low >>> 0) + high * 2 ** 32
}
