/**
 * Who computes: `backends` in the public API.
 *
 * @module
 */
export type { ConvAlgorithm, ConvPlan, ConvProblem, EmittedKernel } from '../conv/algorithm.js'
export { type ConvSpec, multiplyAdds, type Pass } from '../conv/spec.js'
export { convolutionAlgorithms, planConvolution } from './dispatch.js'
export {
  BACKENDS,
  type Backend,
  type BackendDescription,
  describeBackends,
  getBackend,
  setBackend,
} from './registry.js'
export { allowReducedPrecision, isReducedPrecisionAllowed, withAlgorithm } from './settings.js'
export { getNumThreads, setNumThreads } from './threads.js'
