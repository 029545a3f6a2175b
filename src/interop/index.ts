/**
 * Other programs' files: readers that never trust the file.
 *
 * @example
 * import { safetensors } from 'convforge/interop'
 * const weights = await safetensors.loadFile('model.safetensors')
 *
 * @module
 */
export * as safetensors from './safetensors/index.js'
