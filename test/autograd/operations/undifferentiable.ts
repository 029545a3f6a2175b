/**
 * Public functions and methods that have no derivative to check, by the reason.
 *
 * @module
 */
export const UNDIFFERENTIABLE: Readonly<Record<string, readonly string[]>> = {
  'makes a tensor of plain numbers': [
    ...['arange', 'empty', 'eye', 'full', 'linspace', 'ones', 'zeros', 'tensor', 'fromTypedArray'],
    ...['rand', 'randint', 'randn', 'randperm', 'bernoulli'],
  ],
  'takes the shape of a tensor, not its numbers': [
    ...['emptyLike', 'fullLike', 'onesLike', 'zerosLike', 'randLike', 'randintLike', 'randnLike'],
  ],
  'gives truth values': [
    ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'isnan', 'isinf', 'isfinite', 'isclose', 'allclose', 'equal'],
    ...['logicalAnd', 'logicalOr', 'logicalXor', 'logicalNot', 'all', 'any', 'bool'],
  ],
  'gives integers': ['argmax', 'argmin', 'char', 'byte', 'short', 'int', 'long'],
  'gives numbers outside the tape': ['dataSync', 'data', 'tolist', 'item', 'toString'],
  'tells about a tensor': ['dim', 'numel', 'size', 'stride', 'isContiguous', 'isInference'],
  'is the tape itself': ['backward', 'registerHook', 'retainGrad', 'detach', 'requiresGrad_', 'setData'],
  'is no function of tensors': ['Tensor', 'promoteTypes', 'Generator', 'manualSeed'],
}
