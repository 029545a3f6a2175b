/**
 * The creation functions of the public API. Operations never import them (they import the tensor with all its
 * methods, which is made of the operations).
 *
 * @module
 */
export type { CreationOptions, SizedCreation, SizedOptions } from './create.js'
export { arange, empty, eye, full, linspace, ones, zeros } from './creation.js'
export { type FromTypedArrayOptions, fromTypedArray, type TensorOptions, tensor } from './creation-data.js'
export {
  emptyLike,
  fullLike,
  type LikeOptions,
  onesLike,
  type RandomLikeOptions,
  randintLike,
  randLike,
  randnLike,
  zerosLike,
} from './creation-like.js'
export { bernoulli, type RandomOptions, rand, randint, randn, randperm } from './creation-random.js'
export type { Nested } from './nested.js'
