/**
 * Vector norms.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { describe, RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { checkDType, dtypeInfo, isComplex, isDifferentiable, isHalf, realDType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { mapElements } from '../elementwise/map.js'
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

/** Which norm: a number, or `'fro'`, which is 2. */
export type NormOrder = number | 'fro'

/**
 * The p-norm (p is `order`) of the elements along `dim` (all of them by default): (sum |x|^p)^(1/p); the largest |x| for Infinity,
 * the smallest for -Infinity, the number of non-zeros for 0.
 */
export function norm(input: Tensor, order: NormOrder = 2, dim?: Dims, options?: boolean | ReduceOptions): Tensor {
  const p = order === 'fro' ? 2 : order
  if (typeof p !== 'number' || Number.isNaN(p)) {
    throw new TypeError(`norm(): argument 'p' must be a number or 'fro', but got ${describe(p)}`)
  }
  const { keepdim, dtype } = reduceOptions('norm', options, ['keepdim', 'dtype'])
  const source = dtype === undefined ? input : input.to(checkDType(dtype))
  if (!isDifferentiable(source.dtype)) {
    throw new RuntimeError(
      `norm(): input dtype should be either floating point or complex. Got ${dtypeInfo(source.dtype).scalarName} instead.`,
    )
  }
  const plan = planReduction(source, dim, keepdim)
  return record(rawNorm(source, p, plan), 'LinalgVectorNormBackward0', [source], [source], normBackward(p, plan))
}

/** d|x|_p / dx = sgn(x) · (|x| / |x|_p)^(p-1); 0 where the norm is 0, as in PyTorch. */
function normBackward(p: number, plan: ReductionPlan): Backward {
  return (gradient, { saved: [input] }) => {
    const x = input!
    if (p === 0) return [x.mul(0)]
    if (p === 1) return [spread(gradient, plan).mul(x.sgn())]
    // from the input again, so that this derivative can be differentiated
    const own = norm(x, p, plan.dims, true)
    const zero = own.eq(0)
    const grown = spread(gradient, plan)
    if (p === 2) return [x.mul(grown.div(own).maskedFill(zero, 0))]
    if (!Number.isFinite(p)) {
      const extreme = x.abs().eq(own)
      return [x.sgn().mul(grown.mul(extreme).div(extreme.sum(plan.dims as number[], true)))]
    }
    // a norm of 0 is of zeros, whose gradient is 0 whatever they are divided by
    const ratio = x
      .abs()
      .div(own.maskedFill(zero, 1))
      .pow(p - 1)
    return [
      x
        .sgn()
        .mul(grown.mul(ratio))
        .maskedFill(p < 1 ? x.eq(0) : zero, 0),
    ]
  }
}

const rawNorm = timed('aten::linalg_vector_norm', normOf)

function normOf(input: Tensor, p: number, plan: ReductionPlan): Tensor {
  const dtype = realDType(input.dtype)
  if (input.device === 'meta') return metaResult(plan, dtype)
  const source = isComplex(input.dtype) ? moduli(input) : isHalf(input.dtype) ? convert(input, 'float32') : input
  const smallest = p === Number.NEGATIVE_INFINITY && plan.count > 0
  const acc = accumulators(plan, smallest ? Number.POSITIVE_INFINITY : 0)
  foldElements(source, plan, acc, foldFor(p))
  // no elements have norm 0, of whatever order
  if (plan.count > 0 && Number.isFinite(p) && p !== 0 && p !== 1) {
    for (let i = 0; i < acc.length; i++) acc[i] = p === 2 ? Math.sqrt(acc[i]!) : acc[i]! ** (1 / p)
  }
  return resultOf(acc, 'float64', plan, dtype)
}

/** |x| of complex numbers, in double precision. */
function moduli(input: Tensor): Tensor {
  const options = { compute: 'complex128', result: 'float64' } as const
  return mapElements('abs_cpu', [input], { complex: (re, im) => Math.hypot(re, im) }, options)
}

function foldFor(p: number): Fold {
  if (p === 2) return addSquares
  if (p === 1) return folding((sum, x) => sum + Math.abs(x))
  if (p === 0) return folding((count, x) => (x === 0 ? count : count + 1))
  if (p === Number.POSITIVE_INFINITY) return folding((best, x) => Math.max(best, Math.abs(x)))
  if (p === Number.NEGATIVE_INFINITY) return folding((best, x) => Math.min(best, Math.abs(x)))
  return folding((sum, x) => sum + Math.abs(x) ** p)
}

const folding =
  (step: (before: number, x: number) => number): Fold =>
  (acc, x, o, stepAcc, i, stepX, length) => {
    for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o] = step(acc[o]!, x[i]!)
  }

/** The usual norm has a loop of its own: code shared by several steps cannot inline any of them. */
const addSquares: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  if (stepAcc === 0) {
    let total = acc[o]!
    for (let k = 0; k < length; k++, i += stepX) total += x[i]! * x[i]!
    acc[o] = total
  } else for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! += x[i]! * x[i]!
}
