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
export { clone } from './cast.js'
export type { CreationOptions, SizedOptions } from './creation/create.js'
export type { TensorOptions } from './creation/fromData.js'
export { fromTypedArray, tensor } from './creation/fromData.js'
export { arange, empty, eye, full, linspace, ones, zeros } from './creation/fromSizes.js'
export { emptyLike, fullLike, onesLike, randintLike, randLike, randnLike, zerosLike } from './creation/like.js'
export type { RandomOptions } from './creation/random.js'
export { bernoulli, rand, randint, randn, randperm } from './creation/random.js'
export { hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu, relu6, silu } from './elementwise/activation.js'
export { add, mul, neg, reciprocal, sub } from './elementwise/arithmetic.js'
export { clamp, clampMax, clampMin } from './elementwise/clamp.js'
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
} from './elementwise/comparison.js'
export { angle, complex, conj, imag, polar, real, sgn, viewAsComplex, viewAsReal } from './elementwise/complex.js'
export { div, floorDivide, fmod, remainder } from './elementwise/division.js'
export { maximum, minimum } from './elementwise/extremum.js'
export type { Operand } from './elementwise/operand.js'
export { pow, square } from './elementwise/power.js'
export { elu, gelu, logsigmoid, mish, selu, softplus } from './elementwise/smoothActivation.js'
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
} from './elementwise/unary.js'
export { lerp, maskedFill, where } from './elementwise/where.js'
export { addmm, bmm, dot, matmul, mm, mv } from './matrices/matmul.js'
export { cat, stack } from './rearrangement/join.js'
export { pad } from './rearrangement/pad.js'
export { flip, roll, tile } from './rearrangement/rearrange.js'
export { gather, indexSelect } from './rearrangement/select.js'
export { amax, amin, argmax, argmin, type Extremes, max, min } from './reductions/extremes.js'
export { std, variance as var } from './reductions/moments.js'
export { norm } from './reductions/norm.js'
export { prod } from './reductions/product.js'
export { mean, sum } from './reductions/reduce.js'
export { cumsum } from './reductions/scan.js'
export { all, any } from './reductions/truth.js'
export { logSoftmax, logsumexp, softmax } from './softmax/softmax.js'
export { Tensor } from './tensor.js'
export { broadcastTo } from './views/expand.js'
export { movedim, permute, t, transpose } from './views/permute.js'
export { chunk, narrow, select, split, unbind } from './views/slice.js'
export { flatten, reshape, squeeze, unflatten, unsqueeze } from './views/view.js'
export { diagonal } from './views/window.js'
