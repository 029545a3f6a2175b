/**
 * The largest and the smallest elements, and where they are. NaN wins over every number, and of equal elements the
 * first is named.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { IndexError, NotImplementedError, RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isComplex } from '../../tensor/dtype.js'
import { contiguousStrides, normalizeDim } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { mapElements } from '../elementwise/map.js'
import { gatherAdjoint } from '../rearrangement/select.js'
import { reshape, squeeze } from '../views/view.js'
import { type Direction, MAX, MIN, rawExtreme, type Search, search } from './extremeSearch.js'
import { type Dims, planReduction, type ReduceOptions, type ReductionPlan, reduceOptions, spread } from './reduction.js'

type Keep = boolean | Pick<ReduceOptions, 'keepdim'>

/** Extreme elements along a dimension, and their positions (int64). */
export interface Extremes {
  readonly values: Tensor
  readonly indices: Tensor
}

/** The largest element; along `dim` with positions. */
export function max(input: Tensor): Tensor
export function max(input: Tensor, dim: number, options?: Keep): Extremes
export function max(input: Tensor, dim?: number, options?: Keep): Tensor | Extremes {
  return dim === undefined
    ? whole('max', 'MaxBackward1', input, MAX)
    : along('max', 'MaxBackward0', input, dim, options, MAX)
}

/** The smallest element; along `dim` with positions. */
export function min(input: Tensor): Tensor
export function min(input: Tensor, dim: number, options?: Keep): Extremes
export function min(input: Tensor, dim?: number, options?: Keep): Tensor | Extremes {
  return dim === undefined
    ? whole('min', 'MinBackward1', input, MIN)
    : along('min', 'MinBackward0', input, dim, options, MIN)
}

/** The largest elements along one or more dimensions; equal ones share the gradient. */
export function amax(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return extreme('amax', 'AmaxBackward0', input, dim, options, MAX)
}

/** The smallest elements along one or more dimensions; equal ones share the gradient. */
export function amin(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return extreme('amin', 'AminBackward0', input, dim, options, MIN)
}

/** The position of the largest element along `dim`; without `dim` in the flattened tensor. */
export function argmax(input: Tensor, dim?: number | null, options?: Keep): Tensor {
  return position('argmax', input, dim, options, MAX)
}

/** The position of the smallest element along `dim`; without `dim` in the flattened tensor. */
export function argmin(input: Tensor, dim?: number | null, options?: Keep): Tensor {
  return position('argmin', input, dim, options, MIN)
}

function whole(operation: string, node: string, input: Tensor, direction: Direction): Tensor {
  refuseComplex(`${operation}_all`, input.dtype)
  if (input.numel() === 0) {
    throw new RuntimeError(
      `${operation}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    )
  }
  return recorded(node, input, planReduction(input, undefined), direction)
}

function extreme(
  operation: string,
  node: string,
  input: Tensor,
  dim: Dims,
  options: Keep | undefined,
  direction: Direction,
) {
  refuseComplex(`${operation.slice(1)}_values_cpu`, input.dtype)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  const plan = planReduction(input, dim, keepdim)
  if (input.numel() === 0 && plan.count === 0) {
    const named = dim === undefined || dim === null || [dim].flat().length === 0
    throw named
      ? new RuntimeError(
          `${operation}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
        )
      : emptyDim(operation, plan.dims.find(own => input.shape[own] === 0)!)
  }
  return recorded(node, input, plan, direction)
}

function recorded(node: string, input: Tensor, plan: ReductionPlan, direction: Direction): Tensor {
  const out = rawExtreme(input, plan, direction)
  return record(out, node, [input], [input, out], shareBackward(plan))
}

/** The gradient goes to the extreme element; equal ones get equal parts. */
function shareBackward(plan: ReductionPlan): Backward {
  return (gradient, { saved: [input, out] }) => {
    const { dtype } = input!
    const extreme = spread(out!.detach(), plan)
    const isExtreme = (x?: number, y?: number) => Number(x === y || (Number.isNaN(x) && Number.isNaN(y)))
    const mask = mapElements('eq', [input!.detach(), extreme], { number: isExtreme }, { compute: dtype })
    const shares = mask.div(spread(mask.sum(plan.dims as number[]), plan))
    return [spread(gradient, plan).mul(shares)]
  }
}

function along(
  operation: string,
  node: string,
  input: Tensor,
  dim: number,
  options: Keep | undefined,
  direction: Direction,
): Extremes {
  if (isComplex(input.dtype)) throw new RuntimeError(`${operation}(): does not support complex input`)
  const own = normalizeDim(dim, input.ndim)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  const { best, found } = searchAlong(operation, input, own, direction)
  const drop = (result: Tensor) => (keepdim || input.ndim === 0 ? result : squeeze(result, own))
  const values = record(drop(best), node, [input], [found], placeBackward(input.shape, own))
  return { values, indices: drop(found) }
}

function placeBackward(shape: readonly number[], dim: number): Backward {
  return (gradient, { saved: [indices] }) => {
    if (shape.length === 0) return [gradient]
    return [gatherAdjoint(shape, dim, indices!, reshape(gradient, indices!.shape))]
  }
}

function position(
  operation: string,
  input: Tensor,
  dim: number | null | undefined,
  options: Keep | undefined,
  direction: Direction,
): Tensor {
  refuseComplex(`${operation}_cpu`, input.dtype)
  if (input.dtype === 'bool') throw notImplemented(`${operation}_cpu`, input.dtype)
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  if (dim === undefined || dim === null) {
    if (input.numel() === 0) {
      throw new IndexError(`${operation}(): Expected reduction dim to be specified for input.numel() == 0.`)
    }
    return search(input, planReduction(input, undefined, keepdim), contiguousStrides(input.shape), direction).found
  }
  const own = normalizeDim(dim, input.ndim)
  const { found } = searchAlong(operation, input, own, direction)
  return keepdim || input.ndim === 0 ? found : squeeze(found, own)
}

/** The extreme elements along `dim` and where they are, that dimension kept with size 1. */
function searchAlong(operation: string, input: Tensor, dim: number, direction: Direction): Search {
  if (input.shape[dim] === 0) throw emptyDim(operation, dim)
  const counting = input.shape.map((_, i) => (i === dim ? 1 : 0))
  return search(input, planReduction(input, input.ndim === 0 ? undefined : dim, true), counting, direction)
}

/** Complex numbers have no order; PyTorch's kernels have names of their own. */
function refuseComplex(kernel: string, dtype: DType): void {
  if (isComplex(dtype)) throw notImplemented(kernel, dtype)
}

const notImplemented = (kernel: string, dtype: DType) =>
  new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)

const emptyDim = (operation: string, dim: number) =>
  new IndexError(`${operation}(): Expected reduction dim ${dim} to have non-zero size.`)
