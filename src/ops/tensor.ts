/**
 * The tensor with all its methods. Whatever hands a tensor to a user imports the class from here, so that a bundler
 * which drops unused modules (`sideEffects: false`) keeps the methods with it.
 *
 * @module
 */
import type { Tensor as TensorInstance } from '../tensor/tensor.js'
import { activationMethods } from './methods/activation.js'
import { arithmeticMethods } from './methods/arithmetic.js'
import { withMethods } from './methods/attach.js'
import { autogradMethods } from './methods/autograd.js'
import { castMethods } from './methods/cast.js'
import { comparisonMethods } from './methods/comparison.js'
import { inPlaceMethods } from './methods/inplace.js'
import { productMethods } from './methods/product.js'
import { randomMethods } from './methods/random.js'
import { readingMethods, withSymbols } from './methods/reading.js'
import { reductionMethods } from './methods/reduction.js'
import { unaryMethods } from './methods/unary.js'
import { viewMethods } from './methods/view.js'

// declares the methods to TypeScript: without these lines an installed package would not know them
export type * from './methods/activation.js'
export type * from './methods/arithmetic.js'
export type * from './methods/autograd.js'
export type * from './methods/cast.js'
export type * from './methods/comparison.js'
export type * from './methods/inplace.js'
export type * from './methods/product.js'
export type * from './methods/random.js'
export type * from './methods/reading.js'
export type * from './methods/reduction.js'
export type * from './methods/unary.js'
export type * from './methods/view.js'

/** The class of all tensors, for `instanceof`; they are made by `tensor`, `zeros`, `randn`, ... */
export const Tensor = withSymbols(
  withMethods([
    viewMethods,
    reductionMethods,
    productMethods,
    readingMethods,
    arithmeticMethods,
    comparisonMethods,
    unaryMethods,
    activationMethods,
    castMethods,
    inPlaceMethods,
    randomMethods,
    autogradMethods,
  ]),
)
export type Tensor = TensorInstance
