/**
 * Who computes: `backends` in the public API.
 *
 * @module
 */
export type { ConvAlgorithm, ConvPlan, ConvProblem } from '../conv/algorithm.js'
export { type ConvSpec, multiplyAdds, type Pass } from '../conv/spec.js'
export { convolutionAlgorithms, planConvolution } from './dispatch.js'
export { BACKENDS, type Backend, type BackendDescription, describeBackends } from './registry.js'
export { allowReducedPrecision, isReducedPrecisionAllowed, withAlgorithm } from './settings.js'
