/**
 * Whether all or any elements are true, that is, not zero.
 *
 * @module
 */
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { ne } from '../elementwise/comparison.js'
import { mapElements } from '../elementwise/map.js'
import { rawSum } from './reduce.js'
import { type Dims, planReduction, type ReduceOptions, reduceOptions } from './reduction.js'

type Keep = boolean | Pick<ReduceOptions, 'keepdim'>

/** Whether every element along `dim` is true (not zero); true if there are none. bool, or uint8 for uint8. */
export function all(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return judge('all', input, dim, options, (trues, count) => trues === count)
}

/** Whether any element along `dim` is true (not zero); false if there are none. bool, or uint8 for uint8. */
export function any(input: Tensor, dim?: Dims, options?: Keep): Tensor {
  return judge('any', input, dim, options, trues => trues > 0)
}

function judge(
  operation: string,
  input: Tensor,
  dim: Dims,
  options: Keep | undefined,
  verdict: (trues: number, count: number) => boolean,
): Tensor {
  const { keepdim } = reduceOptions(operation, options, ['keepdim'])
  const plan = planReduction(input, dim, keepdim)
  const trues = rawSum(input.dtype === 'bool' ? input : ne(input, 0), plan, 'float64')
  const result: DType = input.dtype === 'uint8' ? 'uint8' : 'bool'
  return mapElements(operation, [trues], { number: x => verdict(x!, plan.count) }, { compute: 'float64', result })
}
