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
import { randomMethods } from './methods/random.js'
import { readingMethods, withSymbols } from './methods/reading.js'
import { reductionMethods } from './methods/reduction.js'
import { unaryMethods } from './methods/unary.js'
import { viewMethods } from './methods/view.js'

export const Tensor = withSymbols(
  withMethods([
    viewMethods,
    reductionMethods,
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
