/**
 * The operations of the public API. What is not listed here is for the library's own use.
 *
 * @module
 */

export type { Device } from '../tensor/device.js'
export type { DType, TypedArray } from '../tensor/dtype.js'
export { promoteTypes } from '../tensor/dtype.js'
export type { MemoryFormat, Shape } from '../tensor/layout.js'
export { defaultGenerator, Generator, manualSeed } from '../tensor/random/generator.js'
export type { Complex, Scalar } from '../tensor/scalar.js'
export {
  elu,
  gelu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  silu,
  softplus,
} from './activation.js'
export { add, mul, neg, reciprocal, sub } from './arithmetic.js'
export { clone } from './cast.js'
export { clamp, clampMax, clampMin } from './clamp.js'
export {
  allclose,
  eq,
  equal,
  ge,
  gt,
  isclose,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
} from './comparison.js'
export { angle, complex, conj, imag, polar, real, sgn, viewAsComplex, viewAsReal } from './complex.js'
export type { CreationOptions, SizedOptions } from './create.js'
export { arange, empty, eye, full, linspace, ones, zeros } from './creation.js'
export type { TensorOptions } from './creation-data.js'
export { fromTypedArray, tensor } from './creation-data.js'
export { emptyLike, fullLike, onesLike, randintLike, randLike, randnLike, zerosLike } from './creation-like.js'
export type { RandomOptions } from './creation-random.js'
export { bernoulli, rand, randint, randn, randperm } from './creation-random.js'
export { div, floorDivide, fmod, remainder } from './division.js'
export { broadcastTo } from './expand.js'
export { amax, amin, argmax, argmin, type Extremes, max, min } from './extremes.js'
export { maximum, minimum } from './extremum.js'
export { cat, stack } from './join.js'
export { addmm, bmm, dot, matmul, mm, mv } from './matmul.js'
export { std, variance as var } from './moments.js'
export { norm } from './norm.js'
export type { Operand } from './operand.js'
export { pad } from './pad.js'
export { movedim, permute, t, transpose } from './permute.js'
export { pow, square } from './power.js'
export { prod } from './product.js'
export { flip, roll, tile } from './rearrange.js'
export { mean, sum } from './reduce.js'
export { cumsum } from './scan.js'
export { gather, indexSelect } from './select.js'
export { chunk, narrow, select, split, unbind } from './slice.js'
export { logSoftmax, logsumexp, softmax } from './softmax.js'
export { Tensor } from './tensor.js'
export { all, any } from './truth.js'
export {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  tan,
  tanh,
  trunc,
} from './unary.js'
export { flatten, reshape, squeeze, unflatten, unsqueeze } from './view.js'
export { lerp, maskedFill, where } from './where.js'
export { diagonal } from './window.js'
