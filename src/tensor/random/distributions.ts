/**
 * Filling plain typed arrays with the random numbers that PyTorch's CPU kernels would draw.
 *
 * @module
 */
export { fillBernoulli } from './bernoulli.js'
export { fillRandomInt, randomPermutation } from './integers.js'
export { fillNormal } from './normal.js'
export { fillTruncNormal } from './trunc-normal.js'
export { fillUniform } from './uniform.js'
