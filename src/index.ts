/**
 * convforge: PyTorch's convolutions for TypeScript.
 *
 * @module
 */

export * as autograd from './autograd/index.js'
export { enableGrad, inferenceMode, isGradEnabled, noGrad, setGradEnabled } from './autograd/modes.js'
export * as backends from './backends/index.js'
export { loadCheckpoint, saveCheckpoint } from './checkpoint/index.js'
export * as data from './data/index.js'
export { AttributeError, IndexError, KeyError, NotImplementedError, RuntimeError, ValueError } from './errors.js'
export * as nn from './nn/index.js'
export * from './ops/index.js'
export * as optim from './optim/index.js'
export * as tools from './tools/index.js'
