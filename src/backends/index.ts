/**
 * Who computes: `backends` in the public API.
 *
 * @module
 */
export { convolutionAlgorithms, planConvolution } from './dispatch.js'
export { BACKENDS, type Backend } from './registry.js'
export { allowReducedPrecision, isReducedPrecisionAllowed, withAlgorithm } from './settings.js'
