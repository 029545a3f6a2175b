/**
 * Variance and standard deviation, in two passes and in double precision.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { isComplex, isDifferentiable, isHalf, realDType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { mean } from './reduce.js'
import {
  accumulators,
  type Dims,
  type Fold,
  foldElements,
  metaResult,
  planReduction,
  type ReductionPlan,
  reduceOptions,
  resultOf,
  spread,
} from './reduction.js'

/** Options of {@link variance} and {@link std}. */
export interface MomentOptions {
  /** Keep the reduced dimensions with size 1. Default: false. */
  keepdim?: boolean
  /** The sum of squares is divided by (count - correction). Default: 1, Bessel's correction. */
  correction?: number
  /** PyTorch's older name: `false` is `correction: 0`. */
  unbiased?: boolean
}

/** The variance of the elements along `dim` (`torch.var`; the name is taken in JavaScript). */
export function variance(input: Tensor, dim?: Dims, options?: boolean | MomentOptions): Tensor {
  const { plan, divisor } = prepare('var', input, dim, options)
  const out = rawVariance(input, plan, divisor, x => x)
  return record(out, 'VarBackward0', [input], [input], (gradient, { saved: [x] }) => [
    spread(gradient, plan)
      .mul(centred(x!, plan))
      .mul(2 / divisor),
  ])
}

/** The standard deviation of the elements along `dim`. */
export function std(input: Tensor, dim?: Dims, options?: boolean | MomentOptions): Tensor {
  const { plan, divisor } = prepare('std', input, dim, options)
  const out = rawVariance(input, plan, divisor, Math.sqrt)
  return record(out, 'StdBackward0', [input], [input, out], stdBackward(plan, divisor))
}

/** dσ = (x - mean) / (σ · divisor); where σ is 0 PyTorch passes 0. */
function stdBackward(plan: ReductionPlan, divisor: number): Backward {
  return (gradient, { saved: [x, deviation] }) => {
    const scaled = gradient.div(deviation!.mul(divisor)).maskedFill(deviation!.eq(0), 0)
    return [spread(scaled, plan).mul(centred(x!, plan))]
  }
}

function centred(input: Tensor, { dims }: ReductionPlan): Tensor {
  return input.sub(mean(input, dims, true))
}

function prepare(operation: string, input: Tensor, dim: Dims, options: boolean | MomentOptions | undefined) {
  if (!isDifferentiable(input.dtype)) {
    throw new RuntimeError(`std and var only support floating point and complex dtypes, but got ${input.dtype}`)
  }
  const { keepdim, correction, unbiased } = reduceOptions(operation, options, ['keepdim', 'correction', 'unbiased'])
  if (correction !== undefined && unbiased !== undefined) {
    throw new TypeError(`${operation}(): 'correction' and 'unbiased' say the same thing; pass only one of them`)
  }
  const plan = planReduction(input, dim, keepdim)
  return { plan, divisor: Math.max(plan.count - (correction ?? (unbiased === false ? 0 : 1)), 0) }
}

const rawVariance = timed('aten::var', varianceOf)

function varianceOf(input: Tensor, plan: ReductionPlan, divisor: number, finish: (x: number) => number): Tensor {
  const dtype = realDType(input.dtype)
  if (input.device === 'meta') return metaResult(plan, dtype)
  const source = isHalf(input.dtype) ? convert(input, 'float32') : input
  const parts = isComplex(input.dtype) ? 2 : 1
  const means = accumulators(plan, 0, parts)
  foldElements(source, plan, means, addUp)
  for (let i = 0; i < means.length; i++) means[i]! /= plan.count
  const squares = accumulators(plan, 0, parts)
  foldElements(source, plan, squares, squaresAbout(means))
  const variances =
    parts === 1
      ? squares
      : Float64Array.from({ length: squares.length / 2 }, (_, i) => squares[2 * i]! + squares[2 * i + 1]!)
  for (let i = 0; i < variances.length; i++) variances[i] = finish(variances[i]! / divisor)
  return resultOf(variances, 'float64', plan, dtype)
}

const addUp: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  if (stepAcc === 0) {
    let total = acc[o]!
    for (let k = 0; k < length; k++, i += stepX) total += x[i]!
    acc[o] = total
  } else for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! += x[i]!
}

/** Sums of squared distances from centres that lie as the accumulators do. */
function squaresAbout(centres: Float64Array): Fold {
  return (acc, x, o, stepAcc, i, stepX, length) => {
    if (stepAcc === 0) {
      const centre = centres[o]!
      let total = acc[o]!
      for (let k = 0; k < length; k++, i += stepX) total += (x[i]! - centre) ** 2
      acc[o] = total
    } else for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! += (x[i]! - centres[o]!) ** 2
  }
}
