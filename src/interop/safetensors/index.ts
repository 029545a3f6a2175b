/**
 * The safetensors format: https://github.com/huggingface/safetensors
 *
 * @module
 */
export { SafetensorsError, type SafetensorsField } from './errors.js'
export { loadSafetensorsFile, openSafetensorsFile, SafetensorsFile, saveSafetensorsFile } from './file.js'
export { parseHeader, type SafetensorsHeader } from './header.js'
export type { SafetensorsEntry } from './layout.js'
export { parseSafetensors, type RawTensor, type RawTensors } from './read.js'
export { load, loadFile, save, saveFile } from './tensors.js'
export { encodeSafetensors, type NamedTensors, serializeSafetensors } from './write.js'
