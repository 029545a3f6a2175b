/**
 * Methods that fold elements together.
 *
 * @module
 */
import type { Tensor } from '../../tensor/tensor.js'
import { mean, sum, sumToSize } from '../reduce.js'
import type { Dims, ReduceOptions } from '../reduction.js'
import { listOf, type Sizes } from '../sizes.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The sum along `dim` (a dimension, several, or all by default). Sums of integers are int64. */
    sum(dim?: Dims, options?: boolean | ReduceOptions): Tensor
    /** The mean along `dim`. */
    mean(dim?: Dims, options?: boolean | ReduceOptions): Tensor
    /** Summed over broadcast dimensions to this shape. */
    sumToSize(...shape: Sizes): Tensor
  }
}

export const reductionMethods = {
  sum(this: Tensor, dim?: Dims, options?: boolean | ReduceOptions) {
    return sum(this, dim, options)
  },
  mean(this: Tensor, dim?: Dims, options?: boolean | ReduceOptions) {
    return mean(this, dim, options)
  },
  sumToSize(this: Tensor, ...shape: Sizes) {
    return sumToSize(this, listOf('sumToSize', 'size', shape))
  },
}
