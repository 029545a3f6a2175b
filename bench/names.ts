/**
 * The names that contenders have in results.
 */
import type { Precision } from './settings.js'

export const CONVFORGE: Readonly<Record<Precision, string>> = { reduced: 'convforge', strict: 'convforge strict' }
export const ONNXRUNTIME = 'onnxruntime-node'
export const PYTORCH = 'PyTorch'
export const ONNXRUNTIME_WEB = 'onnxruntime-web'
export const TENSORFLOW = 'TensorFlow.js'
export const JAX = 'jax-js'

/** All peers, in the order of tables and pictures. */
export const PEER_NAMES = [ONNXRUNTIME, PYTORCH, ONNXRUNTIME_WEB, TENSORFLOW, JAX]
