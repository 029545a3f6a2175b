/**
 * Methods that write random numbers over the tensor, and return it.
 *
 * @module
 */
import { bernoulli_, type GeneratorOptions, normal_, random_, uniform_ } from '../creation/fillRandom.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** Numbers uniform in [from, to). Default: [0, 1) */
    uniform_(from?: number, to?: number, options?: GeneratorOptions): Tensor
    /** Normal numbers. Default: mean 0, standard deviation 1 */
    normal_(mean?: number, std?: number, options?: GeneratorOptions): Tensor
    /** Ones with probability `p` (a number, or a tensor with one for each element), else zeros. Default: 0.5 */
    bernoulli_(p?: number | Tensor, options?: GeneratorOptions): Tensor
    /** Whole numbers in [0, high) */
    random_(high: number | bigint, options?: GeneratorOptions): Tensor
    /** Whole numbers in [low, high) */
    random_(low: number | bigint, high: number | bigint, options?: GeneratorOptions): Tensor
  }
}

export const randomMethods = methodsOf({ uniform_, normal_, bernoulli_, random_ })
