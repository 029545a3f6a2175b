/**
 * Sums, means and products. Floats are accumulated in double precision and rounded once.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { fold } from '../../backends/vectorOperations.js'
import { RuntimeError } from '../../errors.js'
import { Formula, operand } from '../../kernel/expression.js'
import { convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import {
  checkDType,
  type DType,
  dtypeInfo,
  isComplex,
  isDifferentiable,
  isFloating,
  isHalf,
} from '../../tensor/dtype.js'
import { formatShape, numelOf, type Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { mul } from '../elementwise/arithmetic.js'
import {
  accumulators,
  type Dims,
  type Fold,
  foldElements,
  metaResult,
  planReduction,
  type ReduceOptions,
  type ReductionPlan,
  reduceOptions,
  resultOf,
  spread,
} from './reduction.js'

/** The sum of the elements along `dim` (all of them by default). Sums of integers and bools are int64. */
export function sum(input: Tensor, dim?: Dims, options?: boolean | ReduceOptions): Tensor {
  const { keepdim, dtype } = reduceOptions('sum', options, ['keepdim', 'dtype'])
  const result = checkDType(dtype, accumulateDType(input.dtype))
  const plan = planReduction(input, dim, keepdim)
  return record(rawSum(input, plan, result), plural(dim, 'SumBackward'), [input], [], gradient => [
    spread(gradient, plan),
  ])
}

/** The mean of the elements along `dim` (all of them by default); NaN if there are none. */
export function mean(input: Tensor, dim?: Dims, options?: boolean | ReduceOptions): Tensor {
  const { keepdim, dtype } = reduceOptions('mean', options, ['keepdim', 'dtype'])
  const result = checkDType(dtype, input.dtype)
  if (!isDifferentiable(result)) {
    throw new RuntimeError(
      `mean(): could not infer output dtype. ${dtype ? 'Optional' : 'Input'} dtype must be either a floating point or complex dtype. Got: ${dtypeInfo(result).scalarName}`,
    )
  }
  const plan = planReduction(input, dim, keepdim)
  const out = rawSum(input, plan, result, plan.count)
  const scale = 1 / plan.count
  return record(out, plural(dim, 'MeanBackward'), [input], [], gradient => [mul(spread(gradient, plan), scale)])
}

/**
 * Sums over the dimensions along which `shape` has size 1 or none, so that the result has that shape: what undoes
 * broadcasting.
 */
export function sumToSize(input: Tensor, shape: Shape): Tensor {
  const lead = input.ndim - shape.length
  const fits = lead >= 0 && shape.every((size, i) => size === 1 || size === input.shape[i + lead])
  if (!fits) {
    throw new RuntimeError(`size {${formatShape(shape)}} is not expandable to size {${formatShape(input.shape)}}.`)
  }
  const dims = input.shape.map((_, i) => i).filter(i => i < lead || (shape[i - lead] === 1 && input.shape[i] !== 1))
  if (dims.length === 0) return input
  const plan = { ...planReduction(input, dims, true), shape }
  return record(rawSum(input, plan, input.dtype), 'SumBackward1', [input], [], spreadBackward(plan))
}

/**
 * A function of the plan alone: a closure written where the input is at hand would keep the input alive as long as the
 * graph.
 */
const spreadBackward =
  (plan: ReductionPlan): Backward =>
  gradient => [spread(gradient, plan)]

/** The dtype sums and products are given in. */
export function accumulateDType(dtype: DType): DType {
  return isDifferentiable(dtype) ? dtype : 'int64'
}

/** PyTorch numbers its nodes: 0 without dimensions, 1 with. */
function plural(dim: Dims, name: string): string {
  return `${name}${dim === undefined || dim === null ? 0 : 1}`
}

/** The sum (divided by `divisor`) in the dtype asked for. */
export const rawSum = timed(
  (_input, _plan, _dtype, divisor) => (divisor === undefined ? 'aten::sum' : 'aten::mean'),
  sumElements,
)

function sumElements(input: Tensor, plan: ReductionPlan, dtype: DType, divisor = 1): Tensor {
  if (input.device === 'meta') return metaResult(plan, dtype)
  if (isDeferring())
    return deferred([input], { shape: plan.shape, dtype }, ([own]) => rawSum(own!, plan, dtype, divisor))
  // sums into integers are of integers; the smaller ones need no conversion to be summed exactly
  const asItIs = isDifferentiable(dtype) || (dtype === 'int64' && !isDifferentiable(input.dtype))
  const operand = asItIs ? input : convert(input, dtype)
  const source = isHalf(operand.dtype) ? convert(operand, 'float32') : operand
  if (source.dtype === 'int64' || !exactInDoubles(source)) {
    const acc = new BigInt64Array(numelOf(plan.kept))
    foldElements(convert(source, 'int64'), plan, acc, addBigints)
    if (divisor === 1) return resultOf(acc, 'int64', plan, dtype)
    return resultOf(
      Float64Array.from(acc, total => Number(total) / divisor),
      'float64',
      plan,
      dtype,
    )
  }
  const complex = isComplex(source.dtype)
  let acc = complex ? null : vectorSum(source, plan)
  if (acc === null) {
    acc = accumulators(plan, 0, complex ? 2 : 1)
    foldElements(source, plan, acc, addRun)
  }
  if (divisor !== 1) for (let i = 0; i < acc.length; i++) acc[i]! /= divisor
  return resultOf(acc, complex ? 'complex128' : 'float64', plan, dtype)
}

const SUM = new Formula('double', operand(0))

/** The sums by a faster backend, or `null` if there is none for these elements. */
function vectorSum({ shape, strides, offset, storage }: Tensor, { dims }: ReductionPlan): Float64Array | null {
  const kept = shape.map((_, dim) => !dims.includes(dim))
  const operands = [{ data: storage.data, strides, offset }]
  return fold({ shape, kept, operands, formula: SUM, operation: 'add' })
}

/** Whether no sum of these elements can pass 2^53. */
function exactInDoubles({ dtype, shape }: Tensor): boolean {
  return isFloating(dtype) || isComplex(dtype) || numelOf(shape) * 2 ** (8 * dtypeInfo(dtype).bytes) <= 2 ** 53
}

const addRun: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  if (stepAcc === 0) {
    // four sums side by side: one alone would wait for each addition to finish
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let k = 0
    for (; k + 4 <= length; k += 4, i += 4 * stepX) {
      a += x[i]!
      b += x[i + stepX]!
      c += x[i + 2 * stepX]!
      d += x[i + 3 * stepX]!
    }
    for (; k < length; k++, i += stepX) a += x[i]!
    acc[o]! += a + b + (c + d)
  } else for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! += x[i]!
}

/** For bigints: every partial result goes through the array, which wraps it to 64 bits. */
const addBigints: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! += x[i]!
}
