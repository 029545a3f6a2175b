/**
 * `torch.optim`: optimizers, learning-rate schedulers, and the clipping of gradients.
 *
 * @module
 */
export { Adam, type AdamSettings, AdamW } from './adam.js'
export {
  type ClipGradNormOptions,
  clipGradNorm_,
  clipGradNorm_ as clipGradNorm,
  clipGradValue_,
  clipGradValue_ as clipGradValue,
} from './clip.js'
export { Optimizer, type ParameterState, type ParamGroup } from './optimizer.js'
export type { GroupOptions, ParameterList, Parameters } from './parameters.js'
export { RMSprop, type RMSpropSettings } from './rmsprop.js'
export { LRScheduler, type Scheduler, type SchedulerOptions, type SchedulerState } from './scheduler.js'
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosine.js'
export {
  ExponentialLR,
  type ExponentialLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  StepLR,
  type StepLROptions,
} from './schedulers/decay.js'
export {
  ConstantLR,
  type ConstantLROptions,
  LambdaLR,
  type LambdaLROptions,
  LinearLR,
  type LinearLROptions,
  type LrLambda,
} from './schedulers/factor.js'
export { OneCycleLR, type OneCycleLROptions } from './schedulers/oneCycle.js'
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedulers/plateau.js'
export { SequentialLR, type SequentialLROptions } from './schedulers/sequential.js'
export { SGD, type SGDSettings } from './sgd.js'
export type { OptimizerState } from './state.js'
