/**
 * Methods that fold elements together.
 *
 * @module
 */
import type { DType } from '../../tensor/dtype.js'
import { amax, amin, argmax, argmin, type Extremes, max, min } from '../reductions/extremes.js'
import { type MomentOptions, std, variance } from '../reductions/moments.js'
import { type NormOrder, norm } from '../reductions/norm.js'
import { prod } from '../reductions/product.js'
import { mean, sum, sumToSize } from '../reductions/reduce.js'
import type { Dims, ReduceOptions } from '../reductions/reduction.js'
import { cumsum } from '../reductions/scan.js'
import { all, any } from '../reductions/truth.js'
import { logSoftmax, logsumexp, type SoftmaxOptions, softmax } from '../softmax/softmax.js'
import { listOf, type Sizes } from '../views/sizes.js'
import { methodsOf } from './attach.js'

/** Options of reductions that keep the dtype; a bare boolean is `keepdim`. */
type Keep = boolean | { keepdim?: boolean }

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The sum along `dim` (a dimension, several, or all by default). Sums of integers are int64 */
    sum(dim?: Dims, options?: boolean | ReduceOptions): Tensor
    /** The mean along `dim` */
    mean(dim?: Dims, options?: boolean | ReduceOptions): Tensor
    /** The product along `dim` */
    prod(dim?: number | null, options?: boolean | ReduceOptions): Tensor
    /** The variance along `dim`, divided by (count - correction); correction is 1 by default */
    var(dim?: Dims, options?: boolean | MomentOptions): Tensor
    /** The standard deviation along `dim` */
    std(dim?: Dims, options?: boolean | MomentOptions): Tensor
    /** The largest element; along `dim` with positions */
    max(): Tensor
    max(dim: number, options?: Keep): Extremes
    /** The smallest element; along `dim` with positions */
    min(): Tensor
    min(dim: number, options?: Keep): Extremes
    /** The largest elements along one or more dimensions */
    amax(dim?: Dims, options?: Keep): Tensor
    /** The smallest elements along one or more dimensions */
    amin(dim?: Dims, options?: Keep): Tensor
    /** The position of the largest element, along `dim` or in the flattened tensor */
    argmax(dim?: number | null, options?: Keep): Tensor
    /** The position of the smallest element, along `dim` or in the flattened tensor */
    argmin(dim?: number | null, options?: Keep): Tensor
    /** Whether every element is true */
    all(dim?: Dims, options?: Keep): Tensor
    /** Whether any element is true */
    any(dim?: Dims, options?: Keep): Tensor
    /** The p-norm; p is 2 by default */
    norm(p?: NormOrder, dim?: Dims, options?: boolean | ReduceOptions): Tensor
    /** log(sum(exp(this))) along `dim` */
    logsumexp(dim: Dims, options?: Keep): Tensor
    /** exp(this) / sum(exp(this)) along `dim` */
    softmax(dim: number, options?: SoftmaxOptions): Tensor
    /** log(softmax(this)) along `dim` */
    logSoftmax(dim: number, options?: SoftmaxOptions): Tensor
    /** Running sums along `dim` */
    cumsum(dim: number, options?: { dtype?: DType }): Tensor
    /** Summed over broadcast dimensions to this shape */
    sumToSize(...shape: Sizes): Tensor
  }
}

export const reductionMethods = methodsOf({
  sum,
  mean,
  prod,
  var: variance,
  std,
  max,
  min,
  amax,
  amin,
  argmax,
  argmin,
  all,
  any,
  norm,
  logsumexp,
  softmax,
  logSoftmax,
  cumsum,
  sumToSize: (input, ...shape: Sizes) => sumToSize(input, listOf('sumToSize', 'size', shape)),
})
