/**
 * Products.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { convert } from '../../tensor/copy.js'
import { checkDType, type DType, isComplex, isDifferentiable, isHalf } from '../../tensor/dtype.js'
import { numelOf } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { stack } from '../rearrangement/join.js'
import { movedim } from '../views/permute.js'
import { unbind } from '../views/slice.js'
import { flatten, reshape } from '../views/view.js'
import { accumulateDType } from './reduce.js'
import {
  accumulators,
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

/** The product of the elements along `dim` (all of them by default); 1 if there are none. */
export function prod(input: Tensor, dim?: number | null, options?: boolean | ReduceOptions): Tensor {
  const { keepdim, dtype } = reduceOptions('prod', options, ['keepdim', 'dtype'])
  const result = checkDType(dtype, accumulateDType(input.dtype))
  const plan = planReduction(input, dim, keepdim)
  const out = rawProduct(input, plan, result)
  const name = dim === undefined || dim === null ? 'ProdBackward0' : 'ProdBackward1'
  return record(out, name, [input], [input, out], prodBackward(plan))
}

/** d(abc)/da = bc: the product divided by the element, or, where that would divide by zero, multiplied out. */
function prodBackward(plan: ReductionPlan): Backward {
  return (gradient, { saved: [input, out] }) => {
    const wide = input!.dtype === out!.dtype ? input! : input!.to(out!.dtype)
    const zeros = wide.device === 'meta' ? 0 : wide.eq(0).sum().item()
    const others = zeros === 0 ? spread(out!, plan).div(wide) : productOfOthers(wide, plan)
    return [spread(gradient, plan).mul(others.conj())]
  }
}

/** For each element the product of the others that it is multiplied with. */
function productOfOthers(input: Tensor, { dims, inputShape }: ReductionPlan): Tensor {
  const last = dims.map((_, i) => i - dims.length)
  const moved = movedim(input, dims, last)
  const elements = unbind(input.ndim === 0 ? reshape(input, [1]) : flatten(moved, -dims.length, -1), -1)
  if (elements.length < 2) return reshape(input.mul(0).add(1), inputShape)
  const before: (Tensor | null)[] = [null]
  const after: (Tensor | null)[] = [null]
  for (let i = 0; i + 1 < elements.length; i++) {
    before.push(before[i]?.mul(elements[i]!) ?? elements[i]!)
    after.unshift(after[0]?.mul(elements[elements.length - 1 - i]!) ?? elements[elements.length - 1 - i]!)
  }
  const products = elements.map((_, i) => (before[i] && after[i] ? before[i].mul(after[i]) : (before[i] ?? after[i])!))
  return movedim(reshape(stack(products, -1), moved.shape), last, dims)
}

const rawProduct = timed('aten::prod', productOf)

function productOf(input: Tensor, plan: ReductionPlan, dtype: DType): Tensor {
  if (input.device === 'meta') return metaResult(plan, dtype)
  const operand = convert(input, dtype)
  if (!isDifferentiable(dtype)) {
    const acc = new BigInt64Array(numelOf(plan.kept)).fill(1n)
    foldElements(convert(operand, 'int64'), plan, acc, multiplyBigints)
    return resultOf(acc, 'int64', plan, dtype)
  }
  if (isComplex(dtype)) return complexProduct(operand, plan, dtype)
  const acc = accumulators(plan, 1)
  foldElements(isHalf(dtype) ? convert(operand, 'float32') : operand, plan, acc, multiply)
  return resultOf(acc, 'float64', plan, dtype)
}

const multiply: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! *= x[i]!
}

/** The same code apart, for bigints: every partial result goes through the array, which wraps it to 64 bits. */
const multiplyBigints: Fold = (acc, x, o, stepAcc, i, stepX, length) => {
  for (let k = 0; k < length; k++, o += stepAcc, i += stepX) acc[o]! *= x[i]!
}

function complexProduct(input: Tensor, plan: ReductionPlan, dtype: DType): Tensor {
  const acc = accumulators(plan, 0, 2)
  for (let i = 0; i < acc.length; i += 2) acc[i] = 1
  const multiplyPairs: Fold = (into, x, o, stepAcc, i, stepX, length) => {
    for (let k = 0; k < length; k++, o += stepAcc, i += stepX) {
      const re = into[o]! * x[i]! - into[o + 1]! * x[i + 1]!
      into[o + 1] = into[o]! * x[i + 1]! + into[o + 1]! * x[i]!
      into[o] = re
    }
  }
  foldElements(input, plan, acc, multiplyPairs, 'pairs')
  return resultOf(acc, 'complex128', plan, dtype)
}
