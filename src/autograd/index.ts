/**
 * `torch.autograd`.
 *
 * @module
 */
export { type BackwardOptions, backward, type GradOptions, grad } from './engine.js'
export { Function, FunctionContext, type FunctionDefinition } from './function.js'
export { GradcheckError, type GradcheckOptions, gradcheck, gradgradcheck } from './gradcheck.js'
export type { GradientHook, HookHandle } from './hooks.js'
export { enableGrad, inferenceMode, isGradEnabled, noGrad, setGradEnabled } from './modes.js'
